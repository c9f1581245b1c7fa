"""The staff's routes: the record, the scope check, finding a person, erasing."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request

from services.intake import acts, erasure, reading, scope
from services.intake.answers import ActOut, BodyOut, ErasedStateOut, FoundOut, RecordOut, StateOut, ToCheckOut
from services.intake.holding import found
from services.intake.inputs import Labels, PersonSearch, RefusalIn, SupplementIn
from services.intake.offices import intake_of
from services.intake.routing import Bounded
from services.intake.status import promised_now
from shared.access import Caller, allowed
from shared.errors import language_of
from shared.running import Running, Session

router = APIRouter(route_class=Bounded, tags=["staff"])
Reader = Annotated[Caller, Depends(allowed("intake.read"))]
Checker = Annotated[Caller, Depends(allowed("intake.check_scope"))]


@router.get("/scope-checks")
async def scope_checks(
    session: Session, service: Running, caller: Checker, limit: Annotated[int, Query(ge=1, le=200)] = 50
) -> list[ToCheckOut]:
    """Complaints whose scope is to be checked, danger first, then the oldest; due within 1 working day (4/5.2.7(2))."""
    rows = await reading.to_check(session, intake_of(service), caller, limit)
    return [ToCheckOut.model_validate(row) for row in rows]


@router.get("/complaints/{complaint}")
async def read_complaint(
    complaint: str, request: Request, session: Session, service: Running, caller: Reader
) -> RecordOut:
    """The record of a complaint, by id or number: person, text, place, attachments (1/1.1.6, 1/1.1.7, 3/1.2).

    With the dates that are promised for investigation, handling and feedback (1/1.1.9).
    """
    row = await found(session, complaint)
    record = await reading.staff_view(session, intake_of(service), row, caller)
    promised = await promised_now(service, row, language_of(request), ask=not caller.is_service)
    return RecordOut.model_validate(record | {"promised": promised})


@router.post("/complaints/{complaint}/registration")
async def register(
    complaint: UUID, body: Labels, request: Request, session: Session, service: Running, caller: Checker
) -> StateOut:
    """Within scope: register it with its labels (4/5.2.7); the promised dates become binding. Level 1 rings."""
    language = language_of(request)
    registered = await scope.register(session, intake_of(service), complaint, body, caller.id, language)
    return StateOut.model_validate(scope.state_of(registered))


@router.post("/complaints/{complaint}/refusal")
async def refuse(
    complaint: UUID, body: RefusalIn, request: Request, session: Session, service: Running, caller: Checker
) -> StateOut:
    """Not within scope: refuse it with the reason and where to turn; it is told in writing (4/5.2.6(2))."""
    language = language_of(request)
    refused = await scope.refuse(session, intake_of(service), complaint, body, caller.id, language)
    return StateOut.model_validate(scope.state_of(refused))


@router.post("/complaints/{complaint}/supplements", status_code=201, summary="Add what the complainant says later")
async def supplement(
    complaint: UUID,
    body: SupplementIn,
    request: Request,
    service: Running,
    caller: Annotated[Caller, Depends(allowed("intake.supplement"))],
) -> ActOut:
    """What they say by phone, at the window or in another letter, in their words (1/1.1.7). Words of danger ring.

    409 once it is closed, refused or withdrawn.
    """
    done = await acts.add(service, complaint, body, caller.id, caller.id, language_of(request))
    return ActOut.model_validate(done)


@router.post("/complaints/{complaint}/withdrawal", summary="Take back what is not registered yet")
async def withdraw(
    complaint: UUID,
    request: Request,
    service: Running,
    caller: Annotated[Caller, Depends(allowed("intake.withdraw"))],
) -> ActOut:
    """The complainant takes it back before the scope check; it is confirmed in writing (6/3.4.4(1)).

    409 afterwards: then it is casework's step.
    """
    return ActOut.model_validate(await acts.withdraw(service, complaint, caller.id, language_of(request)))


@router.get("/outside-bodies")
async def outside_bodies(service: Running, _: Checker) -> list[BodyOut]:
    """Where a person can turn who is refused: code, and name in three languages (4/5.2.6(2))."""
    bodies = intake_of(service).procedure.policy.scope_check.outside_bodies
    return [BodyOut(code=body.code, name=body.by_language()) for body in bodies]


@router.post("/people/search")
async def find_person(
    body: PersonSearch,
    session: Session,
    service: Running,
    caller: Annotated[Caller, Depends(allowed("intake.find_person"))],
) -> list[FoundOut]:
    """Complaints by phone, e-mail or name, or by customer, meter, asset or platform number (1/1.1.5), newest first.

    Compared by keyed hash; the search is on record.
    """
    rows = await reading.find_person(session, intake_of(service), body, caller)
    return [FoundOut.model_validate(row) for row in rows]


@router.post("/complaints/{complaint}/erasure")
async def erase(
    complaint: UUID,
    session: Session,
    service: Running,
    caller: Annotated[Caller, Depends(allowed("intake.erase"))],
) -> ErasedStateOut:
    """Destroy the keys: person and texts can never be read again, in no service and no backup (4/5.2.5)."""
    erased = await erasure.erase(session, intake_of(service), complaint, caller.id)
    return ErasedStateOut.model_validate(scope.state_of(erased) | {"erased_at": erased.erased_at})
