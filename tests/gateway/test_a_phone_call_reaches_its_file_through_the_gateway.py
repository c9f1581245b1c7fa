"""The whole road, distributed: every step over HTTP through the gateway, every fact over Kafka."""

import asyncio
from datetime import UTC, datetime

from shared.settings import SERVICES
from tests.journeys.story import Story


async def test_a_phone_call_reaches_its_file(composed):
    story = await Story.by_phone(composed)
    assert await story.stage() == "assigned"
    await story.handle("acceptance")
    await story.investigated()
    await story.decided()
    await story.replied()
    assert (await story.status())["stage"] == "replied"
    await story.closed()
    await story.filed()
    assert await story.stage() == "filed"
    ledger = await story.ledger()
    assert ledger["reply.phone#1"]["state"] == "fulfilled"
    assert datetime.fromisoformat(ledger["reply.phone#1"]["due_at"]) > datetime.now(UTC)


async def test_every_service_says_that_it_is_ready(composed):
    async with composed.client() as door:
        for name in SERVICES:
            answer = await door.get(f"/{name}/ready")
            for _ in range(60):  # one whose database or broker does not answer for a moment says so, and is asked again
                if answer.is_success:
                    break
                await asyncio.sleep(1)
                answer = await door.get(f"/{name}/ready")
            assert answer.json() == {"ready": True, "wrong": []}, name


async def test_the_gateway_knows_no_other_way_in(composed):
    async with composed.client() as door:
        assert (await door.get("/")).headers["location"] == "/desk/"
        for path in ("/nobody/health", "/intakes", "/postgres"):
            assert (await door.get(path)).status_code == 404
