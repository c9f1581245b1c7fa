"""A row of a ledger as it is answered: of a complaint's, and of the office's own."""

from collections.abc import Sequence
from datetime import datetime
from typing import Self

from pydantic import BaseModel

from services.sla.previewing import Moved


class ProofOut(BaseModel):
    """The event that proves a duty was done."""

    event: str
    type: str


class ChangeOut(BaseModel):
    """A due date as it stood from `at` on, and the event type that caused it."""

    at: datetime
    due_at: datetime | None
    binding: bool
    cause: str


class RowOut(BaseModel):
    """One duty on this complaint."""

    row: str
    duty: str
    clause: str
    title: dict[str, str]
    owner: str
    state: str
    due_at: datetime | None
    binding: bool
    started_at: datetime
    fulfilled_at: datetime | None
    proof: ProofOut | None
    warned: list[float]
    why: dict[str, str]
    history: list[ChangeOut]
    ended: str | None
    later: bool = False


class MovedOut(BaseModel):
    """An open row that would have another date; null: no date, or no such row."""

    complaint: str
    number: str
    row: str
    duty: str
    due_from: datetime | None
    due_to: datetime | None


class PreviewOut(BaseModel):
    """How many open dates would move, in how many complaints, and the first 500 of them."""

    rows: int
    complaints: int
    changes: list[MovedOut]

    @classmethod
    def of(cls, found: Sequence[Moved]) -> Self:
        """The answer to what was found."""
        changes = [
            MovedOut(
                complaint=one.complaint,
                number=one.number,
                row=one.row,
                duty=one.duty,
                due_from=one.before,
                due_to=one.after,
            )
            for one in found[:500]
        ]
        return cls(rows=len(found), complaints=len({one.complaint for one in found}), changes=changes)
