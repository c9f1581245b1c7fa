"""Deadlines against a slow oracle that walks minute by minute and knows nothing but the rules of procedure.md."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from shared.glossary import LANGUAGES
from shared.office_calendar import OFFICE_HOURS, Calendar, DayKind
from shared.procedure.calendars import default_calendar, mainland, special_day
from shared.working_time import (
    Pause,
    Rule,
    answer,
    deadline,
    earlier,
    extended,
    moment_of_share,
    next_office_moment,
    sentence,
    working_days_between,
    working_minutes_between,
)

MAINLAND = default_calendar()
ZONE = MAINLAND.zone
MINUTE = timedelta(minutes=1)
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def local(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=ZONE)


# --- The oracle -------------------------------------------------------------------------------------------------


def office_minute(at: datetime, calendar: Calendar) -> bool:
    at = at.astimezone(ZONE)
    day = calendar.day_kind(at.date())
    if not day.works:
        return False
    morning, afternoon = calendar.office_hours
    sessions = {DayKind.MORNING: [morning], DayKind.AFTERNOON: [afternoon]}.get(day.kind, [morning, afternoon])
    return any(opened <= at.time() < closed for opened, closed in sessions)


def paused_minute(at: datetime, pauses: list[Pause]) -> bool:
    return any(pause.start <= at < pause.end for pause in pauses)


def walk(n: int, start: datetime, pauses: list[Pause], calendar: Calendar, *, office: bool) -> datetime:
    at = start
    while n:
        n -= (not office or office_minute(at, calendar)) and not paused_minute(at, pauses)
        at += MINUTE
    return at


def day_counts(on: date, pauses: list[Pause], calendar: Calendar) -> bool:
    minutes = [datetime.combine(on, time(0), tzinfo=ZONE) + MINUTE * n for n in range(24 * 60)]
    return any(office_minute(at, calendar) and not paused_minute(at, pauses) for at in minutes)


def nth_working_day(n: int, start: datetime, pauses: list[Pause], calendar: Calendar) -> date:
    on = start.astimezone(ZONE).date()
    while n:
        on += timedelta(days=1)
        n -= day_counts(on, pauses, calendar)
    return on


# --- What it is asked ---------------------------------------------------------------------------------------------

DAYS = st.dates(date(2026, 1, 20), date(2026, 10, 20))
STARTS = st.builds(lambda on, minute: local(on.year, on.month, on.day) + MINUTE * minute, DAYS, st.integers(0, 1439))


@st.composite
def offices(draw: st.DrawFn) -> Calendar:
    kinds = st.sampled_from(["working", "off", "morning", "afternoon"]).map(special_day)
    hours = st.sampled_from([OFFICE_HOURS, ((time(8, 30), time(11, 30)), (time(14), time(17, 45)))])
    return mainland(draw(st.dictionaries(DAYS, kinds, max_size=8)), office_hours=draw(hours))


@st.composite
def pauses_near(draw: st.DrawFn, start: datetime) -> list[Pause]:
    begins = st.integers(-3 * 1440, 9 * 1440)
    spans = draw(st.lists(st.tuples(begins, st.integers(0, 4 * 1440)), max_size=4))
    return [Pause(start + MINUTE * begin, start + MINUTE * (begin + length)) for begin, length in spans]


@settings(PATIENT, max_examples=60)
@given(st.data(), offices(), STARTS, st.integers(1, 1500))
def test_office_minutes_are_full_at_the_earliest_instant_a_minute_walk_finds(data, calendar, start, n):
    pauses = data.draw(pauses_near(start))
    due = deadline(Rule(working_minutes=n), start, pauses, calendar)
    assert due.due_at == walk(n, start, pauses, calendar, office=True)
    assert due.due_date == due.due_at.astimezone(ZONE).date()


@settings(PATIENT, max_examples=60)
@given(st.data(), STARTS, st.integers(1, 3000))
def test_clock_minutes_run_through_nights_and_holidays_but_not_through_pauses(data, start, n):
    pauses = data.draw(pauses_near(start))
    due = deadline(Rule(minutes=n), start, pauses, MAINLAND)
    assert due.due_at == walk(n, start, pauses, MAINLAND, office=False)


@settings(PATIENT, max_examples=40)
@given(st.data(), offices(), STARTS, st.integers(1, 12))
def test_the_nth_working_day_is_the_one_a_minute_walk_finds(data, calendar, start, n):
    pauses = data.draw(pauses_near(start))
    due = deadline(Rule(working_days=n), start, pauses, calendar)
    assert due.due_date == nth_working_day(n, start, pauses, calendar)
    assert due.due_at == datetime.combine(due.due_date + timedelta(days=1), time(0), tzinfo=ZONE)
    assert working_days_between(start.astimezone(ZONE).date(), due.due_date, pauses, calendar) == n


@settings(PATIENT, max_examples=60)
@given(st.data(), STARTS, st.integers(1, 12))
def test_a_calendar_day_counts_unless_the_clock_stood_still_from_midnight_to_midnight(data, start, n):
    pauses = data.draw(pauses_near(start))
    on, left = start.astimezone(ZONE).date(), n
    while left:
        on += timedelta(days=1)
        midnight = datetime.combine(on, time(0), tzinfo=ZONE)
        left -= not all(paused_minute(midnight + MINUTE * each, pauses) for each in range(24 * 60))
    due = deadline(Rule(calendar_days=n), start, pauses, MAINLAND)
    assert due.due_date == on
    assert sum(day.counted for day in due.days) == n


@settings(PATIENT, max_examples=40)
@given(st.data(), offices(), STARTS, st.integers(0, 6 * 1440))
def test_office_minutes_between_two_instants_are_those_a_minute_walk_counts(data, calendar, start, length):
    pauses = data.draw(pauses_near(start))
    minutes = [start + MINUTE * n for n in range(length)]
    expected = sum(office_minute(at, calendar) and not paused_minute(at, pauses) for at in minutes)
    assert working_minutes_between(start, start + MINUTE * length, pauses, calendar) == expected


@settings(PATIENT, max_examples=300)
@given(st.data(), offices(), STARTS, st.integers(0, 59_999_999), st.integers(1, 3000))
def test_adding_and_measuring_are_exact_inverses_to_the_microsecond(data, calendar, start, microseconds, n):
    start += timedelta(microseconds=microseconds)
    pauses = data.draw(pauses_near(start))
    due = deadline(Rule(working_minutes=n), start, pauses, calendar).due_at
    assert working_minutes_between(start, due, pauses, calendar) == n
    assert working_minutes_between(start, due - timedelta(microseconds=1), pauses, calendar) < n


@settings(PATIENT, max_examples=300)
@given(st.data(), STARTS, st.integers(1, 15))
def test_the_order_and_the_overlap_of_pauses_do_not_matter(data, start, n):
    pauses = data.draw(pauses_near(start))
    again = data.draw(st.permutations(pauses + pauses))
    for rule in (Rule(working_days=n), Rule(hours=n), Rule(working_hours=n), Rule(calendar_days=n)):
        assert deadline(rule, start, pauses, MAINLAND).due_at == deadline(rule, start, again, MAINLAND).due_at


@settings(PATIENT, max_examples=300)
@given(st.data(), STARTS, st.integers(1, 15))
def test_a_pause_never_brings_a_deadline_forward(data, start, n):
    pauses = data.draw(pauses_near(start))
    for rule in (Rule(working_days=n), Rule(hours=n), Rule(working_hours=n), Rule(calendar_days=n), Rule(years=n)):
        assert deadline(rule, start, pauses, MAINLAND).due_at >= deadline(rule, start, [], MAINLAND).due_at


@settings(PATIENT, max_examples=200)
@given(st.data(), offices(), STARTS, st.integers(1, 12), st.sampled_from([0.5, 0.8]))
def test_a_share_of_the_office_minutes_has_passed_at_its_moment_and_not_before(data, calendar, start, n, share):
    pauses = data.draw(pauses_near(start))
    due = deadline(Rule(working_days=n), start, pauses, calendar)
    total = working_minutes_between(start, due.due_at, pauses, calendar)
    assume(total > 0)
    moment = due.moment_of(share)
    assert working_minutes_between(start, moment, pauses, calendar) == pytest.approx(total * share)
    before = working_minutes_between(start, moment - timedelta(microseconds=1), pauses, calendar)
    assert before < total * share


@settings(PATIENT, max_examples=200)
@given(st.data(), offices(), STARTS, st.integers(1, 12))
def test_the_counted_days_of_the_explanation_are_exactly_the_days_of_the_rule(data, calendar, start, n):
    pauses = data.draw(pauses_near(start))
    due = deadline(Rule(working_days=n), start, pauses, calendar)
    assert sum(day.counted for day in due.days) == n
    assert due.days[-1].date == due.due_date
    assert [day.date for day in due.days] == [due.days[0].date + timedelta(days=i) for i in range(len(due.days))]


@settings(PATIENT, max_examples=200)
@given(offices(), STARTS)
def test_a_reminder_waits_for_the_next_office_minute(calendar, at):
    moment = next_office_moment(at, calendar)
    assert office_minute(moment, calendar)
    assert moment >= at
    assert working_minutes_between(at, moment, [], calendar) == 0


# --- By hand, with a calendar on the wall ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "start", "due_at", "due_date"),
    [
        # received on the Wednesday before National Day: 8, 9 and the make-up Saturday 10 October count
        (Rule(working_days=3), local(2026, 9, 30, 16, 20), local(2026, 10, 11), date(2026, 10, 10)),
        # on a Saturday night: Monday is the first day
        (Rule(working_days=1), local(2026, 11, 21, 23, 59), local(2026, 11, 24), date(2026, 11, 23)),
        (Rule(hours=24), local(2026, 9, 30, 16, 20), local(2026, 10, 1, 16, 20), date(2026, 10, 1)),
        # 90 of 240 minutes on Wednesday afternoon, the rest on the first day after the holiday
        (Rule(working_hours=4), local(2026, 9, 30, 16), local(2026, 10, 8, 11, 30), date(2026, 10, 8)),
        # exactly full at the close of the morning, not at the opening of the afternoon
        (Rule(working_minutes=180), local(2026, 11, 24, 8), local(2026, 11, 24, 12), date(2026, 11, 24)),
        (Rule(minutes=15), local(2026, 10, 1, 3), local(2026, 10, 1, 3, 15), date(2026, 10, 1)),
        (Rule(calendar_days=7), local(2026, 9, 30, 16), local(2026, 10, 8), date(2026, 10, 7)),
        (Rule(years=3), local(2024, 2, 29, 9), local(2027, 3, 1), date(2027, 2, 28)),
    ],
)
def test_a_deadline_is_what_a_person_finds_on_the_calendar(rule, start, due_at, due_date):
    due = deadline(rule, start, [], MAINLAND)
    assert (due.due_at, due.due_date) == (due_at, due_date)


def test_a_date_without_a_time_counts_as_nine_in_the_morning():
    by_date = deadline(Rule(working_hours=4), date(2026, 11, 24), [], MAINLAND)
    assert by_date.start == local(2026, 11, 24, 9)
    assert by_date.due_at == local(2026, 11, 24, 14, 30)


def test_a_day_paused_in_all_its_office_hours_does_not_count_though_its_lunch_hour_ran():
    whole = [
        Pause(local(2026, 11, 25, 9), local(2026, 11, 25, 12)),
        Pause(local(2026, 11, 25, 13, 30), local(2026, 11, 25, 17, 30)),
    ]
    partly = [whole[0], Pause(local(2026, 11, 25, 13, 30), local(2026, 11, 25, 17, 29))]
    assert deadline(Rule(working_days=1), local(2026, 11, 24, 10), whole, MAINLAND).due_date == date(2026, 11, 26)
    assert deadline(Rule(working_days=1), local(2026, 11, 24, 10), partly, MAINLAND).due_date == date(2026, 11, 25)


def test_pauses_that_touch_are_one_pause():
    parts = [
        Pause(local(2026, 11, 25, 9), local(2026, 11, 25, 10)),
        Pause(local(2026, 11, 25, 10), local(2026, 11, 25, 18)),
    ]
    assert deadline(Rule(working_days=1), local(2026, 11, 24, 10), parts, MAINLAND).due_date == date(2026, 11, 26)


def test_a_pause_of_months_moves_a_retention_of_years_by_its_whole_days():
    pause = Pause(local(2027, 1, 1, 12), local(2027, 3, 1, 12))
    due = deadline(Rule(years=3), local(2026, 11, 24), [pause], MAINLAND)
    assert due.due_date == date(2029, 11, 24) + timedelta(days=58)


def test_a_day_paused_whole_on_the_due_date_itself_moves_it():
    pause = Pause(local(2026, 11, 26), local(2026, 11, 28))
    assert deadline(Rule(calendar_days=2), local(2026, 11, 24), [pause], MAINLAND).due_date == date(2026, 11, 28)


def test_a_deadline_in_a_year_that_is_not_published_is_provisional_and_says_so():
    due = deadline(Rule(working_days=10), local(2026, 12, 28, 10), [], MAINLAND)
    assert due.provisional
    assert "calendar of 2027 is not published" in sentence(due, "en")
    assert "暫定" in sentence(due, "zh-Hant")
    assert "暂定" in sentence(due, "zh-Hans")
    assert not deadline(Rule(working_days=3), local(2026, 12, 28, 10), [], MAINLAND).provisional
    assert not deadline(Rule(hours=240), local(2026, 12, 28, 10), [], MAINLAND).provisional
    published = MAINLAND.with_special_days({}, published_until=date(2027, 12, 31))
    assert not deadline(Rule(working_days=10), local(2026, 12, 28, 10), [], published).provisional


def test_an_extension_and_its_notice_stand_in_the_sentence_with_the_date_they_replace():
    first = deadline(Rule(working_days=2), local(2026, 11, 23, 10), [], MAINLAND)
    longer = extended(first, date(2026, 12, 4), notice_at=local(2026, 11, 25, 9))
    assert longer.due_at == local(2026, 12, 5)
    assert "due Wed 25 Nov 2026 at first, extended to Fri 4 Dec 2026" in sentence(longer, "en")
    assert "延期告知：2026年11月25日（三）09:00" in sentence(longer, "zh-Hant")
    assert extended(longer, date(2026, 11, 1)) is longer
    assert extended(longer, date(2026, 12, 4)) is longer


def test_an_earlier_date_of_the_platform_binds_and_a_later_one_does_not():
    ours = deadline(Rule(working_days=3), local(2026, 11, 23, 10), [], MAINLAND)
    assert earlier(ours, local(2026, 11, 25)).due_date == date(2026, 11, 24)
    assert earlier(ours, local(2026, 12, 25)) is ours
    assert earlier(ours, ours.due_at) is ours


def test_a_pause_is_told_with_its_reason_and_the_days_it_cost():
    pause = Pause(local(2026, 11, 24), local(2026, 11, 26), "outside_test")
    text = sentence(deadline(Rule(working_days=3), local(2026, 11, 23, 10), [pause], MAINLAND), "en")
    assert "Tue 24 Nov to Wed 25 Nov: not counted (the clock was paused)" in text
    assert "from Tue 24 Nov 2026 00:00 to Thu 26 Nov 2026 00:00 (Outside test)" in text


def test_the_sentence_names_holiday_and_make_up_days_in_three_languages():
    due = deadline(Rule(working_days=3), local(2026, 9, 30, 16, 20), [], MAINLAND)
    expected = {
        "zh-Hant": ("國慶節", "調休", "補班：補 2026-10-07，第3日", "至2026年10月10日（六）24:00止"),
        "zh-Hans": ("国庆节", "调休", "补班：补 2026-10-07，第3日", "至2026年10月10日（六）24:00止"),
        "en": ("National Day", "make-up working day: for 2026-10-07", "in time until 24:00 on Sat 10 Oct 2026"),
    }
    for language in LANGUAGES:
        for words in expected[language]:
            assert words in sentence(due, language)


def test_the_answer_of_the_deadline_route_has_what_is_promised():
    body = answer(deadline(Rule(working_days=1), local(2026, 9, 30, 10), [], MAINLAND), "en")
    assert body["due_at"] == datetime(2026, 10, 8, 16, tzinfo=UTC)
    assert body["due_date"] == date(2026, 10, 8)
    assert set(body["sentence"]) == set(LANGUAGES)
    assert body["days"][0] == {
        "date": date(2026, 9, 30),
        "counted": False,
        "why": "the day it starts never counts",
        "code": "start",
    }
    assert [day["date"] for day in body["days"] if day["counted"]] == [date(2026, 10, 8)]


def test_a_share_that_is_no_whole_microsecond_is_full_at_the_next_one():
    start = local(2026, 11, 24, 9)
    moment = moment_of_share(0.8, start, start + timedelta(microseconds=3), [], MAINLAND, by_clock=True)
    assert moment == start + timedelta(microseconds=3)


def test_a_share_of_a_time_without_office_minutes_is_a_share_of_the_clock():
    start, due = local(2026, 10, 1, 0), local(2026, 10, 3, 0)
    assert moment_of_share(0.5, start, due, [], MAINLAND, by_clock=False) == local(2026, 10, 2)


@pytest.mark.parametrize("rule", [{}, {"hours": 1, "working_days": 1}, {"hours": 0}, {"hours": 1.5}, {"weeks": 1}])
def test_a_rule_that_is_not_exactly_one_whole_number_of_a_known_unit_is_refused(rule):
    with pytest.raises(ValueError, match=r"hours|rule|weeks"):
        Rule.model_validate(rule)


def test_a_pause_that_ends_before_it_starts_is_refused():
    with pytest.raises(ValueError, match="before it starts"):
        Pause(local(2026, 1, 2), local(2026, 1, 1))


def test_dates_out_of_range_are_refused_and_not_crashed_on():
    for rule in (Rule(working_days=3), Rule(hours=3), Rule(years=100)):
        with pytest.raises(ValueError, match=r"range|calendar"):
            deadline(rule, datetime.max.replace(tzinfo=UTC), [], MAINLAND)


def test_an_office_that_never_works_again_is_said_to_be_so():
    closed = Calendar(lambda _: special_day("off"), date(2026, 12, 31))
    for rule in (Rule(working_days=1), Rule(working_minutes=1)):
        with pytest.raises(ValueError, match="does not work long enough"):
            deadline(rule, local(2026, 1, 1), [], closed)
