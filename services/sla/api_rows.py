"""A row of a ledger as it is answered: of a complaint's, and of the office's own."""

from datetime import datetime

from pydantic import BaseModel


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
