"""Nobody acts on a complaint that names them, or someone they directly lead (4/5.2.2)."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from shared.errors import Problem
from shared.fairness import read_tree


async def refuse_unfair(session: AsyncSession, officer: str, named: Sequence[str]) -> None:
    """Raise ``Problem`` 403 where ``officer`` is named, or is the direct superior of someone who is."""
    if not await is_fair(session, officer, named):
        raise Problem(403, "named_in_complaint")


async def is_fair(session: AsyncSession, officer: str, named: Sequence[str]) -> bool:
    """Say whether ``officer`` may act on a complaint that names ``named``."""
    return not named or officer not in (await read_tree(session)).kept_away(named)


async def concern(session: AsyncSession, officer: str) -> frozenset[str]:
    """Return ``officer`` and those they directly lead: complaints that name one of them are not for their eyes."""
    return (await read_tree(session)).concern(officer)
