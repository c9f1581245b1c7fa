"""Pure: whose a case becomes (6/3.4.2(2)) - by rule to a department, by load to a person, fairly (4/5.2.2)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from services.casework.staff import Staff
from shared.glossary import Kind, Level, Service, Topic
from shared.yaml_files import read_as

RULES_FILE = Path(__file__).parent / "assignment.yaml"


class When(BaseModel):
    """What a rule looks at; what is left out fits everything."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    service: Service | None = None
    topic: Topic | None = None
    kind: Kind | None = None
    level: Level | None = None
    district: str | None = None


class AssignmentRule(BaseModel):
    """Complaints that fit ``when`` belong to ``department``."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    when: When
    department: str


class AssignmentRules(BaseModel):
    """The office's open list: the first rule that fits decides, then the services of the departments."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    rules: tuple[AssignmentRule, ...]
    otherwise: str
    decides_disputes: str
    """The department whose supervisors may assign any case (policy, assignment: disputes)."""


@dataclass(frozen=True, slots=True)
class Labels:
    """What assignment looks at."""

    service: str
    topic: str
    kind: str
    level: int | None
    district: str | None
    named_officers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """The department, the officer, and the officer's direct superior."""

    department: str
    officer: str
    supervisor: str | None


@cache
def assignment_rules() -> AssignmentRules:
    """The rules of the office. YamlMistake names the line of what cannot be used."""
    return read_as(RULES_FILE, AssignmentRules)


def choose(labels: Labels, staff: Staff, load: Mapping[str, int], rules: AssignmentRules) -> Choice | None:
    """Return whose the case becomes; ``None`` when nobody may handle it, so that a supervisor must decide.

    ``load``: open cases by officer. The same values always give the same answer.
    """
    if not staff.units:
        return None
    for department in staff.nearest(department_by_rule(labels, staff, rules)):
        if not staff.can_have(department, labels.named_officers):
            continue
        officer = least_loaded(department, staff, load, labels.named_officers)
        if officer is not None:
            return Choice(department, officer, staff.superior(officer))
    return None


def department_by_rule(labels: Labels, staff: Staff, rules: AssignmentRules) -> str:
    """Return the department that the rules name, before fairness is looked at."""
    facts = {
        "service": labels.service,
        "topic": labels.topic,
        "kind": labels.kind,
        "level": labels.level,
        "district": labels.district,
    }
    for rule in rules.rules:
        wanted = rule.when.model_dump(exclude_none=True)
        if rule.department in staff.units and all(facts[name] == value for name, value in wanted.items()):
            return rule.department
    answering = sorted(unit.id for unit in staff.units.values() if labels.service in unit.services)
    if answering:
        return answering[0]
    if rules.otherwise in staff.units:
        return rules.otherwise
    return next(unit.id for unit in staff.units.values() if unit.parent is None)


def least_loaded(department: str, staff: Staff, load: Mapping[str, int], named: Iterable[str]) -> str | None:
    """Return the active handler with the fewest open cases, by id where equal; where there is none, the head."""
    fit = [one.id for one in staff.people.values() if one.department == department and may_handle(one.id, staff, named)]
    head = staff.units[department].head
    handlers = [one for one in fit if "handler" in staff.people[one].roles and one != head]
    candidates: Iterable[str] = handlers or [one for one in fit if one == head]
    return min(candidates, key=lambda one: (load.get(one, 0), one), default=None)


def may_handle(officer: str, staff: Staff, named: Iterable[str]) -> bool:
    """Say whether ``officer`` may be given the case: active, able, not named, led by nobody who is named (4/5.2.2)."""
    person, names = staff.people.get(officer), frozenset(named)
    if person is None or not person.active or not person.roles & {"handler", "supervisor"}:
        return False
    return officer not in staff.kept_away(names) and staff.superior(officer) not in names
