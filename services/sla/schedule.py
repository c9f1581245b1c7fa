"""When standing duties fall: the periods of a schedule, and the row that each of them has. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count
from typing import Final

from shared.office_calendar import Calendar
from shared.procedure import Duty
from shared.working_time import Deadline, deadline, moment_of_share

_MONTHS: Final = {"month": 1, "quarter": 3}


@dataclass(frozen=True, slots=True)
class Period:
    """An hour, a working day, a month or a quarter [start, end) in UTC; ``name`` says which (``2026-Q1``)."""

    name: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class StandingRow:
    """One row of the office's ledger as it begins: from when, until when (UTC, exclusive), and by which rule."""

    duty: Duty
    period: str
    begins_at: datetime
    due_at: datetime
    deadline: Deadline | None

    @property
    def name(self) -> str:
        """Its name in facts and answers."""
        return f"{self.duty.id}#{self.period}"

    def warnings(self, calendar: Calendar) -> dict[float, datetime]:
        """The moments at which a share of its time is gone."""
        if self.deadline:
            return {share: self.deadline.moment_of(share) for share in self.duty.warn}
        begin, end = self.begins_at, self.due_at
        return {share: moment_of_share(share, begin, end, (), calendar, by_clock=False) for share in self.duty.warn}


def rows(duty: Duty, after: datetime, calendar: Calendar) -> Iterator[StandingRow]:
    """The rows of a standing duty that begin after a moment (UTC), in order, without end."""
    schedule = duty.schedule
    if schedule is None:
        return
    for period in periods(schedule.each, calendar.local_date(after), calendar):
        begins_at, ends_at = period.start, period.end
        if schedule.at:
            begins_at = calendar.moment(datetime.combine(calendar.local_date(period.start), schedule.at, calendar.zone))
        if schedule.when_over:
            begins_at, ends_at = period.end, period.end + (period.end - period.start)
        if begins_at > after:
            due = deadline(duty.due, begins_at, (), calendar) if duty.due else None
            yield StandingRow(duty, period.name, begins_at, due.due_at if due else ends_at, due)


def row_of(duty: Duty, period: str, begins_at: datetime, due_at: datetime, calendar: Calendar) -> StandingRow:
    """A row that was begun, with the rule by which it is due, if the calendar still says so."""
    due = deadline(duty.due, begins_at, (), calendar) if duty.due else None
    return StandingRow(duty, period, begins_at, due_at, due if due and due.due_at == due_at else None)


def periods(each: str, since: date, calendar: Calendar) -> Iterator[Period]:
    """The periods from the one before that of a date on (one that is over may begin a row only now)."""
    if each in _MONTHS:
        yield from _of_months(_MONTHS[each], since, calendar)
        return
    for day in (since + timedelta(days=n) for n in count(-1)):
        start, end = calendar.midnight(day), calendar.end_of(day)
        if each == "working_day":
            if calendar.day_kind(day).works:
                yield Period(day.isoformat(), start, end)
            continue
        for hour in range((end - start) // timedelta(hours=1)):
            begin = start + timedelta(hours=hour)
            name = f"{begin.astimezone(calendar.zone):%Y-%m-%dT%H}"
            yield Period(name, begin, begin + timedelta(hours=1))


def _of_months(months: int, since: date, calendar: Calendar) -> Iterator[Period]:
    first = (since.year * 12 + since.month - 1) // months * months - months
    for month in count(first, months):
        start, end = (date(at // 12, at % 12 + 1, 1) for at in (month, month + months))
        name = f"{start.year}-Q{start.month // 3 + 1}" if months > 1 else f"{start:%Y-%m}"
        yield Period(name, calendar.midnight(start), calendar.midnight(end))


def named_period(name: str) -> str:
    """The period in a row's name."""
    return name.partition("#")[2]
