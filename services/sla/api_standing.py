"""The office's own ledger: standing duties, row by row."""

from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime, BaseModel
from sqlalchemy import and_, select

from services.sla import calendar_entries
from services.sla.api_rows import ChangeOut, ProofOut, RowOut
from services.sla.schedule import named_period, row_of
from services.sla.tables import FactRow, LedgerRow
from services.sla.why import why_standing
from shared.access import Caller, allowed
from shared.clock import now
from shared.events import OFFICE
from shared.procedure import Duty, load
from shared.service import Session
from shared.working_time import Calendar

router = APIRouter(tags=["ledger"])


class StandingRowOut(RowOut):
    """A row of the office's ledger; ``told`` is what proves it says: who, how many letters, what was seen."""

    told: dict[str, Any]


class StandingOut(BaseModel):
    """The rows of standing duties that began in a span of time, in the order in which they began."""

    rows: list[StandingRowOut]


@router.get("/standing-duties", summary="The office's own ledger")
async def standing_duties(
    session: Session,
    _: Annotated[Caller, Depends(allowed("sla.read"))],
    since: Annotated[AwareDatetime | None, Query(alias="from", description="by default 31 days ago")] = None,
    until: Annotated[AwareDatetime | None, Query(alias="to", description="exclusive; by default all until now")] = None,
) -> StandingOut:
    """Mailbox, progress, analysis of files: each row as in a complaint's ledger (1/1.1.4, 6/3.4.3(1), 4/5.2.11(2)).

    A row belongs to the span when it ran in it: begun before its end, and due after its beginning.
    """
    at, office = await now(session), await calendar_entries.load(session)
    asked = (
        select(LedgerRow, FactRow)
        .outerjoin(FactRow, and_(FactRow.complaint == OFFICE, FactRow.event_id == LedgerRow.proof))
        .where(
            LedgerRow.complaint == OFFICE,
            LedgerRow.due_at > (since or at - timedelta(days=31)),
            LedgerRow.started_at < (until or at + timedelta.resolution),
        )
    )
    found = await session.execute(asked.order_by(LedgerRow.started_at, LedgerRow.row).limit(5000))
    duties = load().duties
    known = [(row, fact, duties[row.duty]) for row, fact in found if row.duty in duties]
    return StandingOut(rows=[_out(row, fact, duty, office.latest) for row, fact, duty in known])


def _out(row: LedgerRow, fact: FactRow | None, duty: Duty, calendar: Calendar) -> StandingRowOut:
    due_at: datetime = row.due_at or row.started_at
    begun = row_of(duty, named_period(row.row), row.started_at, due_at, calendar)
    done_at = fact.time if fact else None
    return StandingRowOut(
        row=row.row,
        duty=row.duty,
        clause=row.clause,
        title=dict(duty.title.by_language()),
        owner=row.owner,
        state=row.state,
        due_at=row.due_at,
        binding=True,
        started_at=row.started_at,
        fulfilled_at=done_at,
        proof=ProofOut(event=fact.event_id, type=fact.type) if fact else None,
        warned=sorted(map(float, row.warned)),
        why=dict(why_standing(begun, row.state, done_at, calendar)),
        history=[ChangeOut(at=row.started_at, due_at=row.due_at, binding=True, cause="schedule")],
        ended=None,
        told=fact.data if fact else {},
    )
