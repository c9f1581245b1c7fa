"""The journal: what a dashboard reads, and what heals a gap."""

import asyncio
import json

from shared import journal
from shared.outbox import publish
from tests.contracts.wire import Wire, alarm, tell
from tests.waiting import until


async def test_the_journal_is_read_page_by_page_without_a_gap(embedded_wire: Wire) -> None:
    intake = await embedded_wire.service("intake")
    await tell(intake, ["a", "b", "c"], range(10))
    await embedded_wire.relay(intake)

    async def all_sent() -> bool:
        return (await journal.page(intake, 0, 100)).position == 30

    await until(all_sent)
    documents, position = [], 0
    while page := await journal.page(intake, position, 7):
        if not page.events:
            break
        documents += page.events
        position = page.position
    assert [each["position"] for each in documents] == [str(number) for number in range(1, 31)]
    assert {each["specversion"] for each in documents} == {"1.0"}
    assert [each["sequence"] for each in documents if each["subject"] == "b"] == [str(n) for n in range(1, 11)]


async def test_a_facts_journal_entry_is_there_before_it_is_sent(embedded_wire: Wire) -> None:
    intake = await embedded_wire.service("intake")
    await tell(intake, ["a", "b"], range(5))
    found = await journal.of_subject(intake, "a", 2)
    assert [(event.subject, event.sequence) for event in found] == [("a", 3), ("a", 4), ("a", 5)]
    assert (await journal.page(intake, 0, 10)).events == []


async def test_a_live_stream_goes_on_where_the_listener_was(embedded_wire: Wire) -> None:
    intake = await embedded_wire.service("intake")
    await embedded_wire.relay(intake)
    stopping = asyncio.Event()
    heard: list[str] = []

    async def listen(after: int) -> None:
        async for piece in journal.stream(intake, after, stopping):
            heard.append(piece)  # noqa: PERF401 - each as it comes

    first = asyncio.create_task(listen(0))
    await tell(intake, ["a"], range(3))
    await until(lambda: _has(heard, 4))
    first.cancel()
    await tell(intake, ["a"], [3])
    second = asyncio.create_task(listen(3))
    async with intake.session() as session:
        await publish(session, "a", alarm("live"))
    await until(lambda: _has(heard, 7))
    ids = [piece.split("\n")[0] for piece in heard if piece.startswith("id")]
    assert ids == [f"id: {number}" for number in range(1, 6)]
    assert json.loads(heard[-1].split("data: ")[1])["data"]["cause"] == "live"
    stopping.set()
    await asyncio.wait_for(second, 30)


async def _has(pieces: list[str], count: int) -> bool:
    return len(pieces) >= count
