"""What the office does on a schedule, as far as it is casework's: progress is watched."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from services.casework import standing
from shared.access import Caller, allowed
from shared.clock import now
from shared.running import Running

router = APIRouter(tags=["standing duties"])


class ProgressOut(BaseModel):
    """What was seen: cases that are not closed yet, and complaints with a duty whose time has passed."""

    reviewed_at: datetime
    under_way: int
    late: int
    by: str


@router.post("/progress-reviews", status_code=201, summary="Progress was reviewed")
async def review_progress(
    service: Running, caller: Annotated[Caller, Depends(allowed("casework.review_progress"))]
) -> ProgressOut:
    """Fulfils the standing duty of each working day; both figures are counted here, not typed in (6/3.4.3(1))."""
    late = await standing.how_many_late(service)
    async with service.database.session() as session:
        fact = await standing.review_progress(session, late, caller.acts_as)
        return ProgressOut(reviewed_at=await now(session), under_way=fact.under_way, late=fact.late, by=fact.by)
