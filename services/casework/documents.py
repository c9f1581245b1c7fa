"""The case as the archive takes it in: each record whole, sealed under the complaint's key (10/5.2.5, 10/5.2.6)."""

import base64
import hashlib
import json
from datetime import datetime
from typing import Any, Final

from pydantic import BaseModel

from services.casework import records
from services.casework.records import Row
from services.casework.work import Work
from shared.privacy import seal

_OF_THE_CASE: Final = (
    "number", "channel", "reply_form", "received_at", "registered_at", "responsible", "service", "topic_code",
    "nature", "kind", "category", "level", "importance", "major_because", "urgent", "extent", "people_affected",
    "district", "named_officers", "department", "officer", "assigned_at", "accepted_at", "round", "reply",
    "reply_sent_at", "reply_delivered_at", "result_notice_at", "disputed_at", "review_requested_at",
    "review_decided_at", "review_result", "visit_assigned_at", "visit_ended_at", "closed_at", "basis",
)  # fmt: skip


class DocumentOut(BaseModel):
    """A document for the file. ``content`` is sealed, in base64; ``sha256`` is over the sealed bytes.

    ``field`` and the complaint are bound into the seal. After an erasure the words come as they are, sealed for ever.
    """

    kind: str
    title: str
    at: datetime
    by: str
    media_type: str = "application/json"
    field: str
    content: str
    sha256: str


async def documents(work: Work) -> list[DocumentOut]:
    """Return the case and every record of it, the oldest first."""
    found = []
    if work.key is not None:
        summary = {name: getattr(work.case, name) for name in _OF_THE_CASE}
        at, by = work.case.registered_at or work.case.received_at, work.case.officer or "system"
        found.append(_document("case", at, by, *_sealed(work, "case", summary)))
    for kind, rows in (await records.read(work.session, work.case.complaint)).items():
        for row in rows:
            field, content = f"{kind}.{row['id']}", row["words"] or b""
            if work.key is not None:
                field, content = _sealed(work, field, work.opened(kind, row))
            found.append(_document(kind, datetime.fromisoformat(row["at"]), row["by"], field, content))
    return sorted(found, key=lambda one: one.at)  # stable: at the same moment, in the order of the process


def _sealed(work: Work, name: str, whole: Row) -> tuple[str, bytes]:
    assert work.key is not None
    field = f"document.{name}"
    content = json.dumps(whole, ensure_ascii=False, sort_keys=True, default=_iso)
    return field, seal(work.key, work.case.complaint, field, content)


def _document(kind: str, at: datetime, by: str, field: str, content: bytes) -> DocumentOut:
    return DocumentOut(
        kind=kind,
        title=f"casework.{kind}",
        at=at,
        by=by,
        field=field,
        content=base64.b64encode(content).decode(),
        sha256=hashlib.sha256(content).hexdigest(),
    )


def _iso(value: Any) -> str:
    return str(value.isoformat())
