"""Pure: the office as a tree - who leads whom, and who must keep away from a complaint (4/5.2.2)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from shared.fairness import Tree


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

    @cached_property
    def tree(self) -> Tree:
        """Who leads whom."""
        units = {unit.id: (unit.parent, unit.head) for unit in self.units.values()}
        return Tree(units, {person.id: person.department for person in self.people.values()})

    def superior(self, officer: str) -> str | None:
        """The direct superior: the department's head; for a head, the head of the next higher department."""
        return self.tree.superior(officer)

    def kept_away(self, named: Iterable[str]) -> frozenset[str]:
        """Those whom a complaint names, and their direct superiors: none of them may act on it (4/5.2.2)."""
        return self.tree.kept_away(named)

    def can_have(self, department: str, named: Iterable[str]) -> bool:
        """Say whether a department is of the office, and its head need not keep away from whom is named (4/5.2.2)."""
        unit = self.units.get(department)
        return unit is not None and unit.head not in self.kept_away(named)

    def concern(self, officer: str) -> frozenset[str]:
        """The officer and those they directly lead: complaints that name one of them are not for their eyes."""
        return self.tree.concern(officer)

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
