"""The network between a service and its database breaks: readiness tells the truth, and the service recovers."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from shared import database, embedded_bus
from tests.chaos.proxy import Proxy
from tests.infrastructure.offices import cloned_office
from tests.infrastructure.postgres import PostgresServer
from tests.invariants import check, tell
from tests.journeys.story import Story
from tests.office import Office, open_office
from tests.waiting import until


@dataclass
class Scene:
    """An office whose every connection to PostgreSQL goes through the proxy; the checker goes around it."""

    office: Office
    proxy: Proxy
    around: object

    async def ready(self, service: str) -> tuple[int, list[str], float]:
        """What readiness says, and how many seconds it took to say it."""
        begun = asyncio.get_running_loop().time()
        client: httpx.AsyncClient = await self.office.as_("director")
        answer = await client.get(f"/{service}/ready")
        return answer.status_code, answer.json()["wrong"], asyncio.get_running_loop().time() - begun


@pytest_asyncio.fixture
async def scene(postgres: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Scene]:
    for module in (database, embedded_bus):
        monkeypatch.setattr(module, "STATEMENT_SECONDS", 3.0)  # half a minute, outside tests
    async with (
        Proxy(postgres.host, postgres.port) as proxy,
        cloned_office(postgres, tmp_path / "office") as around,
        open_office(around.model_copy(update={"database_host": "127.0.0.1", "database_port": proxy.port})) as office,
    ):
        yield Scene(office, proxy, around)
        await proxy.heal()


async def _called(office: Office) -> Story:
    """A line that died unnoticed costs one 503 with `Retry-After`, and is asked again."""
    while True:
        try:
            return await Story.by_phone(office)
        except AssertionError as refused:
            if "/problems/unavailable" not in str(refused):
                raise
            await asyncio.sleep(0.3)


async def _until_ready(scene: Scene, *services: str) -> None:
    async def ready() -> bool:
        return all([(await scene.ready(name))[:2] == (200, []) for name in services])

    await until(ready, 120, every=0.2)


async def _goes_on(scene: Scene) -> None:
    """It recovers by itself: ready again, and a new complaint goes its way; nothing is lost or doubled."""

    await _until_ready(scene, "intake", "sla", "insight")
    for line in scene.office.lines.values():
        line.terminate()
    scene.office.lines.clear()  # the test's own connections went through the proxy, too
    story = await _called(scene.office)
    assert await story.stage() == "assigned"
    found, evidence = await check(scene.around, scene.office.answers, [], patience=60)  # type: ignore[arg-type]
    assert not found, tell(found, evidence)


async def test_a_database_that_is_cut_off_is_named_and_found_again(scene: Scene) -> None:
    await _until_ready(scene, "sla")
    await _called(scene.office)
    scene.proxy.cut()
    status, wrong, _ = await scene.ready("sla")
    assert status == 503
    assert "database" in wrong
    refused = await (await scene.office.as_("operator1")).post(
        "/intake/complaints", json={"channel": "phone", "text": "昨天起整棟樓停水，沒有任何通知。"}
    )
    assert (refused.status_code, "Retry-After" in refused.headers) == (503, True)
    await scene.proxy.heal()
    await _goes_on(scene)


async def test_a_database_that_swallows_everything_is_named_and_left(scene: Scene) -> None:
    await _called(scene.office)
    scene.proxy.half_open()
    status, wrong, seconds = await scene.ready("sla")
    assert status == 503
    assert "database" in wrong
    assert seconds < 20, "whoever asks whether it is ready gives up sooner"
    await asyncio.sleep(4)
    # the other end is there again, but nothing tells those who wait on a line that is dead
    scene.proxy.state = "through"
    await _goes_on(scene)


async def test_a_slow_database_is_waited_for(scene: Scene) -> None:
    scene.proxy.slow(0.05)
    await _until_ready(scene, "sla")
    story = await _called(scene.office)
    assert await story.stage() == "assigned"
    await scene.proxy.heal()
    await _goes_on(scene)
