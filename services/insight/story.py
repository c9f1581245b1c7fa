"""The story of one complaint: how it stands, its ledger, and everything that happened, each event once, in order."""

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Text, Uuid, bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.insight.listing import concern_of
from services.insight.titles import title
from shared.access import Caller
from shared.errors import Problem
from shared.glossary import Language

LABELS = ("service", "topic_code", "nature", "kind", "category", "level", "importance", "urgent", "district")
_HEAD = (
    *("number", "stage", "channel", "reply_form", "received_at", "registered_at", "department", "officer", "accepted"),
    *("alarm_ringing", "file_state", "outcome", "erased"),
)


async def story(session: AsyncSession, complaint: str, caller: Caller, language: Language) -> dict[str, Any]:
    """Return the story of a complaint, by its id or number.

    Raises ``Problem`` 404, and 403 to an officer whom the complaint names, or who leads one of them (4/5.2.2),
    and to who reviews it.
    """
    row = await _found(session, complaint)
    if row is None:
        raise Problem(404, "complaint_not_found")
    if row["named_officers"] and not (await concern_of(session, caller.acts_as)).isdisjoint(row["named_officers"]):
        raise Problem(403, "named_in_complaint")
    lines = (await session.execute(_LEDGER, {"id": row["id"]})).mappings()
    events = [dict(event) for event in (await session.execute(_EVENTS, {"id": row["id"]})).mappings()]
    if not caller.is_service and caller.id == _reviewer(events):
        raise Problem(403, "reviewer_sees_no_names")
    version = row["procedure_version"]
    return {
        "complaint": row["id"],
        **{name: row[name] for name in _HEAD},
        "labels": {name: row[name] for name in LABELS},
        "ledger": [{**line, "title": title(line["duty"], version, language)} for line in lines],
        "events": events,
    }


def _reviewer(events: Sequence[Mapping[str, Any]]) -> str | None:
    """Return who reviews it now: they see the case without the deciders' names (policy, review)."""
    last = next((one for one in reversed(events) if one["type"] in {"review.assigned", "review.decided"}), None)
    return last["data"]["reviewer"] if last and last["type"] == "review.assigned" else None


async def _found(session: AsyncSession, complaint: str) -> Any:
    try:
        found = await session.execute(_BY_ID, {"id": UUID(complaint)})
    except ValueError:
        found = await session.execute(_BY_NUMBER, {"number": unicodedata.normalize("NFKC", complaint).strip().upper()})
    return found.mappings().one_or_none()


_ID = bindparam("id", type_=Uuid)
_BY_ID = text("SELECT * FROM complaints WHERE id = :id").bindparams(_ID)
_BY_NUMBER = text("SELECT * FROM complaints WHERE number = :number").bindparams(bindparam("number", type_=Text))
_LEDGER = text(
    "SELECT row, duty, clause, started_at, due_at, binding, state, proof, proof_type, fulfilled_at, warned"
    " FROM ledger WHERE complaint = :id ORDER BY place"
).bindparams(_ID)
_EVENTS = text(
    "SELECT id, type, source, sequence, time, by, data FROM events WHERE complaint = :id ORDER BY place"
).bindparams(_ID)
