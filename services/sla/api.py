"""The ledger of a complaint, and what is due in the office. Deadlines and calendars: ``api_deadlines.py``."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query
from pydantic import AwareDatetime, BaseModel
from sqlalchemy import func, select

from services.sla import api_deadlines, api_procedure, api_standing, calendar_entries
from services.sla.api_rows import ChangeOut, ProofOut, RowOut
from services.sla.keeping import book_of, kept_of
from services.sla.looking import Warned
from services.sla.rows import Row
from services.sla.tables import LedgerRow, Timer
from services.sla.why import why
from shared import inbox
from shared.access import Caller, allowed
from shared.clock import now
from shared.errors import Problem, ahead
from shared.events import OFFICE
from shared.service import Session
from shared.working_time import Calendar

router = APIRouter(tags=["ledger"])
router.include_router(api_deadlines.router)
router.include_router(api_standing.router)
router.include_router(api_procedure.router)
Reader = Annotated[Caller, Depends(allowed("sla.read"))]


class LedgerOut(BaseModel):
    """Every duty that binds or has bound a complaint, in the order in which they began."""

    complaint: str
    rows: list[RowOut]
    seen: dict[str, int]
    """How far the duty engine has heard of the complaint: the last sequence of each service."""


class DueOut(BaseModel):
    """A row that is running and due soon."""

    complaint: str
    row: str
    duty: str
    clause: str
    owner: str
    state: str
    due_at: datetime


class LateOut(BaseModel):
    """So many are late."""

    complaints: int


@router.get("/complaints/{complaint}/ledger", summary="The ledger of a complaint")
async def ledger_of(complaint: Annotated[str, Path(max_length=40)], session: Session, _: Reader) -> LedgerOut:
    """Each duty with its clause, state, due date, proof, and why it is due then (1/1.1.9, 6/3.4.7(3))."""
    kept = (await kept_of(session, [complaint]))[complaint]
    if not kept.history or complaint == OFFICE:
        raise ahead() if _is_id(complaint) else Problem(404, "complaint_not_found")
    office = await calendar_entries.load(session)
    book = book_of(kept.history, office, await now(session))
    rows = [_out(row, kept.rows[row.id].warned if row.id in kept.rows else {}, office.latest) for row in book.rows]
    return LedgerOut(complaint=complaint, rows=rows, seen=await inbox.seen(session, complaint))


@router.get("/due", summary="What is due")
async def due(
    session: Session,
    _: Reader,
    until: Annotated[AwareDatetime | None, Query(description="due before this; by default all that run")] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> list[DueOut]:
    """The rows that run (provisional or binding), the next due first (6/3.4.3(1))."""
    chosen = select(LedgerRow).where(
        LedgerRow.state.in_(("running", "provisional")), LedgerRow.due_at.is_not(None), LedgerRow.complaint != OFFICE
    )
    if until:
        chosen = chosen.where(LedgerRow.due_at < until)
    rows = await session.scalars(chosen.order_by(LedgerRow.due_at, LedgerRow.complaint, LedgerRow.row).limit(limit))
    return [DueOut.model_validate(row, from_attributes=True) for row in rows]


@router.get("/late", summary="How many complaints are late")
async def late(session: Session, _: Reader) -> LateOut:
    """Complaints under way with a row whose time has passed without its proof (6/3.4.3(1))."""
    breached = (
        select(LedgerRow.complaint)
        .join(Timer, Timer.complaint == LedgerRow.complaint)
        .where(LedgerRow.state == "breached", LedgerRow.complaint != OFFICE, Timer.open)
    )
    count = await session.scalar(select(func.count()).select_from(breached.distinct().subquery()))
    return LateOut(complaints=count or 0)


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def _out(row: Row, warned: Warned, calendar: Calendar) -> RowOut:
    values: dict[str, Any] = row.as_values()
    return RowOut(
        **{name: values[name] for name in ("row", "duty", "clause", "owner", "state", "due_at", "binding")},
        title=dict(row.duty.title.by_language()),
        started_at=row.counts_from,
        fulfilled_at=row.fulfilled_at,
        proof=ProofOut(event=row.proof.id, type=row.proof.type) if row.proof else None,
        warned=sorted(warned),
        why=dict(why(row, calendar)),
        history=[ChangeOut.model_validate(change, from_attributes=True) for change in row.history],
        ended=row.ending.cause if row.ending else None,
    )
