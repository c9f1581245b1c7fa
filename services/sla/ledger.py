"""The ledger: which duties bind a complaint, until when, and what proves them - a function of its history.

Nothing here is a counter and nothing names a clause: what each duty is stands in ``procedure.yaml``, whose keys this
module carries out. Pure: the same history, procedure, calendar and moment always give the same ledger.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from heapq import heappop, heappush
from itertools import count
from typing import Any

from services.sla.book import Book
from services.sla.calendars import Calendars
from services.sla.history import in_order
from services.sla.pausing import Pausing
from services.sla.plan import Plan, plan_of
from services.sla.rows import Later, Row
from shared.events import ClockPaused, ClockResumed, Event
from shared.procedure import Duty, Procedure, Start
from shared.working_time import Calendar, deadline


@dataclass(frozen=True, slots=True)
class Ledger:
    """All rows in the order they started; the labels as of now; and when something starts or ends by itself."""

    rows: list[Row]
    labels: dict[str, Any]
    next_turn: datetime | None


def ledger(history: Iterable[Event], procedure: Procedure, calendars: Calendars, now: datetime) -> Ledger:
    """The ledger of one complaint as of now (UTC), from everything that has happened to it, in any order."""
    plan = plan_of(procedure)
    book = Book(plan, calendars.known[0], Pausing(procedure.policy), applying=plan.applying({}))
    fold = _Fold(plan, calendars, book)
    for event in in_order(history):
        fold.pass_time(event.time, facts_follow=True)
        fold.take(event)
    fold.pass_time(now)
    for row in book.rows:
        row.judge(book.at)
    return Ledger(book.rows, book.labels, fold.next_turn())


@dataclass(slots=True, eq=False)
class _Occurrence:
    """The last fact that started a purpose; ``over`` once it was fulfilled or voided, with or without a row."""

    event: Event
    over: bool = False


@dataclass(slots=True, eq=False)
class _Turn:
    """What happens by itself at a moment: a duty begins, a pause is used up, a calendar is published."""

    moment: datetime
    happen: Callable[[], None]
    duty: Duty | None = None
    cancelled: bool = False


@dataclass(slots=True)
class _Fold:
    plan: Plan
    calendars: Calendars
    book: Book
    occurrences: dict[str, _Occurrence] = field(default_factory=dict)
    turns: list[tuple[datetime, bool, int, _Turn]] = field(default_factory=list)
    run_outs: dict[str, _Turn] = field(default_factory=dict)
    order: Any = field(default_factory=count)

    # --- time ----------------------------------------------------------------------------------------------------

    def pass_time(self, to: datetime, *, facts_follow: bool = False) -> None:
        """Let everything happen that happens by itself up to a moment.

        What is done at the instant at which special days are entered is judged by the calendar before them.
        """
        book = self.book
        if not book.last:
            book.calendar = self.calendars.before(to)
            for since, calendar in zip(self.calendars.since, self.calendars.known, strict=True):
                if since >= to:
                    self._turn(since, partial(self._publish, calendar), after_facts=True)
        while self.turns and self.turns[0][:2] <= (to, not facts_follow):
            moment, _, _, turn = heappop(self.turns)
            if not turn.cancelled:
                book.at = max(book.at, moment)
                turn.happen()
        book.at = max(book.at, to)

    def next_turn(self) -> datetime | None:
        """When something will happen by itself."""
        return min((moment for moment, _, _, turn in self.turns if not turn.cancelled), default=None)

    def _turn(
        self, moment: datetime, happen: Callable[[], None], duty: Duty | None = None, *, after_facts: bool = False
    ) -> _Turn:
        turn = _Turn(moment, happen, duty)
        heappush(self.turns, (moment, after_facts, next(self.order), turn))
        return turn

    def _publish(self, calendar: Calendar) -> None:
        self.book.calendar = calendar
        self.book.recompute(self.book.open, "calendar.changed")

    # --- one fact ------------------------------------------------------------------------------------------------

    def take(self, event: Event) -> None:
        """Take one fact in: labels first, then what it does to open rows, then what it starts."""
        type_, plan = event.type, self.plan
        if type_ in plan.labelling:
            self._relabel(event)
        if type_ in plan.binding:
            self._bind(event)
        if isinstance(event.data, ClockPaused | ClockResumed):
            self._pause_or_resume(event.data)
        if type_ in plan.extending:
            self._extend(event)
        if type_ in plan.proving:
            self._prove(event)
        if type_ in plan.ending:
            self._end(event)
        self._lapse(event)
        seen = frozenset(self.book.last)
        self.book.last[type_] = event
        for duty in plan.starting.get(type_, ()):
            start = duty.start_of(event.data)
            if start and seen.isdisjoint((*duty.not_after, *start.not_after)):
                self._start(duty, start, event)

    def _bind(self, event: Event) -> None:
        for row in self.book.open:
            if not row.bound and row.duty.binding_from == event.type:
                row.bound = True
                row.note(self.book.at, event.type)

    def _pause_or_resume(self, fact: ClockPaused | ClockResumed) -> None:
        book = self.book
        if isinstance(fact, ClockResumed):
            book.pausing.end(fact.reason, book.at)
            if fact.reason in self.run_outs:
                self.run_outs.pop(fact.reason).cancelled = True
            self._run_on(fact.type)
            return
        runs_out = book.pausing.begin(fact.reason, book.at, book.calendar)
        if runs_out:
            self.run_outs[fact.reason] = self._turn(runs_out, partial(self._run_out, fact.reason, book.at))
        for row in book.open:
            if row.paused_since is None and book.stands_still(row):
                row.paused_since = book.at
                row.note(book.at, fact.type, always=True)

    def _run_out(self, reason: str, since: datetime) -> None:
        self.book.pausing.run_out(reason, since)
        self._run_on(ClockPaused.type)

    def _run_on(self, cause: str) -> None:
        book = self.book
        if book.pausing.since is None:
            for row in [row for row in book.open if row.duty.pausable]:
                stood, row.paused_since = row.paused_since, None
                book.give_date(row)
                row.note(book.at, cause, always=stood is not None)

    def _extend(self, event: Event) -> None:
        for row in self.book.open:
            by = row.duty.extended_by
            if by and by.event == event.type and row.deadline and self._in_time(row, by.in_time_for):
                moved: Later = (getattr(event.data, by.until), self.book.at)
                row.later = (*row.later, moved)
                self.book.recompute([row], event.type)

    def _in_time(self, row: Row, also_for: str | None) -> bool:
        other = self.book.row_of(also_for) if also_for else None
        return not any(each.overdue(self.book.at) for each in (row, other) if each)

    def _prove(self, event: Event) -> None:
        provable, book = self.plan.proving[event.type], self.book
        for row in [row for row in book.rows if row.proof is None and row.duty.id in provable]:
            proof = row.duty.proof_of(event.data)
            if not proof or row.key != row.duty.key_of(event.data):
                continue
            if row.ending:
                # it stays void; the ledger shows both (a reply sent after a withdrawal)
                if not row.ending.superseded:
                    row.proof, row.fulfilled_at = event, book.at
                continue
            done_at = getattr(event.data, proof.at) if proof.at else book.at
            book.prove(row, event, done_at)
            if row.duty.recurs and row.duty.id in book.applying:
                book.begin(row.duty, row.occurrence, done_at, row.key, cause=event.type)

    def _end(self, event: Event) -> None:
        endable = self.plan.ending[event.type]
        for row in [row for row in self.book.open if row.duty.id in endable]:
            if self._is_voided(row.duty, event):
                self.book.close(row, event.type)
        for _, _, _, turn in self.turns:
            if turn.duty and self._is_voided(turn.duty, event):
                turn.cancelled = True

    def _lapse(self, event: Event) -> None:
        for row in [row for row in self.book.open if row.hangs_on and not row.hangs_on.open]:
            self.book.close(row, event.type, superseded=True)
        touched = self.plan.proving.get(event.type, frozenset()) | self.plan.ending.get(event.type, frozenset())
        for purpose, occurrence in self.occurrences.items():
            for duty in self.plan.conditional[purpose] if touched and not occurrence.over else ():
                if duty.id in touched and (duty.proof_of(event.data) or self._is_voided(duty, event)):
                    occurrence.over = True

    def _is_voided(self, duty: Duty, event: Event) -> bool:
        return duty.is_voided_by(event.data, self.book.labels)

    # --- labels --------------------------------------------------------------------------------------------------

    def _relabel(self, event: Event) -> None:
        book = self.book
        set_now = {name: getattr(event.data, name) for name in self.plan.labelling[event.type]}
        book.labels = {**book.labels, **set_now}
        before, book.applying = book.applying, self.plan.applying(book.labels)
        if before == book.applying or not book.rows:
            return
        for purpose, duties in self.plan.conditional.items():
            fitting = next((duty for duty in duties if duty.id in book.applying), None)
            rows = [row for row in book.open if row.duty.purpose == purpose]
            for row in rows:
                if row.duty.id not in book.applying:
                    book.close(row, event.type, superseded=True, forgiven=True)
                    if fitting:
                        self._replace(row, fitting, event)
            occurrence = self.occurrences.get(purpose)
            if not rows and fitting and occurrence and not occurrence.over:
                self._begin_late(fitting, occurrence, event)

    def _replace(self, before: Row, duty: Duty, event: Event) -> None:
        """A longer clock is as if it had always been so; a shorter one counts from the change, and ends no later."""
        book, always_so = self.book, not before.bound
        # what an earlier change brought forward binds no longer once the labels are others again
        given = tuple(each for each in before.earlier if each[1] is None)
        whole = book.deadline(duty, before.first_start, given, before.later)
        if always_so or before.due_at is None or whole is None or whole.due_at >= before.due_at:
            moment, also, later = before.first_start, given, before.later
        else:
            moment, also, later = book.at, ((before.due_at, book.at),), ()
        row = book.begin(duty, before.occurrence, moment, before.key, cause=event.type, also=also, later=later)
        row.first_start, row.bound = before.first_start, before.bound or row.bound
        for other in book.open:
            if other.hangs_on is before:
                other.hangs_on = row

    def _begin_late(self, duty: Duty, occurrence: _Occurrence, event: Event) -> None:
        """What applied to nothing before counts from the change; before it binds, from where it would have."""
        start = duty.start_of(occurrence.event.data)
        if not start or start.after:
            return
        always_so = duty.binding_from is not None and duty.binding_from not in self.book.last
        before = self._stood(duty, occurrence.event)
        if before:
            self._replace(before, duty, event)
            return
        moment = _moment(start, occurrence.event) if always_so else self.book.at
        self.book.begin(duty, occurrence.event, moment, duty.key_of(occurrence.event.data), cause=event.type)

    def _stood(self, duty: Duty, occurrence: Event) -> Row | None:
        """The purpose's last row, if its time is not over: there and back again wins no time."""
        rows = [row for row in self.book.rows if row.duty.purpose == duty.purpose and row.occurrence is occurrence]
        return rows[-1] if rows and rows[-1].due_at and rows[-1].due_at > self.book.at else None

    # --- starting ------------------------------------------------------------------------------------------------

    def _start(self, duty: Duty, start: Start, event: Event) -> None:
        key, book = duty.key_of(event.data), self.book
        if not self._may_begin(duty, key, event):
            return
        if duty.purpose in self.plan.conditional:
            self.occurrences[duty.purpose] = _Occurrence(event)
        if start.after:
            begins = deadline(start.after, _moment(start, event), (), book.calendar).due_at
            self._turn(begins, partial(self._begin_later, duty, event, key), duty)
        elif duty.id in book.applying:
            moment = self._counted_from(duty) if duty.counts_from else _moment(start, event)
            book.begin(duty, event, moment, key, cause=event.type)

    def _may_begin(self, duty: Duty, key: str | None, event: Event) -> bool:
        there = [row for row in self.book.open if row.duty.purpose == duty.purpose and row.key == key]
        for row in there:
            if duty.again == "restart" and row.occurrence is not event:
                self.book.close(row, event.type, superseded=True)
        return not any(row.open for row in there)

    def _begin_later(self, duty: Duty, event: Event, key: str | None) -> None:
        if duty.id in self.book.applying and self._may_begin(duty, key, event):
            self.book.begin(duty, event, self._counted_from(duty), key, cause=event.type)

    def _counted_from(self, duty: Duty) -> datetime:
        """The last fact that the duty counts from; the start itself where it would be due by then."""
        book = self.book
        last = max((book.last[type_].time for type_ in duty.counts_from if type_ in book.last), default=book.at)
        due = book.deadline(duty, last)
        return last if due and due.due_at > book.at else book.at


def _moment(start: Start, event: Event) -> datetime:
    moment: datetime = getattr(event.data, start.from_) if start.from_ else event.time
    return moment
