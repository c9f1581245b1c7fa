"""Whose the case is, its labels, its alarm, and the end of the road. Each command answers with the case after it."""

from typing import Annotated

from fastapi import APIRouter, Depends

from services.casework import alarms, assigning, ending
from services.casework.bodies import AssignmentIn, ClassificationIn, ClosingIn, HandoverIn, ReopeningIn
from services.casework.view import CaseOut, view
from services.casework.work import Work, on_case

router = APIRouter()

Assigning = Annotated[Work, Depends(on_case("casework.assign"), scope="function")]
Handling = Annotated[Work, Depends(on_case("casework.handle", own=True), scope="function")]
Classifying = Annotated[Work, Depends(on_case("casework.classify"), scope="function")]
OnDuty = Annotated[Work, Depends(on_case("casework.accept_alarm"), scope="function")]
Withdrawing = Annotated[Work, Depends(on_case("casework.withdraw"), scope="function")]
Closing = Annotated[Work, Depends(on_case("casework.close", own=True), scope="function")]
Reopening = Annotated[Work, Depends(on_case("casework.reopen"), scope="function")]


@router.post("/complaints/{complaint}/assignment", summary="Assign or re-dispatch")
async def assign(body: AssignmentIn, work: Assigning) -> CaseOut:
    """A supervisor assigns, or takes the case to somebody else, saying why (6/3.4.2(2), 6/3.4.3(2))."""
    await assigning.assign(work, body.department, body.officer, body.reason)
    return await view(work)


@router.post("/complaints/{complaint}/acceptance", summary="Accept the case")
async def accept(work: Handling) -> CaseOut:
    """The officer takes the case on, within 4 working hours of the assignment (policy; 6/3.4.2(2))."""
    await assigning.accept(work)
    return await view(work)


@router.post("/complaints/{complaint}/handover", summary="Hand the case over")
async def hand_over(body: HandoverIn, work: Handling) -> CaseOut:
    """To a colleague of the same department, who has yet to accept it; a report under way stays as it is
    (6/3.4.2(2)).
    """
    await assigning.hand_over(work, body.officer, body.reason)
    return await view(work)


@router.post("/complaints/{complaint}/classification", summary="Change the labels")
async def classify(body: ClassificationIn, work: Classifying) -> CaseOut:
    """A person changes the labels, with a reason; the clocks are recomputed from the history (2/1.1.14(1))."""
    found = {name: getattr(work.case, name) for name in ("extent", "people_affected") if getattr(body, name) is None}
    await assigning.reclassify(work, body.model_dump(exclude={"reason"}) | found, body.reason)
    return await view(work)


@router.post("/complaints/{complaint}/alarm/acceptance", summary="Take the alarm")
async def accept_alarm(work: OnDuty) -> CaseOut:
    """Someone on duty takes the alarm, within 15 minutes (2/1.1.16(1); policy, level 1)."""
    await alarms.accept(work)
    return await view(work)


@router.post("/complaints/{complaint}/withdrawal", summary="Take the complaint back")
async def withdraw(work: Withdrawing) -> CaseOut:
    """On behalf of the complainant; confirmed in writing by reply (6/3.4.4(1))."""
    await ending.withdraw(work)
    return await view(work)


@router.post("/complaints/{complaint}/closing", summary="Close")
async def close(body: ClosingIn, work: Closing) -> CaseOut:
    """Closed, naming the basis; 409 ``not_ready_to_close`` says what is still open (4/5.2.11(1))."""
    await ending.close(work, body.basis)
    return await view(work)


@router.post("/complaints/{complaint}/reopening", summary="Re-open")
async def reopen(body: ReopeningIn, work: Reopening) -> CaseOut:
    """Reply and set time start again; the earlier results stand (3/5.2)."""
    await ending.reopen_by_supervisor(work, body.ground)
    return await view(work)
