"""What a complainant does about their own complaint: intake keeps the words, and asks the owner of the step."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID, uuid4

import httpx
from sqlalchemy.ext.asyncio import AsyncSession

from services.intake.attachments import bind
from services.intake.deciding import invalid
from services.intake.fairness import refuse_unfair
from services.intake.holding import held_complaint, refuse_impossible, wrong_stage
from services.intake.inputs import ActIn, SupplementIn
from services.intake.offices import intake_of
from services.intake.tables import Complaint, Milestone, Supplement
from shared.access import COMPLAINANT
from shared.client import problem_of
from shared.clock import now
from shared.danger import danger_codes
from shared.errors import Problem
from shared.events import AlarmRaised, ComplaintSupplemented, ComplaintWithdrawn
from shared.glossary import Language, Stage
from shared.lifecycle import is_possible
from shared.outbox import publish
from shared.privacy import seal
from shared.running import Service

ACTS: Final[Mapping[str, tuple[str, ...]]] = {
    "add": ("complaint.supplemented",),
    "urge": ("urging.made",),
    "withdraw": ("complaint.withdrawn",),
    "rate": ("outcome.disputed",),
    "not_solved": ("outcome.disputed",),
    "review": ("review.requested",),
}
"""Each act and the step of the process that it is; a complaint can be rated where its outcome can be disputed."""

_OWNERS: Final[Mapping[str, tuple[str, str]]] = {
    "urge": ("casework", "urgings"),
    "withdraw": ("casework", "withdrawal"),
    "rate": ("reply", "satisfaction"),
    "not_solved": ("reply", "dispute"),
    "review": ("reply", "review"),
}


def possible_acts(stage: Stage) -> list[str]:
    """Return what the complainant can do now."""
    return [act for act, steps in ACTS.items() if any(is_possible(stage, step) for step in steps)]


async def act(service: Service, complaint: Complaint, wanted: ActIn, owner: str, language: Language) -> dict[str, Any]:
    """Do what the complainant wants and return the state after it.

    ``owner``: how their attachments are known. Raises ``Problem`` 409 where it is not possible, 422 where something is
    missing, 503 while the owner of the step is away.
    """
    _complete(wanted)
    if wanted.act == "add":
        more = SupplementIn(text=wanted.text or "", attachments=wanted.attachments)
        return await add(service, complaint.id, more, owner, COMPLAINANT, language)
    if wanted.act == "withdraw":
        try:
            return await withdraw(service, complaint.id, COMPLAINANT, language)
        except Registered:
            pass  # casework decides now
    stage = await _pass_on(service, complaint, wanted, language)
    return {"number": complaint.number, "act": wanted.act, "stage": stage or complaint.stage}


def _complete(wanted: ActIn) -> None:
    if wanted.act in {"add", "not_solved", "review"} and not wanted.text:
        raise invalid("text", "act_needs_text")
    if wanted.act == "rate" and wanted.score is None:
        raise invalid("score", "act_needs_score")


async def add(
    service: Service, id_: UUID, more: SupplementIn, owner: str, by: str, language: Language
) -> dict[str, Any]:
    """What the complainant says later is kept in their words; danger in them rings at once (1/1.1.7, 2/1.1.16(1)).

    ``owner``: how the attachments are known. ``by``: the complainant, or who wrote it down for them. Raises ``Problem``
    403 where the complaint names the latter, 409 where nothing is added any more, 410 after an erasure.
    """
    key = await intake_of(service).vault.key(id_)
    if key is None:
        raise Problem(410, "erased")
    async with service.database.session() as session:
        complaint = await _held_for(session, id_, by)
        refuse_impossible(complaint, ComplaintSupplemented.type, language)
        supplement, at = uuid4(), await now(session)
        sealed = seal(key, str(id_), f"supplement {supplement}", more.text)
        session.add(Supplement(id=supplement, complaint=id_, at=at, text=sealed, by=by))
        await session.flush()
        if more.attachments:
            await bind(session, more.attachments, owner, id_, supplement)
        await session.merge(Milestone(complaint=id_, at=at, what=ComplaintSupplemented.type))
        cues = danger_codes(more.text)
        rings = [AlarmRaised(cause="danger_cue", cues=cues)] if cues else []
        await publish(session, str(id_), ComplaintSupplemented(attachments=len(more.attachments), by=by), *rings)
    return {"number": complaint.number, "act": "add", "stage": complaint.stage}


class Registered(Problem):
    """Intake does not own the stage any more: whether it can be taken back is for casework to say."""


async def withdraw(service: Service, id_: UUID, by: str, language: Language) -> dict[str, Any]:
    """Take it back while intake owns the stage. Raises ``Registered`` (409) afterwards, ``Problem`` 403."""
    async with service.database.session() as session:
        complaint = await _held_for(session, id_, by)
        if complaint.stage != "received":
            stage: Stage = complaint.stage  # type: ignore[assignment]  # the table allows no other
            raise Registered(409, "wrong_stage", **wrong_stage(stage, language).params)
        at = await now(session)
        complaint.stage, complaint.decided_at, complaint.decided_by = "withdrawn", at, by
        await session.merge(Milestone(complaint=id_, at=at, what=ComplaintWithdrawn.type))
        await publish(session, str(id_), ComplaintWithdrawn(by=by))
    return {"number": complaint.number, "act": "withdraw", "stage": complaint.stage}


async def _held_for(session: AsyncSession, id_: UUID, by: str) -> Complaint:
    complaint = await held_complaint(session, id_)
    if by != COMPLAINANT:
        await refuse_unfair(session, by, complaint.named_officers)
    return complaint


async def _pass_on(service: Service, complaint: Complaint, wanted: ActIn, language: Language) -> str | None:
    """Ask the owner of the step; return the stage after it where the owner says so."""
    owner, path = _OWNERS[wanted.act]
    body = {"text": wanted.text, "score": wanted.score}
    given = {name: value for name, value in body.items() if value is not None and name in _TAKES[wanted.act]}
    try:
        response = await service.services.request(
            "POST",
            owner,
            f"/complaints/{complaint.id}/{path}",
            json=given,
            on_behalf_of=COMPLAINANT,
            language=language,
        )
    except (httpx.TransportError, KeyError):
        raise Problem(503, "owner_away", headers={"Retry-After": "5"}) from None
    if not response.is_success:
        raise problem_of(response)
    answer = response.json() if response.content else None
    return answer.get("stage") if isinstance(answer, dict) else None


_TAKES: Final[Mapping[str, frozenset[str]]] = {
    "urge": frozenset({"text"}),
    "withdraw": frozenset(),
    "rate": frozenset({"score", "text"}),
    "not_solved": frozenset({"text"}),
    "review": frozenset({"text"}),
}
