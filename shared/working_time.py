"""Deadlines: working days, office hours, pauses (procedure.md, "Working time").

Pure. Every `due_at` is the first instant that is late (exclusive): 00:00 office time after the due date for rules in
days and years; for hours and minutes the earliest instant at which they are full.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from functools import cached_property
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator

from shared.explanation import explain, reason
from shared.glossary import LANGUAGES, Language
from shared.office_calendar import Calendar, Day, DayKind, Words, from_instant, no_words, to_instant
from shared.spans import (
    Spans,
    add,
    add_clock_time,
    add_office_time,
    clock_time,
    counts,
    merged,
    office_time,
    passed,
)

__all__ = [
    "LANGUAGES",
    "Adjustment",
    "Calendar",
    "Day",
    "DayCount",
    "DayKind",
    "Deadline",
    "Language",
    "Pause",
    "Rule",
    "Words",
    "answer",
    "deadline",
    "earlier",
    "extended",
    "moment_of_share",
    "next_office_moment",
    "sentence",
    "working_days_between",
    "working_minutes_between",
]

Unit = Literal["working_days", "hours", "working_minutes", "working_hours", "minutes", "calendar_days", "years"]
UNITS: tuple[Unit, ...] = get_args(Unit)
_MINUTE = 60_000_000
_LONGEST_WALK = 60 * 366
_CLOCK: dict[str, int] = {"hours": 60 * _MINUTE, "minutes": _MINUTE}
_OFFICE: dict[str, int] = {"working_hours": 60 * _MINUTE, "working_minutes": _MINUTE}


class Rule(BaseModel):
    """How long: exactly one of the units. Hours and minutes are clock time; working hours and minutes, office time."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    working_days: int | None = Field(None, ge=1, le=3_650)
    hours: int | None = Field(None, ge=1, le=87_600)
    working_minutes: int | None = Field(None, ge=1, le=1_000_000)
    working_hours: int | None = Field(None, ge=1, le=16_000)
    minutes: int | None = Field(None, ge=1, le=5_256_000)
    calendar_days: int | None = Field(None, ge=1, le=36_500)
    years: int | None = Field(None, ge=1, le=100)

    @model_validator(mode="after")
    def _exactly_one(self) -> Rule:
        if sum(getattr(self, unit) is not None for unit in UNITS) != 1:
            raise ValueError("a rule is exactly one of " + ", ".join(UNITS))
        return self

    @property
    def term(self) -> tuple[Unit, int]:
        """The unit, and how many of it."""
        return next((unit, getattr(self, unit)) for unit in UNITS if getattr(self, unit) is not None)


@dataclass(frozen=True, slots=True)
class Pause:
    """The clock stands still in [start, end). For a pause that is still open, `end` is now.

    `reason` is the policy's typed reason (glossary, `PauseReason`). ValueError when it ends before it starts.
    """

    start: datetime
    end: datetime
    reason: str = ""

    def __post_init__(self) -> None:
        """Refuse a pause that runs backwards."""
        if self.end < self.start:
            raise ValueError("a pause ends before it starts")


@dataclass(frozen=True, slots=True)
class DayCount:
    """One date between start and due date: whether it counted, why (`why`, `name`), and how many minutes of it."""

    date: date
    counted: bool
    why: str  # a DayKind, or: start paused after_hours clock
    name: Words = field(default_factory=no_words)
    minutes: int | None = None  # only for rules in hours and minutes


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A due date replaced by another: by an extension (with its notice), or by an earlier date that binds as well."""

    kind: Literal["extended", "earlier"]
    replaced: datetime
    at: datetime | None = None  # of the extension's notice, or of the change


@dataclass(frozen=True)
class Deadline:
    """When something is due, and everything needed to say why. Instants are UTC, dates the office's."""

    rule: Rule
    start: datetime
    due_at: datetime
    due_date: date
    pauses: tuple[Pause, ...]
    calendar: Calendar = field(repr=False)
    adjustments: tuple[Adjustment, ...] = ()

    @property
    def by_clock(self) -> bool:
        """Whether it runs by the clock, nights and holidays included."""
        return self.rule.term[0] in _CLOCK

    @property
    def provisional(self) -> bool:
        """Whether it rests on a calendar year that is not published yet."""
        unit, _ = self.rule.term
        return (unit == "working_days" or unit in _OFFICE) and self.due_date > self.calendar.published_until

    @cached_property
    def days(self) -> tuple[DayCount, ...]:
        """Each date from the start to the due date (none for rules in years)."""
        return tuple(_days(self))

    def moment_of(self, share: float) -> datetime:
        """When this share (0 to 1) of the time from start to due has passed; for warnings."""
        by_clock = self.by_clock or self.rule.years is not None
        return moment_of_share(share, self.start, self.due_at, self.pauses, self.calendar, by_clock=by_clock)


def deadline(rule: Rule, start: datetime | date, pauses: Iterable[Pause], calendar: Calendar) -> Deadline:
    """The deadline of a rule from a start; a date without a time starts at 09:00.

    ValueError where the dates are out of range, or the office never works that long.
    """
    try:
        begin = calendar.moment(start)
        kept = tuple(sorted((p for p in pauses if p.start < p.end), key=lambda p: p.start))
        unit, amount = rule.term
        if unit in _CLOCK or unit in _OFFICE:
            due_at = from_instant(_full(unit, amount, to_instant(begin), _pauses(kept), calendar))
            return Deadline(rule, begin, due_at, calendar.local_date(due_at), kept, calendar)
        due_date = _due_date(unit, amount, calendar.local_date(begin), _pauses(kept), calendar)
        return Deadline(rule, begin, calendar.end_of(due_date), due_date, kept, calendar)
    except OverflowError as error:
        raise ValueError("the dates are out of range") from error


def extended(before: Deadline, due_date: date, notice_at: datetime | None = None) -> Deadline:
    """The deadline moved to the end of a later date by an extension (5/3.4); unchanged if that is not later."""
    due_at = before.calendar.end_of(due_date)
    if due_at <= before.due_at:
        return before
    return _replaced(before, due_at, due_date, Adjustment("extended", before.due_at, notice_at))


def earlier(before: Deadline, due_at: datetime, changed_at: datetime | None = None) -> Deadline:
    """The deadline, but never later than an instant that binds as well (a platform's own date, a shortened clock)."""
    if due_at >= before.due_at:
        return before
    last_moment = due_at.astimezone(UTC) - timedelta(microseconds=1)
    due_date = before.calendar.local_date(due_at if before.rule.term[0] in _CLOCK | _OFFICE else last_moment)
    return _replaced(before, due_at.astimezone(UTC), due_date, Adjustment("earlier", before.due_at, changed_at))


def _replaced(before: Deadline, due_at: datetime, due_date: date, adjustment: Adjustment) -> Deadline:
    return replace(before, due_at=due_at, due_date=due_date, adjustments=(*before.adjustments, adjustment))


def working_minutes_between(
    a: datetime | date, b: datetime | date, pauses: Iterable[Pause], calendar: Calendar
) -> float:
    """Office minutes in [a, b) outside the pauses; 0 when b is not after a."""
    begin, end = to_instant(calendar.moment(a)), to_instant(calendar.moment(b))
    return passed(office_time, begin, end, _pauses(pauses), calendar) / _MINUTE


def working_days_between(start: date, end: date, pauses: Iterable[Pause], calendar: Calendar) -> int:
    """How many working days count after the start date up to and including the end date."""
    spans = _pauses(pauses)
    dates = (date.fromordinal(day) for day in range(start.toordinal() + 1, end.toordinal() + 1))
    return sum(counts(calendar.sessions(day), spans) for day in dates)


def moment_of_share(
    share: float, start: datetime, due_at: datetime, pauses: Iterable[Pause], calendar: Calendar, *, by_clock: bool
) -> datetime:
    """The instant at which a share (0 to 1) of the time from start to due has passed, pauses left out.

    Office minutes, or clock time when `by_clock` - and where there is no office time in between.
    """
    begin, end, spans = to_instant(start), to_instant(due_at), _pauses(pauses)
    office_total = 0 if by_clock else passed(office_time, begin, end, spans, calendar)
    if office_total:
        part = _part(share, office_total)
        return from_instant(add(office_time, add_office_time, begin, part, spans, calendar))
    part = _part(share, passed(clock_time, begin, end, spans, calendar))
    return from_instant(add(clock_time, add_clock_time, begin, part, spans, calendar))


def next_office_moment(at: datetime | date, calendar: Calendar) -> datetime:
    """The instant itself inside office hours, else the next opening; for reminders and warnings."""
    moment = calendar.moment(at)
    instant = to_instant(moment)
    opening = add_office_time(instant, 1, calendar) - 1
    return from_instant(max(instant, opening))


def sentence(of: Deadline, language: Language) -> str:
    """Why this deadline: start, each day counted or not, each pause and adjustment, and whether it is provisional."""
    return explain(of, language)


def answer(of: Deadline, language: Language = "en") -> dict[str, Any]:
    """The body of `POST /sla/deadlines`; `why` in the language given, `code` beside it for programs."""
    days = [
        {"date": day.date, "counted": day.counted, "why": reason(day, language), "code": day.why} for day in of.days
    ]
    sentences = {each: sentence(of, each) for each in LANGUAGES}
    return {
        "due_at": of.due_at,
        "due_date": of.due_date,
        "provisional": of.provisional,
        "sentence": sentences,
        "days": days,
    }


def _part(share: float, total: int) -> int:
    return int(-(-total * Fraction(str(share)) // 1))


def _pauses(pauses: Iterable[Pause]) -> list[tuple[int, int]]:
    return merged([(to_instant(pause.start), to_instant(pause.end)) for pause in pauses])


def _full(unit: Unit, amount: int, start: int, spans: Spans, calendar: Calendar) -> int:
    if unit in _CLOCK:
        return add(clock_time, add_clock_time, start, amount * _CLOCK[unit], spans, calendar)
    return add(office_time, add_office_time, start, amount * _OFFICE[unit], spans, calendar)


def _due_date(unit: Unit, amount: int, start: date, spans: Spans, calendar: Calendar) -> date:
    if unit == "working_days":
        return _nth_working_day(amount, start, spans, calendar)
    if unit == "years":
        amount = (_anniversary(start, amount) - start).days
    return _nth_day(amount, start, spans, calendar)


def _nth_working_day(amount: int, start: date, spans: Spans, calendar: Calendar) -> date:
    day, last = start.toordinal(), start.toordinal() + _LONGEST_WALK
    while amount:
        day += 1
        if day > last:
            raise ValueError("the office does not work long enough for this deadline")
        amount -= counts(calendar.sessions(date.fromordinal(day)), spans)
    return date.fromordinal(day)


def _nth_day(amount: int, start: date, spans: Spans, calendar: Calendar) -> date:
    """The nth date after the start, days that were paused from 00:00 to 24:00 left out."""
    first, due = start.toordinal() + 1, start.toordinal() + amount
    for begin, end in spans:
        whole = range(max(first, _first_whole_day(begin, calendar)), calendar.local_date(from_instant(end)).toordinal())
        if whole and whole[0] <= due:
            due += len(whole)
    return date.fromordinal(due)


def _first_whole_day(instant: int, calendar: Calendar) -> int:
    day = calendar.local_date(from_instant(instant))
    return day.toordinal() + (to_instant(calendar.midnight(day)) < instant)


def _anniversary(start: date, years: int) -> date:
    try:
        return start.replace(year=start.year + years)
    except ValueError:
        return start.replace(year=start.year + years, day=28)


def _days(of: Deadline) -> Iterable[DayCount]:
    unit, _ = of.rule.term
    first, last = of.calendar.local_date(of.start), of.due_date
    spans = _pauses(of.pauses)
    for ordinal in range(first.toordinal(), last.toordinal() + 1) if unit != "years" else ():
        on = date.fromordinal(ordinal)
        if unit in _CLOCK or unit in _OFFICE:
            yield _day_of_minutes(of, on, spans)
        else:
            yield DayCount(on, counted=False, why="start") if on == first else _day_of_days(of, on, spans)


def _day_of_days(of: Deadline, on: date, spans: Spans) -> DayCount:
    day = of.calendar.day_kind(on)
    if of.rule.calendar_days:
        whole = [_bounds(on, of.calendar)]
        return (
            DayCount(on, counted=True, why="clock")
            if counts(whole, spans)
            else DayCount(on, counted=False, why="paused")
        )
    if day.works and not counts(of.calendar.sessions(on), spans):
        return DayCount(on, counted=False, why="paused")
    return DayCount(on, counted=day.works, why=day.kind.value, name=day.name)


def _day_of_minutes(of: Deadline, on: date, spans: Spans) -> DayCount:
    day, (begin, end) = of.calendar.day_kind(on), _bounds(on, of.calendar)
    begin, end = max(begin, to_instant(of.start)), min(end, to_instant(of.due_at))
    measure = clock_time if of.by_clock else office_time
    there, counted = measure(begin, end, of.calendar), passed(measure, begin, end, spans, of.calendar)
    if counted:
        why, name = ("clock", no_words()) if of.by_clock else (day.kind.value, day.name)
        return DayCount(on, counted=True, why=why, name=name, minutes=round(counted / _MINUTE))
    if there:
        return DayCount(on, counted=False, why="paused", minutes=0)
    if of.by_clock or day.works:
        return DayCount(on, counted=False, why="clock" if of.by_clock else "after_hours", minutes=0)
    return DayCount(on, counted=False, why=day.kind.value, name=day.name, minutes=0)


def _bounds(on: date, calendar: Calendar) -> tuple[int, int]:
    return to_instant(calendar.midnight(on)), to_instant(calendar.end_of(on))
