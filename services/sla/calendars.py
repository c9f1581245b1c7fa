"""The office's calendar through time: what staff knew of it at a moment, and what they know now.

A duty that is done keeps the calendar it was judged by; open ones follow the calendar as it now stands. Pure.
"""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Final

from shared.office_calendar import Calendar, Day
from shared.procedure.calendars import default_calendar, special_day

BASES: Final[dict[str, Callable[[], Calendar]]] = {"mainland": default_calendar}
OFFICE: Final = "mainland"
_BEGINNING: Final = datetime.min.replace(tzinfo=UTC)

Entry = tuple[datetime, date, str]
"""Entered at, and: a special day with its kind, or the last published date with the kind ``published``."""


@dataclass(frozen=True, eq=False)
class Calendars:
    """One calendar as it was known from each moment on, oldest first."""

    since: tuple[datetime, ...]
    known: tuple[Calendar, ...]

    @property
    def latest(self) -> Calendar:
        """The calendar as it now stands."""
        return self.known[-1]

    def before(self, moment: datetime) -> Calendar:
        """The calendar as it was known before the moment."""
        return self.known[max(bisect_left(self.since, moment) - 1, 0)]


def always(calendar: Calendar) -> Calendars:
    """A calendar that never changed."""
    return Calendars((_BEGINNING,), (calendar,))


@lru_cache(maxsize=256)
def through_time(name: str, entries: tuple[Entry, ...]) -> Calendars:
    """The calendar ``name`` after each entry (in the order entered); entries of one moment count together."""
    base = BASES[name]()
    since, known = [_BEGINNING], [base]
    days: dict[date, Day] = {}
    until = base.published_until
    for at, on, kind in entries:
        if kind == "published":
            until = max(until, on)
        elif kind == "as_published":
            days.pop(on, None)
        else:
            days[on] = special_day(kind)
        calendar = base.with_special_days(days, until)
        if since[-1] == at:
            known[-1] = calendar
        else:
            since.append(at)
            known.append(calendar)
    return Calendars(tuple(since), tuple(known))


def standing(entered: Sequence[Entry]) -> dict[date, str]:
    """The special days as they now stand, withdrawn ones left out."""
    days = {on: kind for _, on, kind in entered if kind != "published"}
    return {on: kind for on, kind in sorted(days.items()) if kind != "as_published"}
