"""The roster: who takes an alarm now, and whoever is entered for later (2/1.1.16(1); policy, level 1)."""

from datetime import datetime, timedelta
from typing import Annotated, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework import alarms, office, roster, warned
from services.casework.assignment import assignment_rules
from services.casework.bodies import Body, Id, Line, Moment
from services.casework.on_duty import Watch, ladder, supervisors_of
from services.casework.tables import Shift
from shared.access import Caller, allowed
from shared.clock import now
from shared.procedure import load
from shared.running import Session

router = APIRouter(tags=["roster"])
Reader = Annotated[Caller, Depends(allowed("casework.read"))]
Keeper = Annotated[Caller, Depends(allowed("casework.keep_roster"))]
OnDuty = Annotated[Caller, Depends(allowed("casework.accept_alarm"))]
_SHOWN: Final = timedelta(days=14)


class ShiftIn(Body):
    """A shift: on duty, or on call behind those on duty; times with a zone, [begins_at, ends_at)."""

    kind: Literal["duty", "on_call"] = "duty"
    officer: Id
    deputy: Id | None = None
    begins_at: Moment
    ends_at: Moment


class TakeoverIn(Body):
    """Who takes the running shift over, and what they have to know: of the office, never of a person."""

    officer: Id
    note: Line


class ShiftOut(BaseModel):
    """A shift as it stands; ``follows`` is the one that it took over. Times are UTC."""

    model_config = ConfigDict(from_attributes=True)
    id: str
    kind: str
    officer: str
    deputy: str | None
    begins_at: datetime
    ends_at: datetime
    entered_by: str
    follows: str | None
    note: str | None


class RosterOut(BaseModel):
    """Whom an alarm rings for now, in order - on duty, deputies, on call, supervisor - and the shifts of two weeks."""

    at: datetime
    rings_for: list[str]
    shifts: list[ShiftOut]


class WarnedOut(BaseModel):
    """A duty that was warned of outside office hours, not yet fulfilled; ``to`` is who on duty sees to it now."""

    complaint: str
    number: str
    row: str
    duty: str
    clause: str
    title: dict[str, str]
    share: float
    due_at: datetime
    at: datetime
    to: str


@router.get("/warnings", summary="What was passed on to who is on duty")
async def passed_warnings(session: Session, caller: OnDuty, *, mine: bool = False) -> list[WarnedOut]:
    """Duties warned of while the office slept - of level 1 at any hour, others where their time ends before it opens -
    and not fulfilled since, the next due first, 200 at most (policy, warnings). Never of a complaint that names the
    caller; with ``mine`` those alone that the caller sees to (2/1.1.16(1)).
    """
    rows = await warned.listed(session, caller.acts_as, await now(session), mine=mine)
    names = ("row", "duty", "clause", "share", "due_at", "at")
    return [
        WarnedOut(
            complaint=case.complaint,
            number=case.number,
            title=dict(load().duties[one.duty].title.by_language()),
            to=to,
            **{name: getattr(one, name) for name in names},
        )
        for one, case, to in rows
    ]


@router.get("/roster", summary="Who is on duty")
async def read_roster(session: Session, _: Reader) -> RosterOut:
    """Whom an alarm rings for now, and every shift that runs within the next two weeks or ran yesterday
    (2/1.1.16(1)).
    """
    return await _roster(session)


@router.post("/roster", status_code=201, summary="Enter a shift")
async def enter_shift(body: ShiftIn, session: Session, caller: Keeper) -> RosterOut:
    """By a supervisor or administrator. 422 for one that is over or longer than a week, or of people who cannot take
    an alarm; 409 where the officer has such a shift already (2/1.1.16(1)).
    """
    wanted = Watch(body.kind, body.officer, body.deputy, body.begins_at, body.ends_at)
    await roster.enter(session, wanted, caller.acts_as)
    return await _roster(session)


@router.post("/roster/{shift}/handover", summary="Hand a running shift over")
async def hand_over_shift(shift: UUID, body: TakeoverIn, session: Session, caller: OnDuty) -> RosterOut:
    """To a colleague, with what they have to know; what rings at the one before rings at them. By whoever is on the
    shift, or a supervisor: 403 for others, 409 for one that does not run (2/1.1.16(1)).
    """
    keeps = caller.may("casework.keep_roster")
    made = await roster.hand_over(session, str(shift), body.officer, body.note, caller.acts_as, keeps=keeps)
    before = await session.get(Shift, str(shift))
    if before is not None:
        await alarms.pass_on(session, before.officer, made.officer)
        await warned.hand_over(session, before.officer, made.officer)
    return await _roster(session)


@router.post("/roster/{shift}/cancellation", summary="Take a shift back")
async def cancel_shift(shift: UUID, session: Session, _: Keeper) -> RosterOut:
    """One that has not begun; a running one is handed over instead: 409 (2/1.1.16(1))."""
    await roster.cancel(session, str(shift))
    return await _roster(session)


async def _roster(session: AsyncSession) -> RosterOut:
    await session.flush()
    at, staff = await now(session), await office.staff(session)
    heads = supervisors_of(None, staff, assignment_rules().decides_disputes)
    return RosterOut(
        at=at,
        rings_for=list(ladder(await roster.watches(session, at), at, heads, frozenset())),
        shifts=[ShiftOut.model_validate(one) for one in await roster.between(session, at - _SHOWN / 14, at + _SHOWN)],
    )
