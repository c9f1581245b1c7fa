"""The rows of one complaint while its history is read: beginning one, dating it, pausing it, closing it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from services.sla.pausing import Pausing
from services.sla.plan import Plan
from services.sla.rows import Earlier, Ending, Later, Row
from shared.events import Event
from shared.procedure import Duty
from shared.working_time import Calendar, Deadline, Pause, Rule, deadline, earlier, extended, working_days_between

BEGINNING: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True)
class Book:
    """What is known at the moment ``at``: rows in the order they began, the open ones, labels, calendar, pauses."""

    plan: Plan
    calendar: Calendar
    pausing: Pausing
    at: datetime = BEGINNING
    rows: list[Row] = field(default_factory=list)
    open: list[Row] = field(default_factory=list)
    labels: dict[str, Any] = field(default_factory=dict)
    applying: frozenset[str] = frozenset()
    last: dict[str, Event] = field(default_factory=dict)
    """The last fact of each type."""
    _numbers: Counter[str] = field(default_factory=Counter)

    def begin(
        self,
        duty: Duty,
        occurrence: Event,
        moment: datetime,
        key: str | None,
        *,
        cause: str,
        also: tuple[Earlier, ...] = (),
        later: tuple[Later, ...] = (),
    ) -> Row:
        """A new row of the duty, counting from ``moment``; ``also`` and ``later`` are dates it takes over."""
        self._numbers[duty.id] += 1
        bound = duty.binding_from is None or duty.binding_from in self.last
        row = Row(f"{duty.id}#{self._numbers[duty.id]}", duty, key, occurrence, moment, moment, bound)
        cap = getattr(occurrence.data, duty.no_later_than, None) if duty.no_later_than else None
        row.earlier, row.later = also or (((cap, None),) if cap else ()), later
        if duty.due_by:
            model = self.row_of(duty.due_by)
            row.fixed = model.due_at if model else None
        self.give_date(row)
        row.paused_since = moment if self.stands_still(row) else None
        row.note(self.at, cause)
        self.rows.append(row)
        self.open.append(row)
        if duty.lapses_with:
            row.hangs_on = self.row_of(getattr(occurrence.data, duty.lapses_with.field) or duty.lapses_with.otherwise)
            if row.hangs_on and not row.hangs_on.open:
                self.close(row, cause, superseded=True)
        return row

    def close(self, row: Row, cause: str, *, superseded: bool = False, forgiven: bool = False) -> None:
        """The row no longer binds; a breach stands unless it is forgiven."""
        row.ending = Ending(self.at, cause, row.overdue(self.at) and not forgiven, superseded)
        self.open.remove(row)

    def prove(self, row: Row, event: Event, at: datetime) -> None:
        """The duty was done. What was done while the clock stood still is judged by the pause up to then."""
        if row.due_at and row.paused_since:
            self.give_date(row, self.pausing.until(self.at, self.calendar))
            row.note(self.at, "clock.resumed")
        row.proof, row.fulfilled_at = event, at
        self.open.remove(row)

    def row_of(self, name: str) -> Row | None:
        """The row of a duty or purpose: the open one, else the last."""
        rows = [row for row in self.rows if name in {row.duty.id, row.duty.purpose}]
        return next((row for row in rows if row.open), rows[-1] if rows else None)

    def recompute(self, rows: Iterable[Row], cause: str) -> None:
        """Date rows anew."""
        for row in rows:
            self.give_date(row)
            row.note(self.at, cause)

    def give_date(self, row: Row, pauses: tuple[Pause, ...] | None = None) -> None:
        """Give the row its date as it now is, by the pauses that are over unless others are given."""
        row.deadline = self.deadline_of(row, pauses)
        if row.duty.due_from:
            row.fixed = self._named(row, pauses)

    def _named(self, row: Row, pauses: tuple[Pause, ...] | None) -> datetime | None:
        """The time that the starting fact names; of a date, its end. Paused working days put it off."""
        value: date | datetime | None = getattr(row.occurrence.data, row.duty.due_from or "", None)
        if value is None:
            return None
        last = self.calendar.local_date(value - timedelta.resolution) if isinstance(value, datetime) else value
        if row.duty.pausable:
            given = self.pausing.settled(self.at, self.calendar) if pauses is None else pauses
            moved = self._put_off(last, row.counts_from, given)
            if moved > last:
                return self.calendar.end_of(moved)
        return value if isinstance(value, datetime) else self.calendar.end_of(last)

    def deadline_of(self, row: Row, pauses: tuple[Pause, ...] | None = None) -> Deadline | None:
        """The row's deadline as it now is, by the pauses that are over unless others are given."""
        return self.deadline(row.duty, row.counts_from, row.earlier, row.later, pauses)

    def deadline(
        self,
        duty: Duty,
        moment: datetime,
        also: tuple[Earlier, ...] = (),
        later: tuple[Later, ...] = (),
        pauses: tuple[Pause, ...] | None = None,
    ) -> Deadline | None:
        """The duty's deadline from a moment; None when it has no rule."""
        if pauses is None:
            pauses = self.pausing.settled(self.at, self.calendar) if duty.pausable else ()
        if pauses and duty.due:
            due: Deadline | None = deadline(duty.due, moment, pauses, self.calendar)
        else:
            due = self.plan.deadline(duty, moment, self.calendar)
        if due is None:
            return None
        for instant, at in also:
            due = earlier(due, instant, at)
        for until, at in later:
            due = extended(due, self._put_off(until, at, pauses), at)
        return due

    def _put_off(self, until: date, at: datetime, pauses: tuple[Pause, ...]) -> date:
        """The date of an extension; working days that were paused after its notice do not count there either."""
        days = working_days_between(self.calendar.local_date(at), until, (), self.calendar)
        since = [pause for pause in pauses if pause.end > at]
        if not days or not since:
            return until
        return max(until, deadline(Rule(working_days=days), at, since, self.calendar).due_date)

    def stands_still(self, row: Row) -> bool:
        """Whether an open pause moves its date; one that begins on the last day does not, for that day counts."""
        if not row.duty.pausable or self.pausing.since is None or row.overdue(self.at):
            return False
        pauses = self.pausing.for_ever(self.calendar)
        if row.duty.due_from:
            last = self._named(row, pauses)
        else:
            longest = self.deadline_of(row, pauses)
            last = longest.due_at if longest else None
        return last is not None and row.due_at is not None and last > row.due_at
