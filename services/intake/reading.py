"""Looking at what intake keeps: by staff, with every look on record (10/5.2.11), and by services, many at a time."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.intake.attachments import described
from services.intake.blind_index import blind, normal_email, normal_name, normal_phone, normal_reference
from services.intake.fairness import concern, refuse_unfair
from services.intake.inputs import LikenessIn, PersonSearch
from services.intake.likeness import Likeness, likeness, pairs, said
from services.intake.offices import Intake
from services.intake.tables import BlindIndex, Complaint, Look, Refusal, Supplement
from shared.access import SERVICE, Caller
from shared.danger import danger_cues
from shared.places import places
from shared.privacy import unseal
from shared.procedure import promises

_RECORD: Final = ("object", "matter", "reason", "remedy_sought")
_EXCERPT: Final = 120
_MOST_FOUND: Final = 100


async def note_looks(session: AsyncSession, caller: Caller, what: str, complaints: Sequence[UUID]) -> None:
    """Put on record who looked at what of whom; services look for persons, whose look it then is."""
    if complaints and not (caller.is_service and caller.on_behalf_of is None):
        rows = [{"complaint": id_, "by": caller.acts_as, "what": what} for id_ in complaints]
        await session.execute(insert(Look).values(rows))


async def staff_view(session: AsyncSession, intake: Intake, complaint: Complaint, caller: Caller) -> dict[str, Any]:
    """Return everything that intake knows of a complaint (1/1.1.6, 1/1.1.7). Raises ``Problem`` 403 to who is named."""
    await refuse_unfair(session, caller.acts_as, complaint.named_officers)
    await note_looks(session, caller, "complaint", [complaint.id])
    key = await intake.vault.key(complaint.id)
    record = opened(key, complaint, "record")
    refusal = await session.get(Refusal, complaint.id)
    supplements = await _supplements(session, [complaint.id])
    return {
        "id": str(complaint.id),
        "number": complaint.number,
        "stage": complaint.stage,
        "channel": complaint.channel,
        "form": complaint.form,
        "reply_form": complaint.reply_form,
        "received_at": complaint.received_at,
        "recorded_at": complaint.recorded_at,
        "language": complaint.language,
        "erased": key is None,
        "text": record.get("text"),
        **{name: record.get(name) for name in _RECORD},
        "place": record.get("place"),
        "references": record.get("references"),
        "platform": record.get("platform"),
        "external_id": record.get("external_id"),
        "complainant": _person(key, complaint, "complainant", caller),
        "representative": _person(key, complaint, "representative", caller),
        "confidential": complaint.confidential,
        "reachable": complaint.reachable,
        "urgent": complaint.urgent,
        "danger_cues": complaint.danger_cues,
        "danger_places": _places(record.get("text", "")),
        "read_places": _read(record.get("text", "")),
        "named_officers": complaint.named_officers,
        "service": complaint.service,
        "proposal": complaint.proposal,
        "labels": complaint.labels,
        "refusal": {"reason": refusal.reason, "where_to_turn": refusal.where_to_turn} if refusal else None,
        "overturned_at": complaint.overturned_at,
        "decided_at": complaint.decided_at,
        "decided_by": complaint.decided_by,
        "by": complaint.by,
        "attachments": await described(session, intake, complaint.id),
        "supplements": [_supplement(row, key) for row in supplements.get(complaint.id, [])],
    }


def _knows_the_confidential(caller: Caller) -> bool:
    """Say whether ``caller`` may know who complains in confidence: who takes in, reviews or files, and services."""
    return bool(caller.roles & {"operator", "reviewer", "archivist", SERVICE})


def _person(key: bytes | None, complaint: Complaint, role: str, caller: Caller) -> dict[str, Any] | None:
    person = opened(key, complaint, role) or None
    if person is None or not complaint.confidential or _knows_the_confidential(caller):
        return person
    return {"name": None, "confidential": True}


def _places(text: str) -> list[dict[str, Any]]:
    return [{"cue": cue.code, "start": cue.start, "end": cue.end} for cue in danger_cues(text)]


def _read(text: str) -> list[dict[str, Any]]:
    """Return the places and times that the words name, for a person to take over; they never leave with an event."""
    return [asdict(one) for one in places(text)]


def opened(key: bytes | None, complaint: Complaint, field: str) -> dict[str, Any]:
    """Return a sealed part of a complaint; empty where there is none, or where it was erased."""
    content: bytes | None = getattr(complaint, field)
    if key is None or content is None:
        return {}
    found: dict[str, Any] = json.loads(unseal(key, str(complaint.id), field, content))
    return found


async def _supplements(session: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, list[Supplement]]:
    found: dict[UUID, list[Supplement]] = {}
    for row in await session.scalars(
        select(Supplement).where(Supplement.complaint.in_(ids)).order_by(Supplement.complaint, Supplement.at)
    ):
        found.setdefault(row.complaint, []).append(row)
    return found


def _supplement(row: Supplement, key: bytes | None) -> dict[str, Any]:
    text = unseal(key, str(row.complaint), f"supplement {row.id}", row.text) if key else None
    return {"id": str(row.id), "at": row.at, "by": row.by, "text": text}


async def texts(session: AsyncSession, intake: Intake, ids: Sequence[UUID], parts: Sequence[str]) -> dict[str, Any]:
    """Return the texts (and persons, places) of complaints; an erased one is ``{"erased": true}``, not a failure."""
    rows = (await session.scalars(select(Complaint).where(Complaint.id.in_(ids)))).all()
    keys = await intake.vault.keys(row.id for row in rows)
    supplements = await _supplements(session, ids) if "text" in parts else {}
    answer: dict[str, Any] = {}
    for row in rows:
        key = keys.get(row.id)
        answer[str(row.id)] = {"erased": True} if key is None else _parts(row, key, parts, supplements.get(row.id, []))
    return answer


def _parts(row: Complaint, key: bytes, parts: Sequence[str], supplements: Iterable[Supplement]) -> dict[str, Any]:
    record = opened(key, row, "record")
    found: dict[str, Any] = {"language": row.language}
    if "text" in parts:
        found |= {name: record.get(name) for name in ("text", "platform", *_RECORD)}
        found["supplements"] = [_supplement(each, key) for each in supplements]
    if "place" in parts or "text" in parts:
        found["place"] = record.get("place")
    if "person" in parts:
        found["person"] = opened(key, row, "complainant") or None
        found["representative"] = opened(key, row, "representative") or None
    return found


async def likenesses(session: AsyncSession, intake: Intake, wanted: LikenessIn) -> list[dict[str, Any]]:
    """Return how like complaints are, pair by pair; erased ones are left out. ``a`` is null for what is being said."""
    ids = [id_ for group in wanted.groups for id_ in group]
    rows = {row.id: row for row in await session.scalars(select(Complaint).where(Complaint.id.in_(ids)))}
    keys = await intake.vault.keys(rows)
    known = {id_: said(opened(key, rows[id_], "record")) for id_, key in keys.items() if id_ in rows}
    found: list[tuple[str | None, str, Likeness]] = []
    for group in wanted.groups:
        found.extend(pairs({str(id_): known[id_] for id_ in group if id_ in known}))
    if wanted.said:
        new = said(wanted.said.model_dump())
        found.extend((None, str(id_), likeness(new, one)) for id_, one in known.items())
    return [{"a": a, "b": b} | asdict(like) for a, b, like in found]


async def find_person(
    session: AsyncSession, intake: Intake, wanted: PersonSearch, caller: Caller
) -> list[dict[str, Any]]:
    """Return the complaints of a person, newest first, by keyed hash; the search is on record."""
    hashes = _hashes(intake, wanted)
    rows = []
    if hashes:
        query = select(Complaint).where(Complaint.erased_at.is_(None))
        if not _knows_the_confidential(caller):
            query = query.where(Complaint.confidential.is_(False))
        for one in hashes:
            query = query.where(
                select(BlindIndex).where(BlindIndex.hash == one, BlindIndex.complaint == Complaint.id).exists()
            )
        rows = list(await session.scalars(query.order_by(Complaint.received_at.desc()).limit(_MOST_FOUND)))
    theirs = await concern(session, caller.acts_as)
    rows = [row for row in rows if theirs.isdisjoint(row.named_officers)]
    await note_looks(session, caller, "search", [row.id for row in rows])
    return [_found(row) for row in rows]


_NORMAL: Final[dict[str, Callable[[str], str]]] = {
    "phone": normal_phone,
    "email": normal_email,
    "name": normal_name,
    "customer": normal_reference,
    "meter": normal_reference,
    "asset": normal_reference,
    "platform": normal_reference,
}


def _hashes(intake: Intake, wanted: PersonSearch) -> list[bytes]:
    given = wanted.model_dump(exclude_none=True)
    return [blind(intake.blind_key, kind, _NORMAL[kind](value)) for kind, value in given.items() if value]


def _found(row: Complaint) -> dict[str, Any]:
    labels = row.labels or {}
    return {
        "id": str(row.id),
        "number": row.number,
        "stage": row.stage,
        "received_at": row.received_at,
        "service": labels.get("service") or row.service,
        "topic_code": labels.get("topic_code"),
        "level": labels.get("level"),
        "kind": labels.get("kind"),
    }


async def to_check(session: AsyncSession, intake: Intake, caller: Caller, limit: int) -> list[dict[str, Any]]:
    """Return the complaints whose scope nobody has checked yet, danger first, then the oldest (4/5.2.6(2))."""
    about = Complaint.named_officers.overlap(sorted(await concern(session, caller.acts_as)))
    rows = (
        await session.scalars(
            select(Complaint)
            .where(Complaint.stage == "received", ~about)
            .order_by(Complaint.urgent.desc(), Complaint.received_at, Complaint.id)
            .limit(limit)
        )
    ).all()
    keys = await intake.vault.keys(row.id for row in rows)
    await note_looks(session, caller, "scope_check", [row.id for row in rows])
    return [_to_check(row, keys.get(row.id), intake) for row in rows]


def _to_check(row: Complaint, key: bytes | None, intake: Intake) -> dict[str, Any]:
    text = opened(key, row, "record").get("text", "")
    return {
        "id": str(row.id),
        "number": row.number,
        "channel": row.channel,
        "received_at": row.received_at,
        "due_at": registration_due_at(row, intake),
        "urgent": row.urgent,
        "danger_cues": row.danger_cues,
        "service": row.service,
        "language": row.language,
        "proposal": row.proposal,
        "overturned_at": row.overturned_at,
        "excerpt": text[:_EXCERPT] + ("…" if len(text) > _EXCERPT else ""),
    }


def registration_due_at(row: Complaint, intake: Intake) -> Any:
    """Return when the scope check is due (4/5.2.7(2)); ``None`` where the procedure sets no date."""
    from services.intake.promising import received_so_far

    found = promises(received_so_far(row), intake.procedure, intake.calendar)
    return next((each.deadline.due_at for each in found if each.duty == "registration"), None)
