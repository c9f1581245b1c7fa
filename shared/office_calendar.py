"""When the office works: kinds of days, office hours, and prefix sums of both (procedure.md, "Working time").

Pure: a calendar is built from values, and the same calendar always gives the same answer. Instants inside are whole
microseconds since 1970 UTC, so that adding and measuring office time are exact inverses of each other.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from types import MappingProxyType
from zoneinfo import ZoneInfo

from shared.glossary import Language

Words = Mapping[Language, str]
Session = tuple[time, time]

OFFICE_HOURS: tuple[Session, ...] = ((time(9), time(12)), (time(13, 30), time(17, 30)))
SHANGHAI = ZoneInfo("Asia/Shanghai")
DATE_COUNTS_AS = time(9)
LAST_YEAR = 9990

_NO_WORDS: Words = MappingProxyType({})
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def no_words() -> Words:
    """No name in any language."""
    return _NO_WORDS


class DayKind(StrEnum):
    """What a date is to the office."""

    WORKING = "working"
    MAKE_UP = "make_up"  # 補班: a weekend day worked in exchange for a day off
    MORNING = "morning"  # a half day: the first office session only; still a working day
    AFTERNOON = "afternoon"  # a half day: all but the first session
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    DAY_OFF = "day_off"  # 調休: off in exchange for a make-up day
    CLOSED = "closed"  # closed by the office's own decision


_WORKING = frozenset({DayKind.WORKING, DayKind.MAKE_UP, DayKind.MORNING, DayKind.AFTERNOON})


@dataclass(frozen=True, slots=True)
class Day:
    """A date's kind, and the reason as words (a holiday's name, the day it is swapped with); empty when ordinary."""

    kind: DayKind
    name: Words = field(default_factory=no_words)

    @property
    def works(self) -> bool:
        """Whether it is a working day; a half day is one."""
        return self.kind in _WORKING


@dataclass(frozen=True, slots=True)
class _Year:
    """One local year: its office sessions as instants, and running totals of their length."""

    sessions: Mapping[int, tuple[tuple[int, int], ...]]  # by date ordinal; working days only, in order
    opens: tuple[int, ...]
    closes: tuple[int, ...]
    after: tuple[int, ...]  # office time of the year up to the close of the session

    @property
    def total(self) -> int:
        return self.after[-1] if self.after else 0

    def before(self, instant: int) -> int:
        """Office time of the year that lies before the instant."""
        index = bisect_right(self.opens, instant) - 1
        return 0 if index < 0 else self.after[index] - max(0, self.closes[index] - instant)

    def reached(self, amount: int) -> int:
        """The earliest instant of the year before which exactly this office time (0 < amount <= total) lies."""
        index = bisect_left(self.after, amount)
        return self.closes[index] - (self.after[index] - amount)


@dataclass(frozen=True, eq=False)
class Calendar:
    """Days, office hours and zone of an office.

    `base` says what a date is by law; `special_days` (entered by staff) come before it. Days after `published_until`
    are a guess, and a deadline that looks at one is provisional. Tables are made once a year of the calendar's life.
    """

    base: Callable[[date], Day]
    published_until: date
    zone: ZoneInfo = SHANGHAI
    office_hours: tuple[Session, ...] = OFFICE_HOURS
    special_days: Mapping[date, Day] = field(default_factory=dict)
    _years: dict[int, _Year] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        """Refuse office hours that are empty, overlap or run backwards (ValueError)."""
        edges = [edge for session in self.office_hours for edge in session]
        if not edges or any(later <= earlier for earlier, later in pairwise(edges)):
            raise ValueError("office hours must be one or more sessions, in order and apart")

    def with_special_days(self, special_days: Mapping[date, Day], published_until: date | None = None) -> Calendar:
        """The same calendar with more special days, and perhaps a later published year."""
        until = published_until or self.published_until
        return replace(self, special_days={**self.special_days, **special_days}, published_until=until)

    def day_kind(self, on: date) -> Day:
        """What the date is, and why."""
        return self.special_days.get(on) or self.base(on)

    def moment(self, at: datetime | date) -> datetime:
        """An instant in UTC. A date without a time counts as 09:00; a time without a zone is the office's."""
        if not isinstance(at, datetime):
            at = datetime.combine(at, DATE_COUNTS_AS)
        return (at if at.tzinfo else at.replace(tzinfo=self.zone)).astimezone(UTC)

    def local_date(self, at: datetime) -> date:
        """The office's date at the instant."""
        return at.astimezone(self.zone).date()

    def end_of(self, on: date) -> datetime:
        """The instant at which a date is over (UTC): the first of the next one."""
        return self.midnight(on + timedelta(days=1))

    def midnight(self, on: date) -> datetime:
        """00:00 office time at the beginning of the date, in UTC."""
        return datetime.combine(on, time(), tzinfo=self.zone).astimezone(UTC)

    def sessions(self, on: date) -> tuple[tuple[int, int], ...]:
        """The office sessions of the date as instants [open, close); none on a day off."""
        return self.year(on.year).sessions.get(on.toordinal(), ())

    def year(self, year: int) -> _Year:
        """The tables of a local year; ValueError beyond the years that can be computed."""
        table = self._years.get(year)
        if table is None:
            if not 1 <= year <= LAST_YEAR:
                raise ValueError(f"no calendar for the year {year}")
            table = self._years[year] = self._make_year(year)
        return table

    def _make_year(self, year: int) -> _Year:
        first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
        days = ((ordinal, self._instants(date.fromordinal(ordinal))) for ordinal in range(first, last + 1))
        sessions = {ordinal: instants for ordinal, instants in days if instants}
        flat = [session for instants in sessions.values() for session in instants]
        after, total = [], 0
        for opened, closed in flat:
            total += closed - opened
            after.append(total)
        return _Year(sessions, tuple(o for o, _ in flat), tuple(c for _, c in flat), tuple(after))

    def _instants(self, on: date) -> tuple[tuple[int, int], ...]:
        day = self.day_kind(on)
        if not day.works:
            return ()
        halves = {DayKind.MORNING: self.office_hours[:1], DayKind.AFTERNOON: self.office_hours[1:]}
        hours = halves.get(day.kind) or self.office_hours
        return tuple((self._instant(on, opened), self._instant(on, closed)) for opened, closed in hours)

    def _instant(self, on: date, at: time) -> int:
        return to_instant(datetime.combine(on, at, tzinfo=self.zone))


def to_instant(at: datetime) -> int:
    """Microseconds since 1970 UTC of an aware datetime."""
    return (at - _EPOCH) // _MICROSECOND


def from_instant(instant: int) -> datetime:
    """The UTC datetime of so many microseconds since 1970."""
    return _EPOCH + timedelta(microseconds=instant)
