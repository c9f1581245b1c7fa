"""Planned outages: entered beforehand, hinted at intake and on the complaint, cancelled (2/1.1.12)."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from sqlalchemy import select

from services.casework import outages
from services.casework.bodies import OutageIn
from services.casework.incident_views import OutageOut, outage_out
from services.casework.tables import Outage
from shared.access import Caller, allowed
from shared.clock import now
from shared.running import Session

router = APIRouter(tags=["outages"])
Reader = Annotated[Caller, Depends(allowed("casework.read"))]
Planner = Annotated[Caller, Depends(allowed("casework.plan_outages"))]


@router.get("/outages", summary="Planned outages")
async def list_outages(session: Session, _: Reader, *, past: bool = False) -> list[OutageOut]:
    """Those that run or are to come, the next first; or those that are over or were cancelled (2/1.1.12(1))."""
    at = await now(session)
    coming = (Outage.ends_at > at) & Outage.cancelled_at.is_(None)
    asked = select(Outage).where(~coming if past else coming)
    order = Outage.begins_at.desc() if past else Outage.begins_at.asc()
    return [outage_out(row, at) for row in await session.scalars(asked.order_by(order).limit(200))]


@router.post("/outages", summary="Enter a planned outage", status_code=201)
async def plan_outage(body: OutageIn, session: Session, caller: Planner) -> OutageOut:
    """Beforehand: of what, where, from when until when, and the notice in one language or three (2/1.1.12)."""
    words = {"zh_hant": body.zh_hant, "zh_hans": body.zh_hans, "en": body.en}
    made = await outages.plan(
        session, body.service, body.districts, body.begins_at, body.ends_at, words, caller.acts_as
    )
    return outage_out(made, made.at)


@router.post("/outages/{outage}/cancellation", summary="Cancel a planned outage")
async def cancel_outage(outage: UUID, session: Session, caller: Planner) -> OutageOut:
    """It does not take place; it is hinted no more (2/1.1.12(1))."""
    return outage_out(await outages.cancel(session, str(outage), caller.acts_as), await now(session))
