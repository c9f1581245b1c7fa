"""Fairness (4/5.2.2): whom a complaint names, and who directly leads them, neither see it nor act on it.

The rule is pure; ``read_tree`` reads who leads whom as a service has heard it from casework (its tables
``departments`` and ``officers``).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession


@dataclass(frozen=True)
class Tree:
    """Who leads whom: ``departments`` {id: (parent, head)}, ``officers`` {id: department}."""

    departments: Mapping[str, tuple[str | None, str | None]] = field(default_factory=dict)
    officers: Mapping[str, str] = field(default_factory=dict)

    def superior(self, officer: str) -> str | None:
        """Return the direct superior: the head of the department, for a head the one above; ``None`` at the top."""
        department: str | None = self.officers.get(officer)
        while department is not None and department in self.departments:
            parent, head = self.departments[department]
            if head and head != officer:
                return head
            department = parent
        return None

    def kept_away(self, named: Iterable[str]) -> frozenset[str]:
        """Return who may not act on a complaint that names these officers: they, and their direct superiors."""
        names = frozenset(named)
        superiors = (self.superior(officer) for officer in names)
        return names | {one for one in superiors if one is not None}

    def concern(self, officer: str) -> frozenset[str]:
        """Return the officer and those they directly lead: complaints that name one of them are not theirs."""
        return frozenset({officer, *(one for one in self.officers if self.superior(one) == officer)})

    def above(self, department: str | None) -> str | None:
        """Return the next higher department; ``None`` at the root or where the department is not known."""
        return self.departments[department][0] if department and department in self.departments else None

    def is_within_or_above(self, department: str | None, other: str) -> bool:
        """Say whether ``department`` is ``other`` or stands above it."""
        here: str | None = other
        while here is not None:
            if here == department:
                return True
            here = self.above(here)
        return False


async def read_tree(session: AsyncSession) -> Tree:
    """Return the departments and officers as this service has heard of them."""
    departments = await session.execute(_DEPARTMENTS)
    officers = await session.execute(_OFFICERS)
    return Tree({row.id: (row.parent, row.head) for row in departments}, {row.id: row.department for row in officers})


_DEPARTMENTS = text("SELECT id, parent, head FROM departments")
_OFFICERS = text("SELECT id, department FROM officers")
