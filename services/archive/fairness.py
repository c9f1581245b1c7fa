"""Nobody acts on a file of a complaint that names them or someone they directly lead (4/5.2.2)."""

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.archive.tables import Case
from shared.fairness import read_tree


async def kept_away(session: AsyncSession, named: list[str]) -> frozenset[str]:
    """Return who may not act on a complaint that names these officers."""
    return (await read_tree(session)).kept_away(named) if named else frozenset()


async def about(session: AsyncSession, officer: str) -> Select[str]:
    """Return the query for the complaints that name ``officer`` or somebody they directly lead."""
    concern = (await read_tree(session)).concern(officer)
    return select(Case.complaint).where(Case.named_officers.overlap(sorted(concern)))
