"""Nobody acts on a complaint that names them, or someone they directly lead (4/5.2.2)."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import ARRAY, Text, bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.errors import Problem


async def refuse_unfair(session: AsyncSession, officer: str, named: Sequence[str]) -> None:
    """Raise ``Problem`` 403 where ``officer`` is named, or is the direct superior of someone who is."""
    if not await is_fair(session, officer, named):
        raise Problem(403, "named_in_complaint")


async def is_fair(session: AsyncSession, officer: str, named: Sequence[str]) -> bool:
    """Say whether ``officer`` may act on a complaint that names ``named``."""
    if not named:
        return True
    if officer in named:
        return False
    return not await session.scalar(_LEADS, {"officer": officer, "named": list(named)})


async def concern(session: AsyncSession, officer: str) -> frozenset[str]:
    """Return ``officer`` and those they directly lead: complaints that name one of them are not for their eyes."""
    return frozenset({officer, *(await session.scalars(_LED, {"officer": officer}))})


_OFFICES: Final = (
    " FROM officers JOIN departments ON departments.id = officers.department"
    " LEFT JOIN departments AS higher ON higher.id = departments.parent"
    " WHERE :officer = CASE WHEN departments.head = officers.id THEN higher.head ELSE departments.head END"
)
_LED: Final = text(f"SELECT officers.id{_OFFICES}")
_LEADS: Final = text(
    f"SELECT EXISTS (SELECT{_OFFICES} AND officers.id = ANY(CAST(:named AS text[])))"
).bindparams(bindparam("named", type_=ARRAY(Text)))
