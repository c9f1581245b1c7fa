"""The scope check (4/5.2.6(2)): registered, by a person or by the machine, or refused by a person."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.intake.deciding import Known, check_labels, invalid, machine_labels, registered
from services.intake.fairness import is_fair, refuse_unfair
from services.intake.holding import held_complaint, refuse_impossible
from services.intake.inputs import Labels, RefusalIn
from services.intake.offices import Intake
from services.intake.repeating import topics_before
from services.intake.tables import Complaint, Officer, Refusal
from shared.clock import now
from shared.errors import Problem
from shared.events import AlarmRaised, ComplaintClassified, ComplaintRefused, ComplaintRegistered
from shared.glossary import Language
from shared.outbox import publish, say


async def register(
    session: AsyncSession, intake: Intake, id_: UUID, labels: Labels, by: str, language: Language
) -> Complaint:
    """Register a complaint within scope (4/5.2.7). Raises ``Problem`` 409, 422, and 403 where it names the caller."""
    check_labels(labels)
    complaint = await held_complaint(session, id_)
    refuse_impossible(complaint, ComplaintRegistered.type, language)
    known = await _known(session, intake, complaint)
    fact = registered(known, labels, intake.procedure, officer=by, by=by)
    await refuse_unfair(session, by, [*complaint.named_officers, *fact.named_officers])
    await check_officer(session, fact, "officer")
    await _enter(session, complaint, fact)
    return complaint


async def refuse(
    session: AsyncSession, intake: Intake, id_: UUID, refusal: RefusalIn, by: str, language: Language
) -> Complaint:
    """Refuse a complaint that is not within scope, with the reason and where to turn (4/5.2.6(2)).

    Raises ``Problem`` 409, also where a review has set a refusal aside; 422 for a body that the policy does not list;
    403 where the complaint names the caller.
    """
    bodies = intake.procedure.policy.scope_check.outside_bodies
    if refusal.where_to_turn not in {body.code for body in bodies}:
        raise invalid("where_to_turn", "outside_body_unknown")
    complaint = await held_complaint(session, id_)
    refuse_impossible(complaint, ComplaintRefused.type, language)
    await refuse_unfair(session, by, complaint.named_officers)
    if complaint.overturned_at is not None:
        raise Problem(409, "refusal_overturned")
    at = await now(session)
    complaint.stage, complaint.decided_at, complaint.decided_by = "refused", at, by
    session.add(
        Refusal(complaint=id_, reason=refusal.reason, where_to_turn=refusal.where_to_turn, by=by, at=at),
    )
    await publish(
        session,
        str(id_),
        ComplaintRefused(number=complaint.number, reason=refusal.reason, where_to_turn=refusal.where_to_turn, by=by),
    )
    return complaint


async def check_officer(session: AsyncSession, fact: ComplaintRegistered, field: str) -> None:
    """Raise ``Problem`` 422 where the person responsible is nobody of this office, 403 where they are named."""
    if fact.officer == fact.by:
        return
    known = await session.scalar(select(Officer.active).where(Officer.id == fact.officer))
    if not known and await session.scalar(select(Officer.id).limit(1)):
        raise invalid(field, "officer_unknown")
    await refuse_unfair(session, fact.officer, fact.named_officers)


async def consider(session: AsyncSession, intake: Intake, complaint: Complaint, proposal: ComplaintClassified) -> None:
    """Keep what the classifier proposes, and register where the policy lets the machine do so; it never refuses."""
    complaint.proposal = proposal.model_dump(mode="json")
    policy = intake.procedure.policy.scope_check
    officer = policy.machine_registers_under
    if complaint.stage != "received" or officer is None:
        return
    labels = machine_labels(complaint.proposal, complaint.danger_cues, policy.machine_registers_at)
    if labels is None or not await _may_answer_for(session, officer, complaint.named_officers):
        return
    known = await _known(session, intake, complaint)
    fact = registered(known, labels, intake.procedure, officer=officer, by="system", by_machine=True)
    await _enter(session, complaint, fact)


async def _enter(session: AsyncSession, complaint: Complaint, fact: ComplaintRegistered) -> None:
    at = await now(session)
    complaint.stage, complaint.decided_at, complaint.decided_by = "registered", at, fact.by
    complaint.labels = fact.model_dump(mode="json")
    complaint.named_officers = list(fact.named_officers)
    # what a cue rang for was answered by the refusal: set aside, level 1 rings anew
    rings_already = complaint.danger_cues and complaint.overturned_at is None
    rings = fact.level == 1 and not fact.by_machine and not rings_already
    facts = [fact, AlarmRaised(cause="level")] if rings else [fact]
    await say(session, str(complaint.id), *facts)


async def _may_answer_for(session: AsyncSession, officer: str, named: list[str]) -> bool:
    if "active" not in session.info:
        session.info["active"] = await session.scalar(select(Officer.active).where(Officer.id == officer))
    return session.info["active"] is not False and await is_fair(session, officer, named)


async def _known(session: AsyncSession, intake: Intake, complaint: Complaint) -> Known:
    """Return what registration needs of a stored complaint."""
    days = intake.procedure.policy.major.repeated.within_days
    before = await topics_before(session, complaint.id, days)
    return Known(
        number=complaint.number,
        received_at=complaint.received_at,
        channel=complaint.channel,  # type: ignore[arg-type]  # stored as it was checked
        reply_form=complaint.reply_form,  # type: ignore[arg-type]
        language=complaint.language,  # type: ignore[arg-type]
        reachable=tuple(complaint.reachable),  # type: ignore[arg-type]
        named_officers=tuple(complaint.named_officers),
        district=complaint.district,
        source=complaint.source,
        topics_before=before,
    )


def state_of(complaint: Complaint) -> dict[str, Any]:
    """Return the state after a command."""
    return {
        "id": str(complaint.id),
        "number": complaint.number,
        "stage": complaint.stage,
        "labels": complaint.labels,
        "decided_at": complaint.decided_at,
        "decided_by": complaint.decided_by,
    }
