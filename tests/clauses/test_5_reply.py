"""Chapter 5 and 4/5.2.10: the written reply, by when, and with what in it."""

import pytest

from tests.journeys.story import Story, at, end_of
from tests.office import Office


async def _warned(story: Story, row: str) -> list[float]:
    return list((await story.ledger())[row]["warned"])


@pytest.mark.clause("5/3.1")
async def test_a_letter_is_answered_within_five_working_days_or_warned_of_breached_and_late(office: Office) -> None:
    story = await Story.through(office, "letter", received_at=at("2026-03-02 09:00").isoformat())
    await story.registered()
    await story.handle("acceptance")
    await story.investigated()
    await story.decided()
    assert await story.due("reply.written#1") == end_of("2026-03-09")
    # 42 office hours from Monday 09:00 to the next Monday's end: 80 % of them are over on Friday
    await story.until("2026-03-09 09:00")
    assert await _warned(story, "reply.written#1") == [0.5, 0.8]
    await story.until("2026-03-09 23:59")
    await story.has(reply_written="running")
    await story.until("2026-03-10 09:00")
    await story.has(reply_written="breached")
    await story.replied()
    await story.has(reply_written="late")
    in_time = await Story.through(office, "letter", received_at=at("2026-03-09 09:00").isoformat())
    await in_time.registered()
    await in_time.handle("acceptance")
    await in_time.investigated()
    await in_time.decided()
    await in_time.replied()
    await in_time.has(reply_written="fulfilled")


@pytest.mark.clause("5/3.3", "5/3.4")
async def test_a_web_form_is_warned_of_and_breached_after_three_days_and_so_are_the_duties_of_its_extension(
    office: Office,
) -> None:
    story = await Story.through(office, "website")
    await story.registered()
    await story.handle("acceptance")
    assert await story.due("reply.online#1") == end_of("2026-03-05")
    officer = await story.handler()
    asked = {"until": "2026-03-12", "reason": "需要等待外部檢測結果。"}
    extension = await story.as_(officer, "POST", "/reply/complaints/{id}/extensions", **asked)
    await story.as_("water.head", "POST", f"/reply/extensions/{extension['id']}/approval")
    rows = [name for name in await story.ledger() if name.startswith("extension.")]
    assert [await story.due(name) for name in rows] == [end_of("2026-03-05")] * 2
    await story.until("2026-03-05 23:59")
    for row in ("reply.online#1", *rows):
        assert await _warned(story, row) == [0.5, 0.8]
    await story.has(reply_online="running", extension_notice="running", extension_preliminary_opinion="running")
    await story.until("2026-03-06 00:00")
    await story.has(reply_online="breached", extension_notice="breached", extension_preliminary_opinion="breached")
    assert await story.due("reply.online#1") == end_of("2026-03-05")


@pytest.mark.clause("4/5.2.10(1)", "5/2.3", "4/5.2.10(2)")
async def test_the_written_reply_says_result_measures_and_right_of_review_and_nothing_is_closed_without_it(
    office: Office,
) -> None:
    story = await Story.by_phone(office)
    await story.handle("acceptance")
    await story.investigated()
    await story.decided()
    officer = await story.handler()
    await story.measure("2026-03-12")
    await story.as_(officer, "POST", "/reply/complaints/{id}/result-notices", way="phone", text="投訴屬實。")
    await story.has(result_notice="fulfilled", reply_phone="running")
    # told by phone is not replied: it cannot be closed
    assert (await story.refused(officer, "/casework/complaints/{id}/closing", basis="replied")).status_code == 409
    letter = await story.replied()
    sent = await story.as_(officer, "GET", f"/reply/letters/{letter}")
    written = sent.get("fields", sent)
    assert "通知流程增加備份人員" in written["measures"]
    assert "已恢復供水" in written["analysis"]
    assert "公司總部" in written["review"]
    pdf = await (await office.as_(officer)).get(f"/reply/letters/{letter}/pdf")
    assert pdf.content.startswith(b"%PDF")
    await story.has(reply_phone="fulfilled")
