"""Insight beside the real intake: what comes in is found, in its own words, until it is erased."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.infrastructure.offices import new_office
from tests.infrastructure.postgres import PostgresServer
from tests.office import Office, open_office


@pytest_asyncio.fixture
async def house(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    """Intake, insight and the desk."""
    folder = tmp_path_factory.mktemp("insight-and-intake")
    making = new_office(postgres, folder, clock="simulated")
    async with making as settings, open_office(settings, ["intake", "insight", "desk"]) as office:
        yield office


async def test_what_comes_in_is_found_by_its_words_but_not_by_its_person_until_it_is_erased(house: Office) -> None:
    operator = await house.as_("operator1")
    person = {"name": "秦嘉樂", "phone": "13900001234"}
    words = {"text": "昨天起整棟樓停水，請打 139-0000-1234。", "place": {"address": "幸福路12號"}}
    received = await house.receive(operator, channel="phone", complainant=person, **words)
    await house.settle()

    async def found(text: str) -> list[dict[str, Any]]:
        answer = await operator.post("/insight/search", json={"text": text})
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    (hit,) = await found("整栋楼停水 幸福路")
    assert hit["number"] == received["number"]
    assert [[one["text"][a:b] for a, b in one["marks"]] for one in hit["highlights"]] == [["整棟樓停水"], ["幸福路"]]
    assert [await found(text) for text in ("秦嘉樂", "13900001234", "0000")] == [[], [], []]
    waiting = (await operator.get("/insight/queues/scope_check")).json()["items"]
    assert [one["id"] for one in waiting] == [received["id"]]
    erasure = await (await house.as_("admin")).post(f"/intake/complaints/{received['id']}/erasure")
    assert erasure.is_success, erasure.text
    await house.settle()
    assert await found("停水") == []
