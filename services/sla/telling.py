"""What the others are told when a ledger has changed: from the row as last told and the row as it now stands. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from services.sla.rows import Row
from shared.events import DutyBreached, DutyChanged, DutyFulfilled, DutyStarted, DutyVoided, DutyWarned, Fact

_STANDING = frozenset({"provisional", "running", "paused"})


@dataclass(frozen=True, slots=True)
class Told:
    """A row as the events say it is."""

    state: str
    due_at: datetime | None
    binding: bool


def news(told: Told | None, row: Row) -> Iterator[Fact]:
    """The facts that bring those who heard ``told`` (None: nothing yet) to the row as it stands."""
    name = {"row": row.id, "duty": row.duty.id, "clause": row.duty.clause}
    if told is None:
        first = row.history[0]
        yield DutyStarted(**name, due_at=first.due_at, binding=first.binding)
        told = Told("running" if first.binding else "provisional", first.due_at, first.binding)
    moved = (told.due_at, told.binding) != (row.due_at, row.binding)
    if moved or (row.state in _STANDING and row.state != told.state):
        paused, cause = row.state == "paused", row.history[-1].cause
        yield DutyChanged(**name, due_at=row.due_at, binding=row.binding, paused=paused, cause=cause)
    if row.state not in _STANDING and (moved or row.state != told.state):
        yield _end(row, name)


def _end(row: Row, name: dict[str, str]) -> Fact:
    if row.state in {"fulfilled", "late"} and row.proof and row.fulfilled_at:
        proof = {"proof": row.proof.id, "proof_type": row.proof.type}
        return DutyFulfilled(**name, **proof, at=row.fulfilled_at, late=row.state == "late")
    if row.state == "breached" and row.due_at:
        return DutyBreached(**name, due_at=row.due_at)
    return DutyVoided(**name, cause=row.cause)


def warning(row: Row, share: float) -> Fact | None:
    """The warning that a share of the time is gone."""
    if row.due_at is None:
        return None
    return DutyWarned(row=row.id, duty=row.duty.id, clause=row.duty.clause, due_at=row.due_at, share=share)
