"""A row of the ledger: one duty, once started, with its date, the history of that date, and its end."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from shared.events import Event
from shared.glossary import DutyState
from shared.procedure import Duty
from shared.working_time import Calendar, Deadline, moment_of_share

Earlier = tuple[datetime, datetime | None]
"""An instant that binds as well, and the change that brought it."""
Later = tuple[date, datetime]
"""The date an extension moved it to, and when its notice was given."""


@dataclass(frozen=True, slots=True)
class Change:
    """The due date as it stood from a moment on, and the event type that caused it."""

    at: datetime
    due_at: datetime | None
    binding: bool
    cause: str


@dataclass(frozen=True, slots=True)
class Ending:
    """Why a row no longer binds. ``overdue``: its time was over by then, so the breach stands.

    ``superseded``: something else took its place, and no later proof belongs to it.
    """

    at: datetime
    cause: str
    overdue: bool
    superseded: bool


@dataclass(slots=True, eq=False)
class Row:
    """An instance of a duty on one complaint; ``id`` is ``duty#n``. Times are UTC.

    ``first_start`` is where its clock would count from had the labels always been so; ``counts_from`` is where it does.
    """

    id: str
    duty: Duty
    key: str | None
    occurrence: Event
    first_start: datetime
    counts_from: datetime
    bound: bool
    earlier: tuple[Earlier, ...] = ()
    later: tuple[Later, ...] = ()
    fixed: datetime | None = None
    deadline: Deadline | None = None
    paused_since: datetime | None = None
    hangs_on: "Row | None" = None
    history: list[Change] = field(default_factory=list)
    proof: Event | None = None
    fulfilled_at: datetime | None = None
    ending: Ending | None = None
    state: DutyState = "running"

    @property
    def due_at(self) -> datetime | None:
        """The first instant that is late; None for a duty without a clock."""
        return self.deadline.due_at if self.deadline else self.fixed

    @property
    def open(self) -> bool:
        """Whether it still waits for its proof."""
        return self.proof is None and self.ending is None

    @property
    def binding(self) -> bool:
        """Whether the date binds: registered, and on a calendar that is published."""
        return self.bound and not (self.deadline is not None and self.deadline.provisional)

    @property
    def cause(self) -> str:
        """The event type of the last change."""
        return self.ending.cause if self.ending else self.history[-1].cause

    def overdue(self, at: datetime) -> bool:
        """Whether its time is over; a clock that stands still does not run out."""
        due_at = self.due_at
        return self.bound and due_at is not None and due_at <= min(at, self.paused_since or at)

    def note(self, at: datetime, cause: str, *, always: bool = False) -> None:
        """Keep the date that now holds, if it or its bindingness is another than before."""
        last = self.history[-1] if self.history else None
        if last is None or (last.due_at, last.binding) != (self.due_at, self.binding) or always:
            self.history.append(Change(at, self.due_at, self.binding, cause))

    def judge(self, now: datetime) -> None:
        """Set the state as of now."""
        self.state = self._state(now)

    def _state(self, now: datetime) -> DutyState:
        if self.ending:
            return "breached" if self.ending.overdue else "void"
        if self.proof and self.fulfilled_at:
            due_at = self.due_at
            return "late" if due_at is not None and self.fulfilled_at >= due_at else "fulfilled"
        if not self.bound:
            return "provisional"
        if self.overdue(now):
            return "breached"
        if self.paused_since:
            return "paused"
        return "running" if self.binding else "provisional"

    def warnings(self, calendar: Calendar) -> list[tuple[float, datetime]]:
        """The moments at which part of the time is gone, while that matters: share and moment, before office hours."""
        if not self.open or not self.bound or self.due_at is None or self.state in {"breached", "paused"}:
            return []
        if self.deadline:
            return [(share, self.deadline.moment_of(share)) for share in self.duty.warn]
        begun, due_at = self.counts_from, self.due_at
        return [
            (share, moment_of_share(share, begun, due_at, (), calendar, by_clock=False))
            for share in self.duty.warn
            if begun < due_at
        ]

    def as_values(self) -> dict[str, Any]:
        """Everything that the history decides, as plain values; for comparing and storing."""
        return {
            "row": self.id,
            "duty": self.duty.id,
            "clause": self.duty.clause,
            "owner": self.duty.owner,
            "state": self.state,
            "binding": self.binding,
            "paused": self.state == "paused",
            "started_at": self.counts_from,
            "due_at": self.due_at,
            "fulfilled_at": self.fulfilled_at,
            "proof": self.proof.id if self.proof else None,
            "proof_type": self.proof.type if self.proof else None,
        }
