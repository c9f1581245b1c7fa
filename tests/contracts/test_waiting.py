"""A fact that comes before another one that it needs; a clock that is held; commands that meet on one complaint."""

import asyncio
import contextlib
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared import clock, parking
from shared.consumer import Ahead
from shared.events import Event
from shared.outbox import hold, publish
from shared.parking import parked_subjects
from tests.contracts.wire import Wire, alarm, assert_in_order, effects, note, tell, wait_for_effects
from tests.waiting import until


async def _needs_casework_first(session: AsyncSession, event: Event) -> None:
    query = text("SELECT count(*) FROM effects WHERE source = 'casework' AND subject = :subject")
    if event.source == "intake" and not await session.scalar(query, {"subject": event.subject}):
        raise Ahead
    await note(session, event)


async def test_a_fact_that_is_ahead_waits_for_the_one_it_needs_while_others_go_on(embedded_wire: Wire) -> None:
    wire = embedded_wire
    intake, casework = await wire.service("intake"), await wire.service("casework")
    await wire.listen("sla", _needs_casework_first)
    for each in (intake, casework):
        await wire.relay(each)
    await tell(intake, ["early"], range(3))
    await tell(casework, ["other"], range(3))
    await wait_for_effects(wire.databases["sla"], 3)
    async with wire.databases["sla"].session() as session:
        consumed = (await clock.read_clock(session, None))["consumed"]
    assert consumed == {"complaints": 3}, "what waits is not counted as taken in: the simulation may not step over it"
    await tell(casework, ["early"], range(2))
    found = await wait_for_effects(wire.databases["sla"], 8)
    assert_in_order(found, {("early", "intake"): 3, ("early", "casework"): 2, ("other", "casework"): 3})
    async with wire.databases["sla"].session() as session:
        consumed = (await clock.read_clock(session, None))["consumed"]
    assert consumed == {"complaints": 8}


async def test_a_fact_that_waits_in_vain_is_parked_for_an_operator(
    embedded_wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    wire = embedded_wire
    monkeypatch.setattr(parking, "PATIENCE_SECONDS", 1)
    intake = await wire.service("intake")
    await wire.relay(intake)
    await wire.listen("sla", _needs_casework_first)
    await tell(intake, ["early"], range(2))
    sla = wire.databases["sla"] if "sla" in wire.databases else await wire.service("sla")

    async def given_up() -> bool:
        return [each["error"] for each in await parked_subjects(sla)] == ["ahead"]

    await until(given_up)


async def test_while_the_clock_is_held_nothing_is_taken_in_but_commands_and_the_relay_go_on(
    embedded_wire: Wire,
) -> None:
    wire = embedded_wire
    intake, sla = await wire.service("intake", simulated=True), await wire.service("sla", simulated=True)
    await wire.relay(intake)
    await wire.listen()
    later = clock.SIMULATION_BEGINS + timedelta(days=3)
    for each in (intake, sla):
        async with each.session() as session:
            await clock.set_clock(session, to=later, hold=True)
    async with intake.session() as session:
        await publish(session, "complaint", alarm("held"))
        assert await session.scalar(text("SELECT time FROM outbox")) == later

    async def sent() -> bool:
        async with intake.session() as session:
            return bool(await session.scalar(text("SELECT count(position) FROM outbox")))

    await until(sent)
    await asyncio.sleep(0.5)
    assert await effects(sla) == []
    async with sla.session() as session:
        await clock.set_clock(session, to=None, hold=False)
    await wait_for_effects(sla, 1)


async def test_a_simulated_clock_only_moves_forward_and_never_on_data_of_real_time(embedded_wire: Wire) -> None:
    real, simulated = await embedded_wire.service("intake"), await embedded_wire.service("sla", simulated=True)
    with pytest.raises(clock.ClockRefused):
        await clock.adopt_clock(real, simulated=True)
    with pytest.raises(clock.ClockRefused):
        await clock.adopt_clock(simulated, simulated=False)
    async with real.session() as session:
        with pytest.raises(clock.ClockRefused):
            await clock.set_clock(session, to=None, hold=True)
    async with simulated.session() as session:
        before = await clock.now(session)
        await clock.set_clock(session, to=before + timedelta(hours=1), hold=None)
        assert await clock.now(session) == before + timedelta(hours=1)
        with pytest.raises(clock.ClockRefused):
            await clock.set_clock(session, to=before, hold=None)


class Refused(Exception):
    """The command comes to nothing."""


async def test_commands_on_one_complaint_follow_one_another_and_number_without_a_gap(embedded_wire: Wire) -> None:
    casework = await embedded_wire.service("casework")

    async def command(number: int) -> None:
        async with casework.session() as session:
            await hold(session, "complaint")
            told = await session.scalar(text("SELECT count(*) FROM effects"))
            await session.execute(text("INSERT INTO effects (sequence) VALUES (:n)"), {"n": told + 1})
            await publish(session, "complaint", alarm(number), alarm(number))
            if number % 5 == 0:
                raise Refused

    async def one_by_one(numbers: range) -> None:
        for number in numbers:
            with contextlib.suppress(Refused):
                await command(number)

    await asyncio.gather(*(one_by_one(range(start, 40, 4)) for start in range(4)))
    async with casework.session() as session:
        counted = list(await session.scalars(text("SELECT sequence FROM effects ORDER BY id")))
        published = list(await session.scalars(text("SELECT sequence FROM outbox ORDER BY id")))
    assert counted == list(range(1, 33))
    assert published == list(range(1, 65))
