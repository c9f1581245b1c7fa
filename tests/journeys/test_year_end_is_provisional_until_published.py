"""At the year's end: dates in a year that is not published say so, and bind once staff publish it."""

from datetime import datetime

from tests.journeys.story import WATER_COMPLAINT, Story, end_of, good
from tests.office import Office


async def test_a_set_time_that_ends_in_an_unpublished_year_is_provisional_until_staff_publish_it(
    office: Office,
) -> None:
    await office.advance_to(end_of("2026-12-25"))
    await office.advance(hours=24 * 2 + 10)  # Monday 28 December, 10:00
    story = await Story.by_phone(office, WATER_COMPLAINT)
    told = {one["clause"]: one["binding"] for one in story.promised}
    assert (told["5/3.2"], told["2/1.1.16(3)"]) == (True, False)
    # 29 30 31 December, 1 January off, 4 5 6 7 8, 11 12 January
    assert await _row(story, "set_time.3#1") == ("provisional", end_of("2027-01-12"))
    admin = await office.as_("admin")
    why = next(row for row in (await _rows(story)) if row["row"] == "set_time.3#1")["why"]
    assert "2027年的放假安排尚未公布，此期限為暫定" in why["zh-Hant"]
    assert "the calendar of 2027 is not published yet" in why["en"]
    days = [{"date": "2027-01-04", "kind": "off"}, {"date": "2027-01-09", "kind": "working"}]
    path = "/sla/calendars/mainland/special-days"
    await good(await admin.post(path, json=days, params={"published_until": "2027-12-31"}))
    await office.settle()
    # 29 30 31 December, 5 6 7 8 and Saturday 9 January, 11 12
    assert await _row(story, "set_time.3#1") == ("running", end_of("2027-01-12"))
    await good(await admin.post(path, json=[{"date": "2026-12-29", "kind": "off"}]))
    await office.settle()
    assert await _row(story, "set_time.3#1") == ("running", end_of("2027-01-13"))
    assert await _row(story, "reply.phone#1") == ("running", end_of("2026-12-31"))
    # done before the day was declared: judged by the calendar before it
    assert await _row(story, "registration#1") == ("fulfilled", end_of("2026-12-29"))
    new = await Story.by_phone(office, WATER_COMPLAINT)
    assert {one["clause"]: one["binding"] for one in new.promised}["2/1.1.16(3)"]


async def _rows(story: Story) -> list[dict]:
    return (await story.as_("director", "GET", "/sla/complaints/{id}/ledger"))["rows"]


async def _row(story: Story, name: str) -> tuple[str, datetime]:
    return await story.state(name), await story.due(name)
