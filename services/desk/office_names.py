"""The names of departments and officers, asked of casework and kept for half a minute: pages show names, never ids."""

import time
from dataclasses import dataclass, field
from typing import Any, Final

from services.desk.asking import Asking, Refusal
from services.desk.page import pick
from shared.glossary import Language
from shared.running import Service

_SECONDS_KEPT: Final = 30


@dataclass(frozen=True)
class Names:
    """Departments and officers as casework knows them."""

    departments: list[dict[str, Any]] = field(default_factory=list)
    officers: list[dict[str, Any]] = field(default_factory=list)

    def officer(self, officer: str | None, language: Language) -> str:
        """Return an officer's name; the id where casework knows none."""
        return _name(self.officers, officer, language)

    def department(self, department: str | None, language: Language) -> str:
        """Return a department's name; the id where casework knows none."""
        return _name(self.departments, department, language)

    def led_by(self, department: str | None) -> frozenset[str]:
        """Return a department and all below it."""
        found = {department} if department else set()
        while more := {each["id"] for each in self.departments if each.get("parent") in found} - found:
            found |= more
        return frozenset(one for one in found if one)


def _name(rows: list[dict[str, Any]], wanted: str | None, language: Language) -> str:
    if not wanted:
        return ""
    return next((pick(row.get("name"), language) for row in rows if row["id"] == wanted), wanted)


async def names(service: Service, asking: Asking) -> Names:
    """Return the office's names; the last known ones while casework does not answer."""
    kept: tuple[float, Names] = service.resources.get("names", (0.0, Names()))
    if time.monotonic() - kept[0] < _SECONDS_KEPT and kept[1].officers:
        return kept[1]
    try:
        departments = await asking.get("casework", "/departments")
        officers = await asking.get("casework", "/officers")
    except Refusal:
        return kept[1]
    found = Names(flat(departments), _rows(officers))
    service.resources["names"] = (time.monotonic(), found)
    return found


def flat(tree: Any, parent: str | None = None) -> list[dict[str, Any]]:
    """Return a tree of departments as a list, each after the one it belongs to."""
    found: list[dict[str, Any]] = []
    for node in _rows(tree):
        found.append({**node, "parent": node.get("parent", parent)})
        found += flat(node.get("children") or node.get("departments") or [], node["id"])
    return found


def _rows(answer: Any) -> list[dict[str, Any]]:
    if isinstance(answer, dict):
        answer = answer.get("items") or answer.get("departments") or answer.get("officers") or []
    return [row for row in answer if isinstance(row, dict)]
