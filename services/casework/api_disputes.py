"""Disputes about an assignment: raised by those who have the case, decided by an arbiter (6/3.4.2(2))."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends

from services.casework import arbitration, disputes, office
from services.casework.bodies import DisputeIn
from services.casework.view import CaseOut, ListedOut, view
from services.casework.work import Work, on_case
from shared.access import Caller, allowed
from shared.running import Session

router = APIRouter(tags=["disputes"])
Disputing = Annotated[Work, Depends(on_case("casework.dispute", own=True), scope="function")]
Arbitrating = Annotated[Work, Depends(on_case("casework.arbitrate"), scope="function")]


class DisputeOut(ListedOut):
    """A dispute that waits for its decision; the reason stands in the case."""

    at: datetime
    by: str
    from_department: str
    department: str


@router.get("/disputes", summary="Disputes that the caller may decide")
async def waiting(
    session: Session, caller: Annotated[Caller, Depends(allowed("casework.arbitrate"))]
) -> list[DisputeOut]:
    """Disputes whose arbiter the caller can be, the oldest first (6/3.4.2(2)). Supervisor."""
    staff = await office.staff(session)
    return [
        DisputeOut(
            complaint=case.complaint,
            number=case.number,
            stage=case.stage,
            topic_code=case.topic_code,
            at=one.at,
            by=one.by,
            from_department=one.from_department,
            department=one.department,
        )
        for one, case in await disputes.waiting(session)
        if caller.id in disputes.arbiters_of(staff, one, case.named_officers)
    ]


@router.post("/complaints/{complaint}/dispute", summary="Dispute the assignment")
async def dispute(body: DisputeIn, work: Disputing) -> CaseOut:
    """Another department is responsible, says the officer or their supervisor, with the reason (6/3.4.2(2)).

    Before the case is accepted; until the decision it can be neither accepted nor passed on nor decided.
    """
    await disputes.dispute(work, body.department, body.reason)
    return await view(work)


@router.post("/complaints/{complaint}/dispute/decision", summary="Decide the dispute")
async def decide(body: DisputeIn, work: Arbitrating) -> CaseOut:
    """A supervisor of the complaints department, or above it, who is no party: within 4 working hours (6/3.4.2(2)).

    The case is assigned to the department that is named, and has to be accepted there.
    """
    await arbitration.decide(work, body.department, body.reason)
    return await view(work)
