"""What insight's routes take and give. Times are UTC; codes are the glossary's."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from shared.glossary import Service, Stage


class DueOut(BaseModel):
    """The duty that is due first of those that are not fulfilled."""

    row: str
    duty: str
    clause: str
    title: str
    due_at: datetime
    state: str


class ItemOut(BaseModel):
    """A complaint in a list."""

    id: UUID
    number: str
    stage: str
    channel: str
    service: str | None
    topic_code: str | None
    kind: str | None
    level: int | None
    urgent: bool
    officer: str | None
    department: str | None
    accepted: bool
    received_at: datetime
    alarm_ringing: bool
    file_state: str | None
    next_due: DueOut | None


class QueueOut(BaseModel):
    """A page of a queue: `total` counts all of it, `after` is the cursor of the next page.

    Above 1,000 the total is as it was within the last half minute.
    """

    queue: str
    items: list[ItemOut]
    total: int
    after: str | None


class CountsOut(BaseModel):
    """How many complaints are in each queue, what reviews came to, and, where asked for, by department or officer."""

    queues: dict[str, int]
    reviews: dict[str, int]
    """How many reviews were upheld, and how many overturned (4/5.2.10(2))."""
    by: dict[str, dict[str, int]] | None = None


class HighlightOut(BaseModel):
    """An excerpt of a text, and where in it what was searched for stands."""

    text: str
    marks: list[tuple[int, int]]


class FoundOut(ItemOut):
    """A complaint that was found."""

    highlights: list[HighlightOut]


class SearchOut(BaseModel):
    """What was found, the newest first."""

    items: list[FoundOut]


class SearchIn(BaseModel):
    """Words to search for, all of which must be there; dates are the office's, both included."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    service: Service | None = None
    stage: Stage | None = None
    since: Annotated[date | None, Field(alias="from")] = None
    to: date | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class LineOut(BaseModel):
    """A row of the ledger; `proof` is the id of the event that proves it."""

    row: str
    duty: str
    clause: str
    title: str
    started_at: datetime
    due_at: datetime | None
    binding: bool
    state: str
    proof: str | None
    proof_type: str | None
    fulfilled_at: datetime | None
    warned: list[float]


class EventOut(BaseModel):
    """Something that happened."""

    id: str
    type: str
    source: str
    sequence: int
    time: datetime
    by: str | None
    data: dict[str, Any]


class StoryOut(BaseModel):
    """A complaint: how it stands, what it is owed, and everything that happened."""

    complaint: UUID
    number: str
    stage: str
    labels: dict[str, Any]
    department: str | None
    officer: str | None
    accepted: bool
    channel: str
    reply_form: str
    received_at: datetime
    registered_at: datetime | None
    alarm_ringing: bool
    file_state: str | None
    outcome: str | None
    erased: bool
    ledger: list[LineOut]
    events: list[EventOut]
