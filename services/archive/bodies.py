"""What archive's routes take and give."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.archive.tables import Ending, FileState

Code = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]


class In(BaseModel):
    """What comes in: no field that is not known."""

    model_config = ConfigDict(extra="forbid")


class AcceptanceIn(In):
    """``reason``: why an incomplete volume is accepted all the same; kept sealed."""

    reason: Reason | None = None


class AcceptancesIn(In):
    """The volumes to accept."""

    ids: list[UUID] = Field(min_length=1, max_length=200)


class ReturnIn(In):
    """What is missing (codes or a few words each; by default what the collection missed), and why, kept sealed."""

    missing: list[Code] = Field(default_factory=list, max_length=40)
    reason: Reason | None = None


class FileOut(BaseModel):
    """A volume in the catalogue; nothing of it is personal."""

    model_config = ConfigDict(from_attributes=True)
    id: str
    complaint: str
    number: str
    volume: int
    supplement: bool = Field(description="what came after the volume before it was sealed")
    state: FileState
    ending: Ending
    channel: str
    service: str | None
    topic_code: str | None
    kind: str | None
    level: int | None
    district: str | None
    outcome: str | None
    received_at: datetime
    ended_at: datetime
    collected_at: datetime | None
    complete: bool | None
    missing: list[str]
    returned_at: datetime | None
    returned_by: str | None
    sealed_at: datetime | None
    accepted_by: str | None = Field(validation_alias="sealed_by")
    retained_until: date | None
    filed_at: datetime | None
    voided_at: datetime | None


class FilesOut(BaseModel):
    """Volumes that fit; those of one complaint in the order of volumes, the newest complaint first."""

    items: list[FileOut]
    total: int


class EntryOut(BaseModel):
    """An entry without its content; ``n`` is its position. ``sha256`` is over the sealed bytes."""

    model_config = ConfigDict(from_attributes=True)
    n: int = Field(validation_alias="position")
    kind: str
    title: str
    at: datetime
    by: str
    media_type: str
    size: int
    sha256: str
    details: dict[str, Any]


class SealOut(BaseModel):
    """A volume's link of the chain."""

    model_config = ConfigDict(from_attributes=True)
    position: int
    previous: str
    seal: str
    signature: str
    manifest: str


class LookOut(BaseModel):
    """Somebody opened an entry."""

    model_config = ConfigDict(from_attributes=True)
    entry: int
    by: str
    at: datetime


class FileView(FileOut):
    """A volume with its entries, its seal, and who has looked at it. ``erased``: its words cannot be read any more."""

    erased: bool
    return_reason: str | None
    accepted_because: str | None
    entries: list[EntryOut]
    seal: SealOut | None
    looks: list[LookOut]


class RefusedOut(BaseModel):
    """A volume that was not accepted, and why not."""

    id: UUID
    code: str


class AcceptancesOut(BaseModel):
    """What became of each volume."""

    accepted: list[UUID]
    refused: list[RefusedOut]


class FindingOut(BaseModel):
    """One thing that was tampered with; ``what`` says it in words."""

    code: str
    what: str
    file: str | None = None
    number: str | None = None
    volume: int | None = None
    entry: int | None = None
    field: str | None = None
    position: int | None = None
    checkpoint: int | None = None


class VerificationOut(BaseModel):
    """Whether the archive is what it was when it was sealed."""

    chain_ok: bool
    files: int
    entries: int
    links: int
    checkpoints: int
    tampered: list[FindingOut]


class CheckpointOut(BaseModel):
    """A checkpoint as it lies outside the database; one that cannot be read has its number only."""

    number: int
    position: int | None = None
    root: str | None = None
    at: datetime | None = None
    previous: str | None = None
    signature: str | None = None
    unreadable: Literal[True] | None = None
