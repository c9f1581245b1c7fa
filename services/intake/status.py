"""The status page as data: stage, promised dates, what happened, letters - and what the complainant can do now."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import httpx
from sqlalchemy import select

from services.intake.acts import possible_acts
from services.intake.offices import intake_of
from services.intake.promising import promised_dates
from services.intake.tables import Complaint, Milestone, Refusal
from services.intake.words import milestone_label
from shared.errors import Problem
from shared.glossary import Language, Stage, label
from shared.running import Service

_SEEN_LETTERS: Final = frozenset({"delivered"})
_WAITS: Final = 5.0
_STAFF_WAITS: Final = 1.5


async def status(service: Service, complaint: Complaint, language: Language) -> dict[str, Any]:
    """Return how a complaint stands, for its complainant; the ledger and the letters are left out while away."""
    id_ = str(complaint.id)
    ledger, replies, case = await asyncio.gather(
        _ask(service, "sla", f"/complaints/{id_}/ledger"),
        _ask(service, "reply", f"/complaints/{id_}"),
        _ask(service, "casework", f"/complaints/{id_}"),
    )
    async with service.database.session() as session:
        steps = (await session.scalars(select(Milestone).where(Milestone.complaint == complaint.id))).all()
        refusal = await session.get(Refusal, complaint.id)
    stage: Stage = complaint.stage  # type: ignore[assignment]  # the table allows no other
    return {
        "number": complaint.number,
        "stage": stage,
        "stage_label": label("stage", stage, language),
        "received_at": complaint.received_at,
        "promised": _promised(service, complaint, ledger, language),
        "history": history(complaint, steps, language),
        "letters": [_letter(each) for each in (replies or {}).get("letters", ()) if each.get("state") in _SEEN_LETTERS],
        "notices": [
            _notice(each, language) for each in (replies or {}).get("result_notices", ()) if each["state"] == "told"
        ],
        "promises": [_promise(each, language) for each in (case or {}).get("promises", ())],
        "suggestion": _suggestion((replies or {}).get("suggestion"), language),
        # one that a review has set aside is history
        "refusal": None if complaint.overturned_at else _refusal(service, refusal, language),
        "possible_acts": possible_acts(stage),
    }


async def promised_now(
    service: Service, complaint: Complaint, language: Language, *, ask: bool
) -> list[dict[str, Any]]:
    """Return the promised dates as the ledger has them (1/1.1.9); as they were promised while it is away."""
    ledger = await _ask(service, "sla", f"/complaints/{complaint.id}/ledger", _STAFF_WAITS) if ask else None
    return _promised(service, complaint, ledger, language)


def _promised(
    service: Service, complaint: Complaint, ledger: Mapping[str, Any] | None, language: Language
) -> list[dict[str, Any]]:
    return _from_ledger(service, ledger, language) or promised_dates(complaint, intake_of(service), language)


async def letter_pdf(service: Service, complaint: Complaint, letter: str) -> bytes:
    """Return a letter that was sent to this complainant. Raises ``Problem`` 404."""
    replies = await _ask(service, "reply", f"/complaints/{complaint.id}")
    own = [each for each in (replies or {}).get("letters", ()) if each.get("state") in _SEEN_LETTERS]
    if letter not in {str(each.get("id")) for each in own}:
        raise Problem(404, "not_found")
    response = await service.services.request("GET", "reply", f"/letters/{letter}/pdf")
    if not response.is_success:
        raise Problem(404, "not_found")
    return response.content


def history(complaint: Complaint, steps: Any, language: Language) -> list[dict[str, Any]]:
    """Return what happened, oldest first, in words for the complainant."""
    seen: list[tuple[datetime, str]] = [(complaint.received_at, "complaint.received")]
    if complaint.decided_at is not None:
        decided = "complaint.registered" if complaint.labels else f"complaint.{complaint.stage}"
        if complaint.labels or complaint.stage == "refused":
            seen.append((complaint.decided_at, decided))
    seen += [(step.at, step.what) for step in steps]
    return [
        {"at": at, "what": what, "label": milestone_label(what, language)}
        for at, what in sorted(dict.fromkeys(seen), key=lambda each: each[0])
    ]


async def _ask(service: Service, other: str, path: str, seconds: float = _WAITS) -> dict[str, Any] | None:
    """Ask another service; the page goes on without it."""
    try:
        async with asyncio.timeout(seconds):
            response = await service.services.request("GET", other, path)
    except (TimeoutError, httpx.TransportError, KeyError):
        return None
    answer = response.json() if response.is_success else None
    return answer if isinstance(answer, dict) else None


def _from_ledger(service: Service, ledger: Mapping[str, Any] | None, language: Language) -> list[dict[str, Any]]:
    """Return the rows of the duties whose dates are told to a complainant, as the ledger has them now."""
    duties = intake_of(service).procedure.duties
    told = {duty.id for duty in duties.values() if duty.promised}
    return [
        {
            "clause": row["clause"],
            "title": row["title"][language],
            "due_at": datetime.fromisoformat(row["due_at"]),
            "binding": row["binding"],
            "state": row["state"],
            "state_label": label("state", row["state"], language),
        }
        for row in (ledger or {}).get("rows", ())
        if row["duty"] in told and row["due_at"] and row["state"] != "void"
    ]


def _letter(letter: Mapping[str, Any]) -> dict[str, Any]:
    return {name: letter.get(name) for name in ("id", "purpose", "letter_number", "sent_at")}


def _notice(notice: Mapping[str, Any], language: Language) -> dict[str, Any]:
    way = notice.get("way")
    return {"at": notice.get("told_at") or notice.get("at"), "way": way, "way_label": label("way", way, language)}


def _promise(promise: Mapping[str, Any], language: Language) -> dict[str, Any]:
    shown = {name: promise.get(name) for name in ("what", "due_on", "kept_at")}
    return shown | {"what_label": label("promise", promise.get("what"), language)}


def _suggestion(told: Mapping[str, Any] | None, language: Language) -> dict[str, Any] | None:
    """Return what became of a suggestion; its author reads it here, however they were told (6/3.4.2(1))."""
    if told is None:
        return None
    shown = {name: told.get(name) for name in ("at", "outcome", "text")}
    return shown | {"outcome_label": label("suggestion", told.get("outcome"), language)}


def _refusal(service: Service, refusal: Refusal | None, language: Language) -> dict[str, Any] | None:
    if refusal is None:
        return None
    bodies = intake_of(service).procedure.policy.scope_check.outside_bodies
    where = next((body.by_language()[language] for body in bodies if body.code == refusal.where_to_turn), "")
    return {
        "reason": refusal.reason,
        "reason_label": label("refusal_reason", refusal.reason, language),
        "where_to_turn": refusal.where_to_turn,
        "where_to_turn_label": where,
    }
