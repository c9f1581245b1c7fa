"""Calendars by law: the mainland's holidays, the days off given in exchange and the days that make up for them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from types import MappingProxyType
from zoneinfo import ZoneInfo

from holidays.countries.china import China
from holidays.holiday_base import HolidayBase

from shared.glossary import Language
from shared.office_calendar import OFFICE_HOURS, Calendar, Day, DayKind, Session, Words
from shared.procedure.policy import Policy
from shared.procedure.reader import load

MAINLAND_PUBLISHED_UNTIL = date(2026, 12, 31)

_LIBRARY_LANGUAGES: Mapping[Language, str] = {"zh-Hant": "zh_TW", "zh-Hans": "zh_CN", "en": "en_US"}
_SPECIAL_KINDS = {
    "working": DayKind.WORKING,
    "off": DayKind.CLOSED,
    "morning": DayKind.MORNING,
    "afternoon": DayKind.AFTERNOON,
}
_SWAPPED = re.compile(r"^休息日.*?(\d{4})-(\d{2})-(\d{2})")


def mainland(
    special_days: Mapping[date, Day] | None = None,
    published_until: date = MAINLAND_PUBLISHED_UNTIL,
    office_hours: Sequence[Session] = OFFICE_HOURS,
) -> Calendar:
    """The mainland calendar in Asia/Shanghai; days after `published_until` are a guess from the lunar calendar."""
    return Calendar(mainland_day, published_until, office_hours=tuple(office_hours), special_days=special_days or {})


def calendar_of(policy: Policy, special_days: Mapping[date, Day] | None = None) -> Calendar:
    """The calendar of a policy: its office hours and zone, published as far as it says."""
    time = policy.working_time
    return Calendar(
        mainland_day, time.published_until, ZoneInfo(time.zone), tuple(time.office_hours), dict(special_days or {})
    )


@cache
def default_calendar() -> Calendar:
    """The calendar of the policy in force, without special days; one instance, so that its tables stay warm."""
    return calendar_of(load().policy)


def special_day(kind: str) -> Day:
    """A day as staff enter it: ``working``, ``off``, ``morning`` or ``afternoon`` (ValueError for anything else)."""
    if kind not in _SPECIAL_KINDS:
        raise ValueError(f"a special day is one of {', '.join(_SPECIAL_KINDS)}")
    return Day(_SPECIAL_KINDS[kind])


def mainland_day(on: date) -> Day:
    """What the law makes of a date: working day, make-up day, weekend, holiday or day off in exchange."""
    special = _year(on.year).get(on)
    if special:
        return special
    return Day(DayKind.WEEKEND if on.weekday() >= 5 else DayKind.WORKING)


@cache
def _year(year: int) -> Mapping[date, Day]:
    """The dates of a year that are not what their weekday says."""
    names = {ours: _china(year, theirs) for ours, theirs in _LIBRARY_LANGUAGES.items()}
    days: dict[date, Day] = {}
    for on, simplified in names["zh-Hans"].items():
        swapped = _SWAPPED.match(simplified)
        if swapped:
            worked = date(*map(int, swapped.groups()))
            days[on] = Day(DayKind.DAY_OFF, _swap("{} 補班", "{} 补班", "worked on {} instead", worked))
            days[worked] = Day(DayKind.MAKE_UP, _swap("補 {}", "补 {}", "for {}", on))
        else:
            days[on] = Day(DayKind.HOLIDAY, MappingProxyType({ours: str(each[on]) for ours, each in names.items()}))
    for worked in names["en"].weekend_workdays:
        days.setdefault(worked, Day(DayKind.MAKE_UP))
    return MappingProxyType({on: day for on, day in days.items() if on.year == year})


def _china(year: int, language: str) -> HolidayBase:
    return China(years=year, language=language)  # type: ignore[no-untyped-call]


def _swap(traditional: str, simplified: str, english: str, on: date) -> Words:
    day = on.isoformat()
    texts: dict[Language, str] = {
        "zh-Hant": traditional.format(day),
        "zh-Hans": simplified.format(day),
        "en": english.format(day),
    }
    return MappingProxyType(texts)
