"""The mainland calendar: make-up days, days off in exchange, and what staff add to it."""

from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.office_calendar import Calendar, DayKind
from shared.procedure.calendars import mainland, special_day

CALENDAR = mainland()
FIRST, LAST = date(2024, 1, 1), date(2026, 12, 31)
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def test_every_day_of_2024_to_2026_is_what_an_independent_calendar_says():
    days = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
    differing = [day for day in days if CALENDAR.day_kind(day).works != chinese_calendar.is_workday(day)]
    assert len(days) == 1096
    assert differing == []


@pytest.mark.parametrize(
    ("on", "kind", "english"),
    [
        (date(2026, 9, 30), DayKind.WORKING, None),
        (date(2026, 10, 1), DayKind.HOLIDAY, "National Day"),
        (date(2026, 10, 4), DayKind.WEEKEND, None),
        (date(2026, 10, 6), DayKind.DAY_OFF, "worked on 2026-09-20 instead"),
        (date(2026, 10, 10), DayKind.MAKE_UP, "for 2026-10-07"),
        (date(2026, 2, 14), DayKind.MAKE_UP, "for 2026-02-20"),
    ],
)
def test_a_day_says_what_it_is_and_why(on: date, kind: DayKind, english: str | None):
    day = CALENDAR.day_kind(on)
    assert (day.kind, day.name.get("en")) == (kind, english)


def test_a_make_up_day_and_its_day_off_name_each_other_in_both_scripts():
    assert CALENDAR.day_kind(date(2026, 10, 10)).name["zh-Hant"] == "補 2026-10-07"
    assert CALENDAR.day_kind(date(2026, 10, 10)).name["zh-Hans"] == "补 2026-10-07"
    assert CALENDAR.day_kind(date(2026, 10, 7)).name["zh-Hant"] == "2026-10-10 補班"


def test_a_special_day_of_staff_comes_before_the_law():
    closed = CALENDAR.with_special_days(
        {date(2026, 11, 23): special_day("off"), date(2026, 10, 1): special_day("working")}
    )
    assert not closed.day_kind(date(2026, 11, 23)).works
    assert closed.day_kind(date(2026, 10, 1)).works
    assert CALENDAR.day_kind(date(2026, 11, 23)).works


def test_half_days_are_working_days_with_half_the_sessions():
    halves = CALENDAR.with_special_days(
        {date(2026, 11, 23): special_day("morning"), date(2026, 11, 24): special_day("afternoon")}
    )
    lengths = [sum(closed - opened for opened, closed in halves.sessions(date(2026, 11, day))) for day in (23, 24, 25)]
    assert [length // 60_000_000 for length in lengths] == [180, 240, 420]
    assert halves.day_kind(date(2026, 11, 23)).works


def test_a_special_day_of_another_kind_is_refused():
    with pytest.raises(ValueError, match="one of working, off, morning, afternoon"):
        special_day("holiday")


@settings(PATIENT)
@given(st.dates(date(2020, 1, 1), date(2035, 12, 31)))
def test_a_day_has_office_sessions_exactly_when_it_works(on: date):
    assert bool(CALENDAR.sessions(on)) == CALENDAR.day_kind(on).works


def test_office_hours_that_overlap_are_refused():
    opening, noon = CALENDAR.office_hours[0]
    with pytest.raises(ValueError, match="in order and apart"):
        Calendar(CALENDAR.base, LAST, office_hours=((opening, noon), (opening, noon)))
