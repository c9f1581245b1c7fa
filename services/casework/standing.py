"""Progress is watched periodically: a person goes through what is under way and what is late (6/3.4.3(1))."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.tables import OPEN_STAGES, Case
from shared.events import OFFICE, ProgressReviewed
from shared.outbox import hold, publish
from shared.running import Service


async def how_many_late(service: Service) -> int:
    """Return how many complaints under way have a duty whose time has passed; the duty engine knows."""
    return int((await service.services.get("sla", "/late"))["complaints"])


async def review_progress(session: AsyncSession, late: int, by: str) -> ProgressReviewed:
    """Put the review on record with what was seen; return it."""
    await hold(session, OFFICE)
    under_way = await session.scalar(select(func.count()).select_from(Case).where(Case.stage.in_(OPEN_STAGES)))
    fact = ProgressReviewed(under_way=under_way or 0, late=late, by=by)
    await publish(session, OFFICE, fact)
    return fact
