"""Nobody acts on a complaint that names them or someone they directly lead (4/5.2.2)."""

from collections.abc import Iterable, Mapping

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.archive.tables import Case, Department, Officer

Departments = Mapping[str, tuple[str | None, str | None]]
"""Parent and head by department."""


def barred(named: Iterable[str], departments: Departments, officers: Mapping[str, str]) -> frozenset[str]:
    """Return who may not act: those named, and their direct superiors. Pure."""
    officers_named = frozenset(named)
    superiors = {_superior(one, departments, officers.get(one)) for one in officers_named}
    return officers_named | frozenset(one for one in superiors if one)


def _superior(officer: str, departments: Departments, department: str | None) -> str | None:
    while department is not None and department in departments:
        parent, head = departments[department]
        if head and head != officer:
            return head
        department = parent
    return None


async def kept_away(session: AsyncSession, named: list[str]) -> frozenset[str]:
    """Return who may not act on a complaint that names these officers."""
    if not named:
        return frozenset()
    departments = await session.execute(select(Department.id, Department.parent, Department.head))
    officers = await session.execute(select(Officer.id, Officer.department).where(Officer.id.in_(named)))
    tree = {row.id: (row.parent, row.head) for row in departments}
    return barred(named, tree, {row.id: row.department for row in officers})


async def about(session: AsyncSession, officer: str) -> Select[str]:
    """Return the query for the complaints that name ``officer`` or somebody they directly lead."""
    departments = await session.execute(select(Department.id, Department.parent, Department.head))
    officers = {row.id: row.department for row in await session.execute(select(Officer.id, Officer.department))}
    tree = {row.id: (row.parent, row.head) for row in departments}
    concern = {officer, *(one for one, place in officers.items() if _superior(one, tree, place) == officer)}
    return select(Case.complaint).where(Case.named_officers.overlap(sorted(concern)))
