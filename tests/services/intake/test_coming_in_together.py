"""Many come in at the same moment: they share one commit, and each gets the answer that is theirs."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text

from services.intake.coalescing import Coalescer
from shared.errors import Problem
from tests.services.intake.conftest import Edge


async def _send(edge: Edge, key: str | None, **body: Any) -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    who = edge.channel("website")
    return await who.post("/intake/complaints", json={"channel": "website", "text": "停水"} | body, headers=headers)


async def _numbers(edge: Edge) -> list[int]:
    async with edge.service.database.session() as session:
        return list(await session.scalars(text("SELECT running FROM complaints ORDER BY running")))


async def test_two_hundred_at_once_each_get_their_own_answer_and_one_number_without_a_gap(edge: Edge) -> None:
    before = await _numbers(edge)
    ordinary = [_send(edge, f"many {n}", external_id=f"many {n}") for n in range(190)]
    twice = [_send(edge, "many twice", text="兩次") for _ in range(4)]
    reused = [_send(edge, "many 7", text="同一個 key，另一份內容")]
    other_body = [_send(edge, None, external_id="many 9", text="同一個外部編號，另一份內容")]
    wrong = [_send(edge, "many wrong", attachments=["00000000-0000-0000-0000-000000000000"]) for _ in range(2)]
    answers = await asyncio.gather(*ordinary, *twice, *reused, *other_body, *wrong)

    taken, same, (key, external, *unknown) = answers[:190], answers[190:194], answers[194:]
    # which of two that differ comes first is anybody's; the other one is told
    assert sorted((taken[7].status_code, key.status_code)) == [201, 422]
    assert sorted((taken[9].status_code, external.status_code)) == [201, 409]
    assert {each.status_code for n, each in enumerate(taken) if n not in {7, 9}} == {201}
    assert len({each.text for each in same}) == 1
    assert [each.json()["errors"][0]["rule"] for each in unknown] == ["attachment_unknown"] * 2

    made = {each.json()["number"] for each in (*taken, *same, key, external) if each.status_code == 201}
    numbers = await _numbers(edge)
    assert len(made) == 191 == len(numbers) - len(before)
    # those that were refused left no hole: their numbers went to the next ones, at the latest to these
    await asyncio.gather(*(_send(edge, None) for _ in range(8)))
    new = (await _numbers(edge))[len(before) :]
    assert new == list(range(new[0], new[0] + len(new)))
    for answer in (*taken[:5], *same):
        facts = await edge.facts(answer.json()["id"])
        assert [(fact.type, fact.sequence) for fact in facts] == [("complaint.received", 1)]


async def test_a_row_that_the_database_refuses_harms_nobody_else(edge: Edge) -> None:
    async with edge.service.database.session() as session:
        await session.execute(
            text("ALTER TABLE complaints ADD CONSTRAINT no_poison CHECK (district IS DISTINCT FROM 'poison')")
        )
    try:
        places = [{"district": "poison" if n == 17 else "西"} for n in range(40)]
        # through the open door of the service: a transport that raises what the server would answer as 500
        sent = [_send(edge, f"poison {n}", place=place) for n, place in enumerate(places)]
        answers = await asyncio.gather(*sent, return_exceptions=True)
    finally:
        async with edge.service.database.session() as session:
            await session.execute(text("ALTER TABLE complaints DROP CONSTRAINT no_poison"))
    assert [getattr(each, "status_code", 500) for each in answers] == [500 if n == 17 else 201 for n in range(40)]
    again = await _send(edge, "poison 17", place={"district": "西"})
    assert again.status_code == 201


async def test_nobody_waits_for_company_and_what_comes_meanwhile_goes_next_together() -> None:
    batches: list[list[int]] = []
    written = asyncio.Event()

    async def flush(asked: list[int]) -> list[int]:
        batches.append(asked)
        await written.wait()
        return asked

    together = Coalescer(flush)
    first = asyncio.create_task(together.ask(1))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert batches == [[1]]
    others = [asyncio.create_task(together.ask(n)) for n in (2, 3, 4)]
    await asyncio.sleep(0)
    written.set()
    assert await asyncio.gather(first, *others) == [1, 2, 3, 4]
    assert batches == [[1], [2, 3, 4]]


async def test_a_batch_is_halved_until_the_culprit_stands_alone_but_a_database_that_is_down_is_told_to_all() -> None:
    tried: list[int] = []

    async def flush(asked: list[str]) -> list[str | Exception]:
        tried.append(len(asked))
        if "down" in asked:
            raise ConnectionError
        if "poison" in asked:
            raise ValueError("poison")
        return [Problem(422, "invalid") if one == "wrong" else one for one in asked]

    together = Coalescer(flush)
    asked = ["a", "b", "poison", "wrong", "c"]
    answers: list[Any] = await asyncio.gather(*map(together.ask, asked), return_exceptions=True)
    assert [type(each) for each in answers] == [str, str, ValueError, Problem, str]
    tried.clear()
    down = await asyncio.gather(*map(together.ask, ["a", "down", "b"]), return_exceptions=True)
    assert [type(each) for each in down] == [ConnectionError] * 3
    assert tried == [3]
    with pytest.raises(ValueError, match="poison"):
        await together.ask("poison")
