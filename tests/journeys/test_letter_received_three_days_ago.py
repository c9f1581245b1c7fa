"""A letter that lay in the mailbox: every clock counts from the day it was received."""

import pytest

from tests.journeys.story import CALLER, UNCLEAR, Story, at, end_of
from tests.office import Office

LETTER = {
    "complainant": {"name": "魏澤", "postal_address": "江北路 18 號 2 棟 501"},
    "text": UNCLEAR,
    "received_at": at("2026-02-27 10:00").isoformat(),
}
METER = {
    "service": "water",
    "topic_code": "water.billing",
    "nature": "charging",
    "kind": "complaint",
    "level": 3,
    "importance": "ordinary",
}


@pytest.mark.clause("4/5.2.7(2)", "5/3.1")
async def test_a_letter_received_three_days_ago_is_registered_late_and_answered_in_time(office: Office) -> None:
    story = await Story.through(office, "letter", **LETTER)
    assert await story.stage() == "received"
    # Friday 27 February + 1: Saturday 28 February is a make-up day for the Spring Festival, so it was due then;
    # + 5: Saturday 28 February, Monday 2, Tuesday 3, Wednesday 4, Thursday 5 March
    assert await story.due("registration#1") == end_of("2026-02-28")
    assert await story.due("reply.written#1") == end_of("2026-03-05")
    assert await story.due("first_follow_up.ordinary#1") == at("2026-03-01 10:00")
    await story.has(registration="breached", reply_written="provisional", first_follow_up_ordinary="provisional")

    await story.until("2026-03-02 09:30")
    await story.registered(METER)
    await story.has(registration="late", reply_written="running", first_follow_up_ordinary="breached")
    # from registration on Monday 2 March: 3 4 5 6, 9 10 11 12 13, 16 March
    assert await story.due("set_time.3#1") == end_of("2026-03-16")

    await story.handle("acceptance")
    await story.handle("follow-ups", way="on_site", finding="in_progress", text="已到現場核對水表。")
    await story.investigated()
    await story.decided("partly_upheld")
    await story.until("2026-03-05 17:00")
    # by post: it counts as sent when its posting is on record
    letter = await story.replied("letter")
    assert await story.stage() == "decided"
    await story.has(reply_written="running")
    post = {"proof": "posting_record", "text": "掛號信 RR100200300CN"}
    await story.as_("operator1", "POST", f"/reply/letters/{letter}/delivery", **post)
    assert await story.stage() == "replied"
    await story.has(reply_written="fulfilled", result_notice="fulfilled", first_follow_up_ordinary="late")
    assert await story.due("reply.written#1") == end_of("2026-03-05")


@pytest.mark.clause("6/3.4.1(2)")
async def test_a_letter_cannot_have_been_received_tomorrow(office: Office) -> None:
    ahead = {"channel": "letter", **LETTER, "received_at": at("2026-03-02 09:01").isoformat()}
    answer = await office.channel("letter").post("/intake/complaints", json=ahead)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "received_at"


@pytest.mark.clause("6/3.4.1(2)")
async def test_a_web_form_cannot_say_when_it_was_received(office: Office) -> None:
    body = {"channel": "website", "complainant": CALLER, "text": LETTER["text"], "received_at": LETTER["received_at"]}
    answer = await office.channel("website").post("/intake/complaints", json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "received_at"
