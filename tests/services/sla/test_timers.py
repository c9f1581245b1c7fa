"""Timers: a backlog is caught up with once, by any number of replicas; what is due can be asked for."""

import asyncio
from uuid import uuid4

from sqlalchemy import text

from services.sla import timers
from services.sla.standing import open_office
from services.sla.timers import sweep
from tests.services.sla.conftest import Engine
from tests.services.sla.histories import Story

MANY = 120


def phone(name: str, when: str) -> Story:
    story = Story(name)
    story.received(when, "phone")
    story.registered(when, "phone")
    return story


async def test_what_is_due_can_be_asked_for_and_an_unknown_complaint_is_said_to_be_unknown(engine: Engine):
    await engine.set_clock("2026-03-02 10:00")
    await engine.hears(phone("c-due", "2026-03-02 10:00"))
    found = (await engine.client.get("/sla/due", params={"until": "2026-03-05T00:00:00Z"})).json()
    assert [row["row"] for row in found] == ["first_follow_up.ordinary#1", "reply.phone#1"]
    assert (await engine.client.get("/sla/complaints/nobody/ledger")).status_code == 404
    unknown = await engine.client.get(f"/sla/complaints/{uuid4()}/ledger")
    assert (unknown.status_code, unknown.headers["Retry-After"]) == (503, "1")


async def test_a_backlog_is_caught_up_with_once_by_any_number_of_replicas(engine: Engine, monkeypatch):
    await engine.set_clock("2026-03-09 10:00")
    await engine.hears(*(phone(f"c-{n}", "2026-03-09 10:00") for n in range(MANY)))
    monkeypatch.setattr(timers, "BATCH", 7)
    admin = engine.as_("administrator")
    await engine.client.post("/sla/clock", json={"now": "2026-03-12T02:00:00Z", "hold": True}, headers=admin)
    await engine.client.post("/sla/clock", json={"hold": False}, headers=admin)

    async def replica() -> None:
        while await sweep(engine.service):
            pass

    await asyncio.gather(*(replica() for _ in range(4)))
    await engine.rest()
    once = await engine.sql(
        "SELECT subject, data ->> 'row' AS row, count(*) AS n FROM outbox WHERE type = 'duty.breached'"
        " AND data ->> 'row' = 'reply.phone#1' AND subject <> 'c-due' GROUP BY 1, 2"
    )
    assert len(once) == MANY
    assert {row.n for row in once} == {1}
    warned = await engine.sql(
        "SELECT count(*) AS n FROM outbox WHERE type = 'duty.warned' AND data ->> 'row' = 'reply.phone#1'"
        " AND subject <> 'c-due'"
    )
    assert warned[0].n == 0, "what is over is not warned of any more"


async def test_nothing_is_due_while_the_clock_is_held(engine: Engine):
    await engine.set_clock("2026-03-16 10:00")
    await engine.hears(phone("c-held", "2026-03-16 10:00"))
    admin = engine.as_("administrator")
    await engine.client.post("/sla/clock", json={"now": "2026-03-20T02:00:00Z", "hold": True}, headers=admin)
    assert await sweep(engine.service) is False
    assert await engine.published("duty.breached", "c-held") == []
    await engine.client.post("/sla/clock", json={"hold": False}, headers=admin)
    await engine.rest()
    assert len(await engine.published("duty.breached", "c-held")) == 2


async def test_a_complaint_that_cannot_be_computed_does_not_stop_the_others(engine: Engine):
    await engine.set_clock("2026-03-23 10:00")
    await engine.hears(phone("c-ill", "2026-03-23 10:00"), phone("c-well", "2026-03-23 10:00"))
    async with engine.service.database.session() as session:
        broken = "UPDATE facts SET data = data || '{\"procedure_version\": \"none\"}' WHERE complaint = 'c-ill'"
        await session.execute(text(broken))
        await session.execute(text("UPDATE timers SET next_turn_at = '2026-03-23' WHERE complaint LIKE 'c-_%ll'"))
    await engine.rest()
    later = await engine.sql("SELECT complaint FROM timers WHERE next_turn_at = '2026-03-23 03:00+00'")
    assert [row.complaint for row in later] == ["c-ill"]
    async with engine.service.database.session() as session:
        await session.execute(text("DELETE FROM timers WHERE complaint = 'c-ill'"))


async def test_the_sweeps_enter_their_indexes_at_the_present_time(engine: Engine):
    async with engine.service.database.session() as session:
        await session.execute(text("SET LOCAL enable_seqscan = off"))
        for statement in ("CLAIM_ROWS", "CLAIM_TURNS"):
            query = getattr(timers.statements, statement).text.replace(":batch", "500")
            plan = "\n".join(row[0] for row in await session.execute(text(f"EXPLAIN {query}")))
            assert "Index Cond: (next_" in plan, plan


async def test_an_open_complaint_is_counted_under_its_version_also_where_an_older_program_left_it_out(engine: Engine):
    await engine.hears(phone("c-counted", "2026-03-24 10:00"))

    async def counted() -> int:
        versions = (await engine.client.get("/sla/procedure/versions")).json()
        return sum(one["open_complaints"] for one in versions if one["in_force"])

    before = await counted()
    async with engine.service.database.session() as session:
        await session.execute(text("UPDATE timers SET version = NULL WHERE complaint = 'c-counted'"))
    assert await counted() == before - 1
    await open_office(engine.service)
    assert await counted() == before
