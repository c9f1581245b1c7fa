"""A complaint becomes major by what happened to it (3/2.2): it is urgent from then on, and stays so."""

from datetime import datetime
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.labels import reclassified
from services.casework.moving import move, stage_of
from services.casework.tables import Case, Reclassification
from shared.lifecycle import is_possible


async def make_major(session: AsyncSession, case: Case, because: str, by: str, at: datetime) -> None:
    """Make the case major, unless it is already, or its stage is past it. ``because`` is a code. The case is held."""
    if because not in case.major_because:
        case.major_because = [*case.major_because, because]
    if case.importance == "major" or not is_possible(stage_of(case), "complaint.reclassified"):
        return
    case.importance, case.urgent = "major", True
    session.add(
        Reclassification(
            id=str(uuid4()),
            complaint=case.complaint,
            at=at,
            by=by,
            change=because,
            level_before=case.level,
            level_after=case.level,
        )
    )
    await move(session, case, reclassified(case, because, by))
