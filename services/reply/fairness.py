"""Nobody acts on a complaint that names them or someone they directly lead (4/5.2.2). Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


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

    def concern(self, officer: str) -> frozenset[str]:
        """Return the officer and those they directly lead: letters on complaints that name them are not theirs."""
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


def barred(named: Iterable[str], tree: Tree) -> frozenset[str]:
    """Return who may not act: those named, and their direct superiors."""
    officers = frozenset(named)
    superiors = {tree.superior(officer) for officer in officers}
    return officers | frozenset(one for one in superiors if one)
