"""What both carriers promise. Every test runs over the embedded carrier and over Apache Kafka."""

import asyncio
import sys
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.bus import EventTooLarge, dead_letter
from shared.consumer import Consumer
from shared.database import connect
from shared.events import Event
from shared.outbox import publish
from shared.parking import parked_subjects, release
from shared.relay import Relay
from tests.contracts.reader import LAST
from tests.contracts.wire import Wire, alarm, assert_in_order, effects, note, tell, wait_for_effects
from tests.waiting import until

COMPLAINTS = [f"complaint-{number}" for number in range(12)]


async def test_a_complaints_facts_arrive_in_the_order_in_which_they_happened(wire: Wire) -> None:
    intake, casework = await wire.service("intake"), await wire.service("casework")
    for each in (intake, casework):
        await wire.relay(each)
    await wire.listen()
    await asyncio.gather(tell(intake, COMPLAINTS, range(10)), tell(casework, COMPLAINTS, range(5)))
    found = await wait_for_effects(wire.databases["sla"], 12 * 15)
    counts = {(subject, "intake"): 10 for subject in COMPLAINTS} | {(subject, "casework"): 5 for subject in COMPLAINTS}
    assert_in_order(found, counts)


async def test_a_batch_that_raises_comes_again_and_has_its_effect_once(wire: Wire) -> None:
    intake = await wire.service("intake")
    raised = 0

    async def fails_three_times(session: AsyncSession, event: Event) -> None:
        nonlocal raised
        await note(session, event)
        if event.data.cause == "2" and raised < 3:
            raised += 1
            raise ConnectionError

    await wire.relay(intake)
    await tell(intake, COMPLAINTS, range(4))
    await wire.listen("sla", fails_three_times)
    assert_in_order(await wait_for_effects(wire.databases["sla"], 48), {(one, "intake"): 4 for one in COMPLAINTS})
    assert raised == 3


async def test_a_reader_killed_in_the_middle_of_a_batch_leaves_nothing_half_done(wire: Wire) -> None:
    intake, sla = await wire.service("intake"), await wire.service("sla")
    relay = await wire.relay(intake)
    await tell(intake, COMPLAINTS, range(5))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.contracts.reader"),
        *(sla.url.render_as_string(hide_password=False), wire.address, f"{wire.name}."),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    for _ in range(LAST):
        assert await asyncio.wait_for(process.stdout.readline(), 60) == b"handled\n"
    process.kill()
    await process.wait()
    assert 0 < len(await effects(sla)) < 60
    await wire.listen()
    assert_in_order(await wait_for_effects(sla, 60), {(one, "intake"): 5 for one in COMPLAINTS})
    assert relay.healthy()


async def test_groups_hear_everything_independently_of_each_other(wire: Wire) -> None:
    intake = await wire.service("intake")
    await wire.relay(intake)
    await tell(intake, COMPLAINTS, range(2))

    async def deaf(session: AsyncSession, event: Event) -> None:
        raise ConnectionError

    await wire.listen("reply", deaf)
    await wire.listen("sla")
    await wire.listen("archive")
    for name in ("sla", "archive"):
        await wait_for_effects(wire.databases[name], 24)
    assert await effects(wire.databases["reply"]) == []


async def test_a_poisoned_complaint_is_parked_and_released_in_order_while_others_go_on(wire: Wire) -> None:
    intake = await wire.service("intake")
    cured = False

    async def chokes(session: AsyncSession, event: Event) -> None:
        await note(session, event)
        if event.subject == "complaint-3" and event.data.cause == "1" and not cured:
            raise ValueError("secret words")

    await wire.relay(intake)
    consumer = await wire.listen("sla", chokes)
    sla = wire.databases["sla"]
    await tell(intake, COMPLAINTS, range(4))
    await wait_for_effects(sla, 11 * 4 + 1)
    [parked] = await until(lambda: parked_subjects(sla))
    assert (parked["subject"], parked["events"]) == ("complaint-3", 3)
    assert parked["error"].startswith("ValueError at ")
    assert "secret" not in parked["error"]

    assert await release(consumer, "complaint-3") == 0
    assert len(await effects(sla)) == 45
    cured = True
    assert await release(consumer, "complaint-3") == 3
    assert_in_order(await effects(sla), {(one, "intake"): 4 for one in COMPLAINTS})
    assert await parked_subjects(sla) == []
    await tell(intake, ["complaint-3"], [4])
    await wait_for_effects(sla, 49)
    await _dead_letter_has(wire, "complaint-3", 2)


async def _dead_letter_has(wire: Wire, subject: str, sequence: int) -> None:
    letters = await (await wire.bus()).subscribe("operator", [dead_letter("sla")])
    portions = await until(lambda: letters.fetch(10, 1))
    assert [(one.subject, one.sequence) for portion in portions for one in portion.events] == [(subject, sequence)]
    await letters.stop()


async def test_a_lost_fact_is_noticed_and_fetched_from_its_owners_journal(wire: Wire) -> None:
    intake = await wire.service("intake")
    await tell(intake, COMPLAINTS, range(3))
    async with intake.session() as session:  # sent, says the outbox; but the wire has never seen them
        await session.execute(
            text(
                "UPDATE outbox SET position = id WHERE sequence IN (1, 2) AND subject IN ('complaint-1', 'complaint-5')"
            )
        )
    await wire.relay(intake)
    await wire.listen()
    assert_in_order(await wait_for_effects(wire.databases["sla"], 36), {(one, "intake"): 3 for one in COMPLAINTS})


async def test_a_loss_that_nobody_can_make_good_parks_the_complaint_until_it_is_found(wire: Wire) -> None:
    intake = await wire.service("intake")
    await tell(intake, COMPLAINTS, range(3))

    async def rename(before: str, after: str) -> None:
        async with intake.session() as session:
            query = "UPDATE outbox SET subject = :after WHERE sequence = 2 AND subject = :before"
            await session.execute(text(query), {"before": before, "after": after})

    await rename("complaint-1", "elsewhere")
    await wire.relay(intake)
    consumer = await wire.listen()
    sla = wire.databases["sla"]
    await wait_for_effects(sla, 34)
    parked = {each["subject"]: each["error"] for each in await until(lambda: parked_subjects(sla))}
    assert parked == {"complaint-1": "gap", "elsewhere": "gap"}
    assert await release(consumer, "complaint-1") == 0
    await rename("elsewhere", "complaint-1")
    assert await release(consumer, "complaint-1") == 2
    assert_in_order(await effects(sla), {(one, "intake"): 3 for one in COMPLAINTS})


async def test_reading_again_from_the_beginning_changes_nothing_but_fills_a_new_database(wire: Wire) -> None:
    intake = await wire.service("intake")
    await wire.relay(intake)
    consumer = await wire.listen()
    await tell(intake, COMPLAINTS, range(3))
    await wait_for_effects(wire.databases["sla"], 36)
    await until(lambda: _caught_up(consumer))
    await consumer.rewind()
    await until(lambda: _caught_up(consumer))
    await wait_for_effects(wire.databases["sla"], 36)
    await wire.stop(consumer)

    rebuilt = await wire.service("sla", database="rebuilt")
    again = await wire.consumer("sla", database=rebuilt)
    await again.rewind()
    wire.run(again)
    assert_in_order(await wait_for_effects(rebuilt, 36), {(one, "intake"): 3 for one in COMPLAINTS})


async def _caught_up(consumer: Consumer) -> bool:
    return await consumer.lag() == 0


async def test_a_late_group_begins_at_the_beginning(wire: Wire) -> None:
    intake = await wire.service("intake")
    await wire.relay(intake)
    await wire.listen()
    await tell(intake, COMPLAINTS, range(3))
    await wait_for_effects(wire.databases["sla"], 36)
    await wire.listen("insight")
    assert_in_order(await wait_for_effects(wire.databases["insight"], 36), {(one, "intake"): 3 for one in COMPLAINTS})


async def test_a_fact_of_more_than_a_megabyte_is_refused_and_one_below_it_travels(wire: Wire) -> None:
    intake = await wire.service("intake")
    await wire.relay(intake)
    await wire.listen()
    with pytest.raises(EventTooLarge):
        async with intake.session() as session:
            await publish(session, "large", alarm("refused", size=1_000_000))
    async with intake.session() as session:
        await publish(session, "large", alarm("carried", size=999_000))
    assert await wait_for_effects(wire.databases["sla"], 1) == [("large", "intake", 1, "carried")]
    too_large = Event(
        "id", "intake", "alarm.raised", "large", 2, datetime.now(UTC), "complaints", alarm(size=1_000_000)
    )
    with pytest.raises(EventTooLarge):
        await (await wire.bus()).append([too_large])


async def test_a_reader_stops_at_once_and_goes_on_where_it_was(wire: Wire) -> None:
    intake = await wire.service("intake")
    await wire.relay(intake)
    consumer = await wire.listen()
    await tell(intake, COMPLAINTS, range(2))
    await wait_for_effects(wire.databases["sla"], 24)
    before = asyncio.get_running_loop().time()
    await wire.stop(consumer)
    assert asyncio.get_running_loop().time() - before < 10
    await tell(intake, COMPLAINTS, range(2, 4))
    heard: list[Event] = []

    async def hears(session: AsyncSession, event: Event) -> None:
        heard.append(event)
        await note(session, event)

    await wire.listen("sla", hears)
    assert_in_order(await wait_for_effects(wire.databases["sla"], 48), {(one, "intake"): 4 for one in COMPLAINTS})
    assert len(heard) == 24


async def test_what_is_on_the_wire_twice_has_its_effect_once(wire: Wire) -> None:
    intake = await wire.service("intake")
    relay = await wire.relay(intake)
    await wire.listen()
    await tell(intake, COMPLAINTS, range(2))
    await wait_for_effects(wire.databases["sla"], 24)
    await wire.stop(relay)
    async with intake.session() as session:  # as if the relay had died between sending and noting it
        await session.execute(text("UPDATE outbox SET position = NULL WHERE position > 12"))
    await tell(intake, COMPLAINTS, [2])
    await wire.relay(intake)
    assert_in_order(await wait_for_effects(wire.databases["sla"], 36), {(one, "intake"): 3 for one in COMPLAINTS})
    assert sum((await (await wire.bus()).end_offsets(["complaints"])).values()) == 48


async def test_one_relay_of_a_database_works_and_another_takes_over(wire: Wire) -> None:
    intake = await wire.service("intake")
    first, second = await wire.relay(intake), await wire.relay(intake)
    await tell(intake, COMPLAINTS, range(4))

    async def all_sent() -> bool:
        async with intake.session() as session:
            return not await session.scalar(text("SELECT count(*) FROM outbox WHERE position IS NULL"))

    await until(all_sent)
    await wire.stop(first)
    await tell(intake, COMPLAINTS, range(4, 6))
    await until(all_sent)
    async with intake.session() as session:
        positions = list(await session.scalars(text("SELECT position FROM outbox ORDER BY position")))
    assert positions == list(range(1, 73))
    assert sum((await (await wire.bus()).end_offsets(["complaints"])).values()) == 72
    assert second.healthy()


async def test_nothing_is_skipped_while_a_service_that_must_be_asked_is_down(wire: Wire) -> None:
    intake = await wire.service("intake")
    up = asyncio.Event()

    async def ask(events: list[Event]) -> dict[str, str]:
        if not up.is_set():
            raise ConnectionError
        return {event.subject: "answer" for event in events}

    async def uses_the_answer(session: AsyncSession, event: Event) -> None:
        assert session.info["prepared"][event.subject] == "answer"
        await note(session, event)

    await wire.relay(intake)
    consumer = await wire.listen("sla", uses_the_answer, prepare=ask)
    await tell(intake, COMPLAINTS, range(2))
    await asyncio.sleep(1)
    assert await effects(wire.databases["sla"]) == []
    up.set()
    assert_in_order(await wait_for_effects(wire.databases["sla"], 24), {(one, "intake"): 2 for one in COMPLAINTS})
    assert consumer.healthy()
    assert await parked_subjects(wire.databases["sla"]) == []


async def test_nothing_is_lost_or_doubled_when_the_database_ends_every_connection_again_and_again(wire: Wire) -> None:
    intake = await wire.service("intake")
    await wire.relay(intake)
    await wire.listen()
    sla = wire.databases["sla"]
    admin = await connect(wire.server.url(), "tests")
    for number in range(6):
        await tell(intake, COMPLAINTS, [number])
        await asyncio.sleep(0.05)
        await admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE starts_with(datname, $1)", f"{wire.name}_"
        )
        await intake.engine.dispose()  # the publisher of this test is not what is being tried
        await sla.engine.dispose()
    await admin.close()
    assert_in_order(await wait_for_effects(sla, 72), {(one, "intake"): 6 for one in COMPLAINTS})
    assert await parked_subjects(sla) == []


async def test_two_replicas_of_a_reader_share_the_work_and_double_nothing(wire: Wire) -> None:
    intake = await wire.service("intake")
    await wire.relay(intake)
    first = await wire.listen()
    await tell(intake, COMPLAINTS, range(3))
    await wait_for_effects(wire.databases["sla"], 36)
    await wire.listen()
    await tell(intake, COMPLAINTS, range(3, 6))
    await wait_for_effects(wire.databases["sla"], 72)
    await wire.stop(first)
    await tell(intake, COMPLAINTS, range(6, 8))
    assert_in_order(await wait_for_effects(wire.databases["sla"], 96), {(one, "intake"): 8 for one in COMPLAINTS})


async def test_a_fact_of_a_later_version_is_passed_over_and_the_next_one_is_taken_in(wire: Wire) -> None:
    fact = alarm("known")
    known = Event(
        id="known",
        source="intake",
        type=fact.type,
        subject="complaint-1",
        sequence=1,
        time=datetime.now(UTC),
        topic=fact.topic,
        data=fact,
    )
    unknown = replace(known, id="new", type="complaint.levitated.v9", sequence=2)
    after = replace(known, id="after", sequence=3, data=alarm("after"))
    await (await wire.bus()).append([known, unknown, after])
    await wire.listen()
    found = await wait_for_effects(wire.databases["sla"], 2)
    assert [cause for *_, cause in found] == ["known", "after"]


async def test_a_relay_waits_for_its_carrier_and_keeps_the_order(wire: Wire) -> None:
    intake = await wire.service("intake")
    bus = await wire.bus()
    append, broken = bus.append, True

    async def sometimes(events: list[Event]) -> None:
        if broken:
            await append(events[:3])
            raise ConnectionError
        await append(events)

    bus.append = sometimes  # type: ignore[method-assign,assignment]
    relay = wire.run(Relay(intake, bus, poll_seconds=0.2))
    await tell(intake, COMPLAINTS, range(3))
    await until(lambda: _has_failed(relay))
    broken = False
    await wire.listen()
    assert_in_order(await wait_for_effects(wire.databases["sla"], 36), {(one, "intake"): 3 for one in COMPLAINTS})


async def _has_failed(relay: Relay) -> bool:
    return relay._failures > 1
