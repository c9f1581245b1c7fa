"""The ledger: which duties bind a complaint, until when, and what proves them - a function of its history.

Nothing here is a counter and nothing names a clause: what each duty is stands in ``procedure.yaml``, whose keys this
module carries out. Pure: the same history, procedure, calendar and moment always give the same ledger.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from heapq import heappop, heappush
from itertools import count
from typing import Any, Final

from services.sla.calendars import Calendars
from services.sla.history import in_order
from services.sla.pausing import Pausing
from services.sla.plan import Plan, plan_of
from services.sla.rows import Earlier, Ending, Later, Row
from shared.events import ClockPaused, ClockResumed, Event
from shared.procedure import Duty, Procedure, Start
from shared.working_time import Calendar, Deadline, deadline, earlier, extended

_BEGINNING: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Ledger:
    """All rows in the order they started; the labels as of now; and when something starts or ends by itself."""

    rows: list[Row]
    labels: dict[str, Any]
    next_turn: datetime | None


def ledger(history: Iterable[Event], procedure: Procedure, calendars: Calendars, now: datetime) -> Ledger:
    """The ledger of one complaint as of now (UTC), from everything that has happened to it, in any order."""
    fold = _Fold(procedure, plan_of(procedure), calendars)
    for event in in_order(history):
        fold.pass_time(event.time)
        fold.take(event)
    fold.pass_time(now)
    for row in fold.rows:
        row.judge(max(now, fold.at))
    return Ledger(fold.rows, fold.labels, fold.next_turn())


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
    procedure: Procedure
    plan: Plan
    calendars: Calendars
    rows: list[Row] = field(default_factory=list)
    labels: dict[str, Any] = field(default_factory=dict)
    at: datetime = _BEGINNING
    calendar: Calendar = field(init=False)
    pausing: Pausing = field(init=False)
    seen: set[str] = field(default_factory=set)
    last: dict[str, Event] = field(default_factory=dict)
    occurrences: dict[str, _Occurrence] = field(default_factory=dict)
    turns: list[tuple[datetime, int, _Turn]] = field(default_factory=list)
    run_outs: dict[str, _Turn] = field(default_factory=dict)
    numbers: Counter[str] = field(default_factory=Counter)
    order: Any = field(default_factory=count)

    def __post_init__(self) -> None:
        self.calendar = self.calendars.known[0]
        self.pausing = Pausing(self.procedure.policy)

    # --- time ----------------------------------------------------------------------------------------------------

    def pass_time(self, to: datetime) -> None:
        """Let everything happen that happens by itself up to a moment."""
        if not self.rows and not self.seen:
            self.calendar = self.calendars.at(to)
            for since, calendar in zip(self.calendars.since, self.calendars.known, strict=True):
                if since > to:
                    self._turn(since, partial(self._publish, calendar))
        while self.turns and self.turns[0][0] <= to:
            moment, _, turn = heappop(self.turns)
            if not turn.cancelled:
                self.at = max(self.at, moment)
                turn.happen()
        self.at = max(self.at, to)

    def next_turn(self) -> datetime | None:
        """When something will happen by itself."""
        return min((moment for moment, _, turn in self.turns if not turn.cancelled), default=None)

    def _turn(self, moment: datetime, happen: Callable[[], None], duty: Duty | None = None) -> _Turn:
        turn = _Turn(moment, happen, duty)
        heappush(self.turns, (moment, next(self.order), turn))
        return turn

    def _publish(self, calendar: Calendar) -> None:
        self.calendar = calendar
        self._recompute(self._open(), "calendar.changed")

    # --- one fact ------------------------------------------------------------------------------------------------

    def take(self, event: Event) -> None:
        """Take one fact in: labels first, then what it does to open rows, then what it starts."""
        self.last[event.type] = event
        if event.type in self.plan.labelling:
            self._relabel(event)
        if event.type in self.plan.binding:
            self._bind(event)
        if isinstance(event.data, ClockPaused | ClockResumed):
            self._pause_or_resume(event.data)
        if event.type in self.plan.acting:
            self._extend(event)
            self._prove(event)
            self._end(event)
        self._lapse(event)
        for duty in self.plan.starting.get(event.type, ()):
            self._start(duty, event)
        self.seen.add(event.type)

    def _open(self) -> list[Row]:
        return [row for row in self.rows if row.open]

    def _bind(self, event: Event) -> None:
        for row in self._open():
            if not row.bound and row.duty.binding_from == event.type:
                row.bound = True
                row.note(self.at, event.type)

    def _pause_or_resume(self, fact: ClockPaused | ClockResumed) -> None:
        if isinstance(fact, ClockPaused):
            runs_out = self.pausing.begin(fact.reason, self.at, self.calendar)
            if runs_out:
                run_out = partial(self._run_out, fact.reason, self.at)
                self.run_outs[fact.reason] = self._turn(runs_out, run_out)
            for row in self._open():
                if row.paused_since is None and self._stands_still(row):
                    row.paused_since = self.at
                    row.note(self.at, fact.type, always=True)
        else:
            self.pausing.end(fact.reason, self.at)
            if fact.reason in self.run_outs:
                self.run_outs.pop(fact.reason).cancelled = True
            self._run_on(fact.type)

    def _stands_still(self, row: Row) -> bool:
        """Whether an open pause moves its date; one that begins on the last day does not, for that day counts."""
        if not row.duty.pausable or self.pausing.since is None or row.overdue(self.at):
            return False
        longest = self._deadline_of(row, self.pausing.for_ever(self.calendar))
        return longest is not None and row.due_at is not None and longest.due_at > row.due_at

    def _run_out(self, reason: str, since: datetime) -> None:
        self.pausing.run_out(reason, since)
        self._run_on("clock.paused")

    def _run_on(self, cause: str) -> None:
        if self.pausing.since is None:
            for row in self._open():
                if row.duty.pausable:
                    stood, row.paused_since = row.paused_since, None
                    row.deadline = self._deadline_of(row)
                    row.note(self.at, cause, always=stood is not None)

    def _extend(self, event: Event) -> None:
        for row in self._open():
            by = row.duty.extended_by
            if by and by.event == event.type and row.deadline and not row.overdue(self.at):
                row.later = (*row.later, (getattr(event.data, by.until), self.at))
                self._recompute([row], event.type)

    def _prove(self, event: Event) -> None:
        proven = self.plan.proving.get(event.type, frozenset())
        for row in [row for row in self.rows if row.proof is None and row.duty.id in proven]:
            proof = row.duty.proof_of(event.data)
            if not proof or row.key != row.duty.key_of(event.data):
                continue
            if row.ending:
                # it stays void; the ledger shows both (a reply sent after a withdrawal)
                if not row.ending.superseded:
                    row.proof, row.fulfilled_at = event, self.at
                continue
            if row.deadline and row.paused_since:
                row.deadline = self._deadline_of(row, self.pausing.until(self.at, self.calendar))
                row.note(self.at, "clock.resumed")
            row.proof, row.fulfilled_at = event, getattr(event.data, proof.at) if proof.at else self.at
            if row.duty.recurs and row.duty.applies(self.labels):
                self._begin(row.duty, row.occurrence, row.fulfilled_at, row.key, cause=event.type)

    def _end(self, event: Event) -> None:
        for row in self._open():
            if row.duty.is_voided_by(event.data):
                self._close(row, event.type)
        for _, _, turn in self.turns:
            if turn.duty and turn.duty.is_voided_by(event.data):
                turn.cancelled = True
        for purpose, occurrence in self.occurrences.items():
            duties = self.plan.conditional[purpose]
            occurrence.over |= any(duty.proof_of(event.data) or duty.is_voided_by(event.data) for duty in duties)

    def _close(self, row: Row, cause: str, *, superseded: bool = False, forgiven: bool = False) -> None:
        row.ending = Ending(self.at, cause, row.overdue(self.at) and not forgiven, superseded)

    def _lapse(self, event: Event) -> None:
        for row in self._open():
            if row.hangs_on and not row.hangs_on.open:
                self._close(row, event.type, superseded=True)

    # --- labels --------------------------------------------------------------------------------------------------

    def _relabel(self, event: Event) -> None:
        labels = self.procedure.labels_after(self.labels, event.data)
        if labels == self.labels:
            return
        self.labels = labels
        for purpose, duties in self.plan.conditional.items():
            now_fitting = next((duty for duty in duties if duty.applies(labels)), None)
            before = [row for row in self._open() if row.duty.purpose == purpose]
            for row in before:
                if not row.duty.applies(labels):
                    self._close(row, event.type, superseded=True, forgiven=True)
                    if now_fitting:
                        self._replace(row, now_fitting, event)
            occurrence = self.occurrences.get(purpose)
            if not before and now_fitting and occurrence and not occurrence.over:
                self._begin_late(now_fitting, occurrence, event)

    def _replace(self, before: Row, duty: Duty, event: Event) -> None:
        """A longer clock is as if it had always been so; a shorter one counts from the change, and ends no later."""
        always_so = not before.bound
        whole = self._deadline(duty, before.first_start, before.earlier, before.later)
        if always_so or before.due_at is None or whole is None or whole.due_at >= before.due_at:
            moment, also, later = before.first_start, before.earlier, before.later
        else:
            moment, also, later = self.at, ((before.due_at, self.at),), ()
        row = self._begin(duty, before.occurrence, moment, before.key, cause=event.type, also=also, later=later)
        row.first_start, row.bound = before.first_start, before.bound or row.bound
        for other in self._open():
            if other.hangs_on is before:
                other.hangs_on = row

    def _begin_late(self, duty: Duty, occurrence: _Occurrence, event: Event) -> None:
        """What applied to nothing before counts from the change; before it binds, from where it would have."""
        start = duty.start_of(occurrence.event.data)
        if not start or start.after or event is occurrence.event:
            return
        always_so = duty.binding_from is not None and duty.binding_from not in self.seen
        moment = _moment(start, occurrence.event) if always_so else self.at
        self._begin(duty, occurrence.event, moment, duty.key_of(occurrence.event.data), cause=event.type)

    # --- starting ------------------------------------------------------------------------------------------------

    def _start(self, duty: Duty, event: Event) -> None:
        start = duty.start_of(event.data)
        if not start or any(type_ in self.seen for type_ in duty.not_after):
            return
        key = duty.key_of(event.data)
        if not self._may_begin(duty, key, event):
            return
        if duty.purpose in self.plan.conditional:
            self.occurrences[duty.purpose] = _Occurrence(event)
        if start.after:
            begins = deadline(start.after, _moment(start, event), (), self.calendar).due_at
            self._turn(begins, partial(self._begin_later, duty, event, key), duty)
        elif duty.applies(self.labels):
            self._begin(duty, event, _moment(start, event), key, cause=event.type)

    def _may_begin(self, duty: Duty, key: str | None, event: Event) -> bool:
        there = [row for row in self._open() if row.duty.purpose == duty.purpose and row.key == key]
        for row in there:
            if duty.again == "restart" and row.occurrence is not event:
                self._close(row, event.type, superseded=True)
        return not any(row.open for row in there)

    def _begin_later(self, duty: Duty, event: Event, key: str | None) -> None:
        if duty.applies(self.labels) and self._may_begin(duty, key, event):
            self._begin(duty, event, self._counted_from(duty), key, cause=event.type)

    def _counted_from(self, duty: Duty) -> datetime:
        """The last fact that the duty counts from; the start itself where it would be due by then."""
        last = max((self.last[type_].time for type_ in duty.counts_from if type_ in self.last), default=self.at)
        due = self._deadline(duty, last, (), ())
        return last if due and due.due_at > self.at else self.at

    def _begin(
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
        self.numbers[duty.id] += 1
        bound = duty.binding_from is None or duty.binding_from in self.seen or duty.binding_from == occurrence.type
        row = Row(f"{duty.id}#{self.numbers[duty.id]}", duty, key, occurrence, moment, moment, bound)
        cap = getattr(occurrence.data, duty.no_later_than, None) if duty.no_later_than else None
        row.earlier, row.later = also or (((cap, None),) if cap else ()), later
        if duty.due_by:
            model = self._row_of(duty.due_by)
            row.fixed = model.due_at if model else None
        row.deadline = self._deadline_of(row)
        row.paused_since = moment if self._stands_still(row) else None
        row.note(self.at, cause)
        self.rows.append(row)
        if duty.lapses_with:
            named = getattr(occurrence.data, duty.lapses_with.field) or duty.lapses_with.otherwise
            row.hangs_on = self._row_of(named)
            if row.hangs_on and not row.hangs_on.open:
                self._close(row, cause, superseded=True)
        return row

    def _row_of(self, name: str) -> Row | None:
        """The row of a duty or purpose: the open one, else the last."""
        rows = [row for row in self.rows if name in {row.duty.id, row.duty.purpose}]
        return next((row for row in rows if row.open), rows[-1] if rows else None)

    # --- dates ---------------------------------------------------------------------------------------------------

    def _recompute(self, rows: Iterable[Row], cause: str) -> None:
        for row in rows:
            row.deadline = self._deadline_of(row)
            row.note(self.at, cause)

    def _deadline_of(self, row: Row, pauses: tuple[Any, ...] | None = None) -> Deadline | None:
        return self._deadline(row.duty, row.counts_from, row.earlier, row.later, pauses)

    def _deadline(
        self,
        duty: Duty,
        moment: datetime,
        also: tuple[Earlier, ...],
        later: tuple[Later, ...],
        pauses: tuple[Any, ...] | None = None,
    ) -> Deadline | None:
        if duty.due is None:
            return None
        if pauses is None:
            pauses = self.pausing.settled(self.at, self.calendar) if duty.pausable else ()
        due = deadline(duty.due, moment, pauses, self.calendar)
        for instant, at in also:
            due = earlier(due, instant, at)
        for until, at in later:
            due = extended(due, until, at)
        return due


def _moment(start: Start, event: Event) -> datetime:
    moment: datetime = getattr(event.data, start.from_) if start.from_ else event.time
    return moment
