"""Which failures wait for better times, and which park a complaint: shown on a real PostgreSQL."""

import asyncio

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.database import Database
from shared.errors import Problem
from shared.faults import describe, is_infrastructure
from tests.contracts.wire import Wire


async def _fault_of(database: Database, statement: str, **values: object) -> Exception:
    with pytest.raises(Exception) as caught:  # noqa: PT011 - which one it is, is the question
        async with database.session() as session:
            await session.execute(text(statement), values)
    return caught.value


@pytest.mark.parametrize(
    "statement",
    ["INSERT INTO subjects (subject) VALUES ('a'), ('a')", "SELECT 1 / 0", "SELECT * FROM nowhere", "SELECT 'x'::int"],
)
async def test_a_statement_that_can_never_succeed_parks(embedded_wire: Wire, statement: str) -> None:
    assert not is_infrastructure(await _fault_of(await embedded_wire.service("sla"), statement))


async def test_a_value_of_the_wrong_type_parks_and_is_not_quoted(embedded_wire: Wire) -> None:
    fault = await _fault_of(await embedded_wire.service("sla"), "SELECT CAST(:value AS int)", value="secret words")
    assert not is_infrastructure(fault)
    assert "secret" not in describe(fault)


async def test_a_connection_that_the_server_ends_is_waited_for(embedded_wire: Wire) -> None:
    sla = await embedded_wire.service("sla")
    fault = await _fault_of(sla, "SELECT pg_terminate_backend(pg_backend_pid())")
    assert is_infrastructure(fault)


async def test_a_server_that_does_not_answer_is_waited_for() -> None:
    nowhere = Database("postgresql://nobody:x@127.0.0.1:1/nothing", "sla")
    assert is_infrastructure(await _fault_of(nowhere, "SELECT 1"))
    await nowhere.dispose()


async def test_two_that_wait_for_each_other_are_tried_again(embedded_wire: Wire) -> None:
    sla = await embedded_wire.service("sla")
    async with sla.session() as session:
        await session.execute(text("INSERT INTO subjects (subject) VALUES ('a'), ('b')"))
    both_hold = asyncio.Barrier(2)

    async def take(first: str, second: str) -> None:
        async with sla.session() as session:
            await _touch(session, first)
            await both_hold.wait()
            await _touch(session, second)

    results = await asyncio.gather(take("a", "b"), take("b", "a"), return_exceptions=True)
    [fault] = [each for each in results if each is not None]
    assert is_infrastructure(fault)


async def _touch(session: AsyncSession, subject: str) -> None:
    await session.execute(text("UPDATE subjects SET sequence = 1 WHERE subject = :subject"), {"subject": subject})


def test_a_busy_service_is_waited_for_and_a_refusal_is_not() -> None:
    assert is_infrastructure(Problem(503, "ahead"))
    assert is_infrastructure(httpx.ConnectError("down"))
    assert not is_infrastructure(Problem(404, "not_found"))
    assert not is_infrastructure(Problem(500, "internal"))
