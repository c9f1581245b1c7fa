"""Whoever watches is told what changes, as it changes."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

import pytest

from services.insight.changes import watch_of
from shared.events import ComplaintErased
from shared.streams import stream_of
from tests.services.insight.conftest import InsightOffice


async def _changes(office: InsightOffice, officer: str) -> AsyncIterator[dict[str, Any]]:
    token = office.as_(officer).headers["Authorization"]
    async with aclosing(stream_of(office.app, "/insight/changes", {"Authorization": token})) as pieces:
        async for piece in pieces:
            for line in piece.decode().splitlines():
                if line.startswith("retry"):
                    yield {}
                if line.startswith("data:"):
                    yield json.loads(line[5:])


@pytest.mark.clause("6/3.4.7(3)")
async def test_a_change_is_told_once_with_its_stage_and_queues(office: InsightOffice) -> None:
    async with aclosing(_changes(office, "operator1")) as changes:
        assert await anext(changes) == {}
        complaint = await office.receive()
        change = await asyncio.wait_for(anext(changes), 30)
        assert change == {"complaint": complaint, "stage": "received", "queues": ["scope_check", "all"]}
        await office.hear(complaint, office.registered(), source="intake")
        change = await asyncio.wait_for(anext(changes), 30)
        assert (change["complaint"], change["stage"]) == (complaint, "registered")


async def test_an_officer_whom_a_complaint_names_is_not_told_that_it_changes(office: InsightOffice) -> None:
    async with aclosing(_changes(office, "water.head")) as changes:
        assert await anext(changes) == {}
        await office.receive(named_officers=["water.head"])
        await office.receive(named_officers=["water.handler"])
        other = await office.receive()
        assert (await asyncio.wait_for(anext(changes), 30))["complaint"] == other


async def test_a_change_that_commits_after_a_later_one_is_not_missed(office: InsightOffice) -> None:
    async with aclosing(_changes(office, "operator1")) as changes:
        assert await anext(changes) == {}
        first, second = await office.receive(), await office.receive()
        told = [(await asyncio.wait_for(anext(changes), 30))["complaint"] for _ in range(2)]
        assert told == [first, second]
        write = (
            "UPDATE complaints SET urgent = true, changed = CAST(CAST(pg_current_xact_id() AS text) AS bigint)"
            " WHERE id = '{}' RETURNING 1"
        )
        async with office.service.database.session() as slow:
            await (await slow.connection()).exec_driver_sql(write.format(first))
            await office.sql(write.format(second))
            assert (await asyncio.wait_for(anext(changes), 30))["complaint"] == second
        assert (await asyncio.wait_for(anext(changes), 30))["complaint"] == first
        await office.hear(second, ComplaintErased(by="admin"), source="intake")
        assert (await asyncio.wait_for(anext(changes), 30))["complaint"] == second


async def test_a_reader_who_falls_far_behind_is_let_go(office: InsightOffice) -> None:
    watch = watch_of(office.service)
    waiting: asyncio.Queue[Any] = asyncio.Queue(1)
    watch._readers.add(waiting)
    for _ in range(2):
        watch._tell(waiting, object())  # type: ignore[arg-type]
    assert waiting.get_nowait() is None
    assert waiting not in watch._readers
