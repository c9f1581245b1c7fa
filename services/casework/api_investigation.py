"""Finding out and deciding (chapter 3, 4/5.2.8-9). Each command answers with the case after it."""

import hashlib
import re
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request
from httpx import TransportError

from services.casework import decision, investigation
from services.casework.bodies import (
    ATTACHMENT,
    AccountabilityIn,
    CauseIn,
    EvidenceIn,
    MeasureHandoverIn,
    MeasureIn,
    OpinionIn,
    PlanIn,
    TextIn,
)
from services.casework.methods import SessionIn
from services.casework.view import CaseOut, view
from services.casework.work import Work, on_case
from shared.access import Caller, allowed
from shared.errors import Problem, unavailable
from shared.running import Running

router = APIRouter()

Handling = Annotated[Work, Depends(on_case("casework.handle", own=True), scope="function")]
OnMeasure = Annotated[Work, Depends(on_case("casework.handle"), scope="function")]
Determining = Annotated[Work, Depends(on_case("casework.determine", own=True), scope="function")]
MeasureId = Annotated[UUID, Path(alias="measure")]


@router.post("/complaints/{complaint}/investigation/plan", summary="Plan the investigation")
async def plan(body: PlanIn, work: Handling) -> CaseOut:
    """Who investigates, when, where, and what is to be found out (3/3.1)."""
    await investigation.plan(work, body.investigators, body.begins_at, body.place, body.questions)
    return await view(work)


@router.post("/complaints/{complaint}/investigation/start", summary="Start the investigation")
async def start(work: Handling) -> CaseOut:
    """The facts are being verified (4/5.2.8(1)); 409 without a plan (3/3.1)."""
    await investigation.start(work)
    return await view(work)


@router.post("/complaints/{complaint}/investigation/sessions", summary="Record a session")
async def record_session(body: SessionIn, work: Handling) -> CaseOut:
    """Time, place, the people taking part, content (3/3.3), and what the method needs (3/m1.1-3/m5.2)."""
    await investigation.record_session(work, body)
    return await view(work)


async def attachment_hash(
    complaint: UUID, request: Request, service: Running, _: Annotated[Caller, Depends(allowed("casework.handle"))]
) -> str | None:
    """Hash the attachment as it arrived, before the case is held.

    Raises ``Problem`` 422 for an unknown one, and for one that was not handed in for this complaint: it would not be
    erased with it, and what belongs to no complaint is removed after a day.
    """
    try:
        body = await request.json() if await request.body() else {}
    except ValueError:
        return None  # what is wrong with a body is said when it is read as evidence
    attachment = body.get("attachment") if isinstance(body, dict) else None
    if not isinstance(attachment, str) or not re.fullmatch(ATTACHMENT, attachment):
        return None
    try:
        answer = await service.services.request("GET", "intake", f"/attachments/{attachment}")
    except TransportError:
        raise unavailable() from None
    if not answer.is_success:
        raise Problem(422, "invalid", errors=[("attachment", "evidence_not_found")])
    if answer.headers.get("X-Complaint") != str(complaint):
        raise Problem(422, "invalid", errors=[("attachment", "evidence_elsewhere")])
    return hashlib.sha256(answer.content).hexdigest()


@router.post("/complaints/{complaint}/investigation/evidence", summary="Collect evidence")
async def collect(body: EvidenceIn, sha256: Annotated[str | None, Depends(attachment_hash)], work: Handling) -> CaseOut:
    """A piece of evidence, hashed as it arrived (4/5.2.8(2))."""
    await investigation.collect(work, body.kind, body.title, body.text, body.attachment, sha256)
    return await view(work)


@router.post("/complaints/{complaint}/investigation/end", summary="End the investigation")
async def end(work: Handling) -> CaseOut:
    """The facts are established; the report is due in 3 working days (4/5.2.8(3))."""
    await investigation.end(work)
    return await view(work)


@router.post("/complaints/{complaint}/investigation/report", summary="Submit the report")
async def report(body: TextIn, work: Handling) -> CaseOut:
    """The investigation report (4/5.2.8(3))."""
    await investigation.report(work, body.text)
    return await view(work)


@router.post("/complaints/{complaint}/cause", summary="State the cause")
async def cause(body: CauseIn, work: Handling) -> CaseOut:
    """The handler's finding of the cause, down to the root (3/4.1)."""
    await investigation.find_cause(work, body.cause, body.root, body.text)
    return await view(work)


@router.post("/complaints/{complaint}/opinion", summary="Propose an opinion")
async def propose(body: OpinionIn, work: Handling) -> CaseOut:
    """The report is assessed, and a handling opinion proposed (4/5.2.9(1)).

    For a complaint it rests on law and on the case's evidence (4/5.2.1): 422 naming the field without.
    """
    await decision.propose(work, body.outcome, body.text, body.legal_basis, body.evidence)
    return await view(work)


@router.post("/complaints/{complaint}/opinion/determination", summary="Determine the opinion")
async def determine(work: Determining) -> CaseOut:
    """By a supervisor; at level 3, for consultations and suggestions the officer themself may (4/5.2.9(1))."""
    await decision.determine(work)
    return await view(work)


@router.post("/complaints/{complaint}/measures", summary="Plan a measure")
async def plan_measure(body: MeasureIn, work: Handling) -> CaseOut:
    """A corrective measure with what is expected of it (4/5.2.4), owner and date (4/5.2.9(3))."""
    await decision.plan_measure(work, body.text, body.expectation, body.owner, body.due_on)
    return await view(work)


@router.post("/complaints/{complaint}/measures/{measure}/done", summary="A measure is carried out")
async def finish_measure(measure: MeasureId, body: TextIn, work: OnMeasure) -> CaseOut:
    """By its owner, the officer or a supervisor (3/4.3); also after closing."""
    await decision.finish_measure(work, str(measure), body.text)
    return await view(work)


@router.post("/complaints/{complaint}/measures/{measure}/handover", summary="Hand a measure to improvement")
async def hand_measure_over(measure: MeasureId, body: MeasureHandoverIn, work: Handling) -> CaseOut:
    """With a date; it no longer holds the complaint open (policy, closed when) (4/5.2.9(3))."""
    await decision.hand_measure_over(work, str(measure), body.due_on)
    return await view(work)


@router.post("/complaints/{complaint}/accountability", summary="Record accountability")
async def record_accountability(body: AccountabilityIn, work: Handling) -> CaseOut:
    """Level 3: somebody is held to account, or no one was at fault (2/1.1.16(3))."""
    await decision.record_accountability(work, body.text, at_fault=body.at_fault)
    return await view(work)
