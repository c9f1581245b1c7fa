"""Whose a case becomes: by rule, by load, and never somebody whom it names or who leads them (4/5.2.2)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.casework.assignment import (
    AssignmentRules,
    Choice,
    Labels,
    assignment_rules,
    choose,
    department_by_rule,
    may_handle,
)
from services.casework.staff import Person, Staff, Unit
from shared.office import example_office

OFFICE = example_office()
STAFF = Staff(
    {one.id: Unit(one.id, one.parent, one.head, one.services) for one in OFFICE.departments},
    {one.id: Person(one.id, one.department, frozenset(one.roles)) for one in OFFICE.officers},
)
SERVICES = ("water", "power", "gas", "sanitation", "transport", "infrastructure")


def chosen(service: str = "water", named: tuple[str, ...] = (), load: dict[str, int] | None = None) -> Choice | None:
    labels = Labels(service, f"{service}.x", "complaint", 3, None, named)
    return choose(labels, STAFF, load or {}, assignment_rules())


def test_the_department_that_answers_for_the_service_gets_it_under_its_head() -> None:
    assert chosen("gas") == Choice("gas", "gas.handler", "gas.head")


def test_the_handler_with_the_fewest_open_cases_gets_it() -> None:
    assert chosen(load={"water.handler": 3, "water.handler2": 2}) == Choice("water", "water.handler2", "water.head")


def test_a_complaint_about_a_handler_leaves_the_department_whose_head_leads_them() -> None:
    assert chosen(named=("water.handler",)) == Choice("company", "director", None)


def test_a_complaint_about_a_head_leaves_the_department_above_as_well() -> None:
    found = chosen(named=("water.head",))
    assert found is not None
    assert found.department not in {"water", "company"}
    assert found.officer not in {"director", "water.head"}


def test_where_everybody_must_keep_away_a_supervisor_decides() -> None:
    assert chosen(named=tuple(one.head for one in OFFICE.departments)) is None


@pytest.mark.clause("6/3.4.2(2)")
def test_the_first_rule_that_fits_by_kind_level_topic_or_district_decides_and_unknown_ones_are_passed_over() -> None:
    rules = AssignmentRules.model_validate(
        {
            "rules": [
                {"when": {"kind": "suggestion"}, "department": "company"},
                {"when": {"service": "water", "level": 1}, "department": "company"},
                {"when": {"topic": "water.billing", "district": "north"}, "department": "no_such_department"},
                {"when": {"topic": "water.billing"}, "department": "complaints"},
            ],
            "otherwise": "complaints",
            "decides_disputes": "complaints",
        }
    )

    def department(topic: str, level: int | None, kind: str = "complaint") -> str:
        return department_by_rule(Labels(topic.partition(".")[0], topic, kind, level, "north"), STAFF, rules)

    assert department("water.billing", 1) == "company"
    assert department("water.billing", 3) == "complaints"
    assert department("water.quality", 3) == "water"
    assert department("water.quality", None, "suggestion") == "company"


def test_an_office_without_departments_assigns_nobody() -> None:
    assert choose(Labels("gas", "gas.price", "complaint", 3, None), Staff({}, {}), {}, assignment_rules()) is None


@given(
    st.sampled_from(SERVICES),
    st.sets(st.sampled_from([one.id for one in OFFICE.officers]), max_size=4),
    st.dictionaries(st.sampled_from([one.id for one in OFFICE.officers]), st.integers(0, 9)),
)
def test_nobody_named_nor_their_superior_is_ever_chosen(service: str, named: set[str], load: dict[str, int]) -> None:
    found = chosen(service, tuple(sorted(named)), load)
    assert found == chosen(service, tuple(sorted(named, reverse=True)), load)
    if found is None:
        return
    superiors = {STAFF.superior(one) for one in named}
    assert found.officer not in named | superiors
    assert STAFF.units[found.department].head not in named | superiors
    assert found.supervisor not in named
    assert may_handle(found.officer, STAFF, named)
