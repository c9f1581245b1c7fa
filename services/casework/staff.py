"""Pure: the office as a tree - who leads whom, and who must keep away from a complaint (4/5.2.2)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unit:
    """A department: the next higher one, its head and the services it answers for."""

    id: str
    parent: str | None
    head: str | None
    services: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Person:
    """An officer with department and roles."""

    id: str
    department: str
    roles: frozenset[str]
    active: bool = True


@dataclass(frozen=True)
class Staff:
    """All departments and officers at one moment."""

    units: Mapping[str, Unit]
    people: Mapping[str, Person]

    def superior(self, officer: str) -> str | None:
        """The direct superior: the department's head; for a head, the head of the next higher department."""
        person = self.people.get(officer)
        unit = self.units.get(person.department) if person else None
        if unit is None:
            return None
        if unit.head != officer:
            return unit.head
        above = self.units.get(unit.parent or "")
        return above.head if above else None

    def kept_away(self, named: Iterable[str]) -> frozenset[str]:
        """Those whom a complaint names, and their direct superiors: none of them may act on it (4/5.2.2)."""
        names = frozenset(named)
        superiors = (self.superior(officer) for officer in names)
        return names | {one for one in superiors if one is not None}

    def concern(self, officer: str) -> frozenset[str]:
        """The officer and those they directly lead: complaints that name one of them are not for their eyes."""
        return frozenset({officer, *(one for one in self.people if self.superior(one) == officer)})

    def above(self, department: str | None) -> Iterator[str]:
        """A department and all above it, the nearest first."""
        while department is not None and department in self.units:
            yield department
            department = self.units[department].parent

    def supervises(self, officer: str, department: str | None) -> bool:
        """Say whether ``officer`` is a supervisor of ``department`` or of one above it."""
        person = self.people.get(officer)
        return bool(person and "supervisor" in person.roles and person.department in self.above(department))

    def nearest(self, department: str) -> list[str]:
        """All departments by their distance in the tree; at the same distance the higher one first, then by id."""
        distance, order, depth = {department: 0}, [department], {one: len(list(self.above(one))) for one in self.units}
        for here in order:
            for there in sorted(self._beside(here) - distance.keys()):
                distance[there] = distance[here] + 1
                order.append(there)
        return sorted(order, key=lambda one: (distance[one], depth[one], one))

    def _beside(self, department: str) -> set[str]:
        parent = self.units[department].parent
        below = {unit.id for unit in self.units.values() if unit.parent == department}
        return below | {parent} if parent is not None and parent in self.units else below
