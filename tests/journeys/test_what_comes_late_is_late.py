"""Each date that passes is warned about, breached, and late when the proof comes after all."""

import pytest

from tests.journeys.story import WATER_COMPLAINT, Story, at, end_of
from tests.office import Office


@pytest.mark.both_carriers
@pytest.mark.clause("5/3.2")
async def test_a_reply_that_comes_late_was_warned_about_twice_and_breached(office: Office) -> None:
    story = await Story.by_phone(office)
    await story.handle("acceptance")
    await story.investigated()
    await story.decided()
    # from Monday 09:00 to Wednesday 24:00 are 21 office hours: half of them are over on Tuesday at 14:00,
    # 80 % (16.8) on Wednesday at 11:48
    await story.until("2026-03-03 13:59")
    assert await _warnings(story, "reply.phone") == []
    await story.until("2026-03-03 14:00")
    assert await _warnings(story, "reply.phone") == [0.5]
    await story.until("2026-03-04 11:48")
    assert await _warnings(story, "reply.phone") == [0.5, 0.8]
    assert (await story.ledger())["reply.phone#1"]["warned"] == [0.5, 0.8]
    await story.until("2026-03-04 23:59")
    await story.has(reply_phone="running")
    await story.until("2026-03-05 00:00")
    await story.has(reply_phone="breached")
    breached = [one for one in await story.events("duty.breached") if one["data"]["duty"] == "reply.phone"]
    assert len(breached) == 1
    await story.until("2026-03-05 09:10")
    await story.replied()
    await story.has(reply_phone="late", set_time_3="fulfilled")
    assert await story.due("reply.phone#1") == end_of("2026-03-04")
    fulfilled = [one for one in await story.events("duty.fulfilled") if one["data"]["duty"] == "reply.phone"]
    assert [one["data"]["late"] for one in fulfilled] == [True]


@pytest.mark.clause("4/5.2.8(3)")
async def test_a_report_that_comes_on_the_fourth_working_day_is_late(office: Office) -> None:
    story = await Story.by_phone(office)
    await story.handle("acceptance")
    await story.until("2026-03-05 16:00")
    await story.investigated(reported=False)
    # Thursday 5 March + 3: Friday 6, Monday 9, Tuesday 10 March
    assert await story.due("report#1") == end_of("2026-03-10")
    await story.leap("2026-03-10 23:59")
    await story.has(report="running")
    await story.until("2026-03-11 08:00")
    await story.has(report="breached")
    await story.reported()
    await story.has(report="late", opinion="running")


@pytest.mark.clause("4/5.2.9(2)")
async def test_a_result_told_on_the_sixth_working_day_is_late(office: Office) -> None:
    story = await Story.through(office, "letter", received_at=at("2026-03-02 09:00").isoformat())
    await story.registered()
    await story.handle("acceptance")
    await story.investigated()
    await story.decided()
    # determined on Monday 2 March: 3 4 5 6, 9 March
    assert await story.due("result_notice#1") == end_of("2026-03-09")
    await story.leap("2026-03-09 23:59")
    await story.has(result_notice="running")
    await story.until("2026-03-10 09:00")
    await story.has(result_notice="breached")
    officer = await story.handler()
    told = {"way": "phone", "text": "電話告知處理結果。"}
    await story.as_(officer, "POST", "/reply/complaints/{id}/result-notices", **told)
    await story.has(result_notice="late", reply_written="breached")
    assert (await story.proofs())["result_notice"] == "result_notice.given"


@pytest.mark.clause("4/5.2.9(2)", "6/3.4.4(1)")
async def test_a_result_told_by_phone_fulfils_the_notice_and_never_the_reply(office: Office) -> None:
    story = await Story.by_phone(office)
    await story.handle("acceptance")
    await story.investigated()
    officer, path = await story.handler(), "/reply/complaints/{id}/result-notices"
    told = {"way": "phone", "text": "電話告知處理結果。"}
    early = await story.refused(officer, path, **told)  # there is no result yet
    assert (early.status_code, early.json()["code"]) == (409, "opinion_not_determined")
    await story.decided()
    not_given = await story.refused(officer, path, **told | {"way": "letter"})
    assert (not_given.status_code, not_given.json()["code"]) == (409, "way_not_possible")
    await story.as_(officer, "POST", path, **told)
    await story.has(result_notice="fulfilled", reply_phone="running")


@pytest.mark.parametrize(
    ("level", "due"),
    [
        # registered on Monday 2 March: level 1 has one working day, level 2 five, level 3 ten
        (1, "2026-03-03"),
        (2, "2026-03-09"),
        (3, "2026-03-16"),
    ],
)
@pytest.mark.clause("2/1.1.16(1)", "2/1.1.16(2)", "2/1.1.16(3)")
async def test_an_opinion_after_the_set_time_is_late(office: Office, level: int, due: str) -> None:
    story = await Story.by_phone(office, WATER_COMPLAINT | {"level": level})
    await story.handle("acceptance")
    await story.investigated()
    row = f"set_time.{level}#1"
    assert await story.due(row) == end_of(due)
    await story.leap(f"{due} 23:59")
    assert await story.state(row) == "running"
    await office.advance(minutes=1)
    assert await story.state(row) == "breached"
    await story.decided()
    assert await story.state(row) == "late"
    await story.has(opinion="fulfilled", result_notice="running")


@pytest.mark.clause("6/3.4.2(2)")
async def test_an_assignment_accepted_after_four_working_hours_is_late(office: Office) -> None:
    await office.advance_to(at("2026-03-06 16:00"))
    story = await Story.by_phone(office)
    # Friday 6 March 16:00: 1.5 hours until 17:30, 2.5 on Monday 9 March from 09:00
    assert await story.due("assignment#1") == at("2026-03-09 11:30")
    await story.until("2026-03-09 11:29")
    await story.has(assignment="running")
    await story.until("2026-03-09 11:30")
    await story.has(assignment="breached")
    await story.until("2026-03-09 11:45")
    await story.handle("acceptance")
    await story.has(assignment="late")


@pytest.mark.clause("10/5.2.7", "1/1.1.11")
async def test_a_file_accepted_after_ten_working_days_is_late(office: Office) -> None:
    story = await Story.by_phone(office)
    await story.handle("acceptance")
    await story.investigated()
    await story.decided()
    await story.replied()
    await story.has(closing="running")
    await story.closed()
    await story.has(closing="fulfilled")
    # closed on Monday 2 March: 3 4 5 6, 9 10 11 12 13, 16 March
    assert await story.due("filing#1") == end_of("2026-03-16")
    await story.leap("2026-03-16 23:59")
    await story.has(filing="running")
    await story.until("2026-03-17 09:00")
    await story.has(filing="breached")
    await story.filed()
    await story.has(filing="late")
    assert await story.stage() == "filed"


async def _warnings(story: Story, duty: str) -> list[float]:
    return [one["data"]["share"] for one in await story.events("duty.warned") if one["data"]["duty"] == duty]
