"""Thousands of real citizens' messages go in through the front door; each is found, and the checker finds nothing.

The messages are other people's words: they stay beside the project, and where they are absent the test says so.
"""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from shared.settings import Settings
from tests.conftest import MakeOffice
from tests.invariants import gather, tell, violations
from tests.office import Office, open_office

DATA = Settings().shared_folder / "data"
AT_ONCE = 16

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.skipif(not DATA.is_dir(), reason=f"the real messages are not there ({DATA})"),
]


def _messages(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        text = "\n".join(part for part in (row.get("title"), row.get("text")) if part)
        yield {"external_id": f"{path.stem}:{row['id']}", "text": text}


async def _hand_in(office: Office, channel: str, messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    waiting = iter(messages)

    async def clerk() -> None:
        for message in waiting:
            await office.receive(office.channel(channel), channel=channel, **message)

    await asyncio.gather(*(clerk() for _ in range(AT_ONCE)))
    return [one["answer"] for one in office.answers]


@pytest.mark.parametrize(
    ("file", "channel", "rows"), [("city_messages.jsonl", "website", 2500), ("mayor_mailbox.jsonl", "email", 1067)]
)
async def test_every_real_message_is_accepted_and_found(
    make_office: MakeOffice, file: str, channel: str, rows: int
) -> None:
    settings = await make_office(clock="simulated", database_pool=8)
    async with open_office(settings) as office:
        messages = list(_messages(DATA / file))
        assert len(messages) == rows
        answers = await _hand_in(office, channel, messages)
        assert len({answer["number"] for answer in answers}) == rows
        await office.settle(600)

        director = await office.as_("director")
        for answer in answers:
            story = await director.get(f"/insight/complaints/{answer['number']}")
            assert story.status_code == 200, f"{answer['number']} is not in insight"
            assert story.json()["complaint"] == answer["id"]
        await _are_found_by_their_words(office, messages[:: rows // 25])

        evidence = await gather(settings, office.answers)
        assert not (found := violations(evidence)), tell(found[:20], evidence)


async def _are_found_by_their_words(office: Office, messages: list[dict[str, Any]]) -> None:
    director = await office.as_("director")
    by_text = {answer["sent"]["external_id"]: answer["answer"]["id"] for answer in office.answers}
    for message in messages:
        words = message["text"].replace("\n", " ")[2:10]
        found = await director.post("/insight/search", json={"text": words, "limit": 100})
        assert found.status_code == 200, found.text
        ids = {item["id"] for item in found.json()["items"]}
        assert by_text[message["external_id"]] in ids, "a message is not found by its own words"
