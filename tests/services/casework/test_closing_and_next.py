"""What holds a complaint open, what to do next, and when a complainant may urge: plain values in, plain values out."""

from datetime import UTC, datetime
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.casework import closing, next_step, urging
from services.casework.closing import Standing, fitting_bases, still_open
from services.casework.next_step import Situation, next_steps
from shared.glossary import Stage
from shared.procedure import load
from shared.procedure.calendars import default_calendar

POLICY = load().policy
READY = {
    "kind": "complaint",
    "level": 3,
    "reachable": True,
    "reply_sent": True,
    "reply_delivered": True,
    "delivery_attempts": 0,
    "result_notice": False,
    "measures_open": 0,
    "measures_done": 0,
    "measures_handed_over": 0,
    "urgings_open": 0,
    "accountability": True,
}


@pytest.mark.clause("1/1.1.11")
@pytest.mark.parametrize(
    ("change", "left"),
    [
        ({}, []),
        ({"reply_delivered": False}, ["reply_not_delivered"]),
        ({"reply_delivered": False, "delivery_attempts": 1}, ["reply_not_delivered"]),
        ({"reply_delivered": False, "delivery_attempts": 2}, []),
        ({"reply_sent": False}, ["no_result_notice"]),
        ({"reply_sent": False, "result_notice": True}, []),
        ({"measures_open": 1}, ["measure_open"]),
        ({"measures_handed_over": 1}, []),
        ({"visit_open": True}, ["visit_open"]),
        ({"review_open": True}, ["review_open"]),
        ({"urgings_open": 1}, ["urging_open"]),
        ({"accountability": False}, ["no_accountability"]),
        ({"accountability": False, "level": 2}, []),
        ({"accountability": False, "level": None, "kind": "consultation"}, []),
    ],
)
def test_a_complaint_is_held_open_by_what_the_policy_names(change: dict[str, object], left: list[str]) -> None:
    assert still_open(Standing(**(READY | change)), POLICY) == left  # type: ignore[arg-type]


def test_the_basis_is_what_happened() -> None:
    assert fitting_bases(Standing(**READY)) == ["replied"]  # type: ignore[arg-type]
    assert fitting_bases(Standing(**(READY | {"measures_done": 1}))) == ["measures_done"]  # type: ignore[arg-type]
    handed_over = READY | {"measures_done": 1, "measures_handed_over": 1}
    assert fitting_bases(Standing(**handed_over)) == ["measures_handed_over"]  # type: ignore[arg-type]
    assert "nobody_to_reach" in fitting_bases(Standing(**(READY | {"reachable": False})))  # type: ignore[arg-type]


def test_every_open_end_and_every_next_step_has_words_in_three_languages() -> None:
    for words in closing.WORDS.values():
        assert all(words)
    assert set(next_step.WORDS) == set(get_args(next_step.Action))
    clauses = load().clauses
    for clause, words in next_step.WORDS.values():
        assert clause in clauses
        assert all(words)


@given(
    st.sampled_from(get_args(Stage)),
    st.sampled_from(["complaint", "consultation", "suggestion"]),
    st.fixed_dictionaries(
        {name: st.booleans() for name, kind in Situation.__annotations__.items() if kind is bool},
    ),
)
def test_a_case_under_way_always_has_a_next_step(stage: str, kind: str, facts: dict[str, bool]) -> None:
    steps = next_steps(Situation(stage=stage, kind=kind, **facts))
    assert len(steps) == len({step.action for step in steps})
    assert steps or stage == "filed"


def test_a_reopened_case_goes_to_the_opinion_because_earlier_results_stand() -> None:
    now = Situation(stage="assigned", kind="complaint", accepted=True, ended=True, reported=True, cause=True)
    assert [step.action for step in next_steps(now)] == ["opinion", "investigation/plan"]


def at(day: int, hour: int = 2) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("last", "now", "may"),
    [
        (None, at(2), True),
        (at(2), at(2, 9), False),
        (at(2), at(2, 15), False),  # 23:00 in the office
        (at(2), at(2, 17), True),  # 01:00 of the next working day
        (at(6), at(7), True),  # Friday, then the day off that counts as Monday
        (at(7), at(8), False),  # Saturday and Sunday are one working day: Monday
        (at(7), at(9), False),
        (at(8), at(10), True),
    ],
)
def test_a_complainant_may_urge_once_a_working_day(last: datetime | None, now: datetime, may: bool) -> None:
    assert urging.complainant_may_urge(last, now, POLICY, default_calendar()) is may


@pytest.mark.clause("6/3.4.3(2)")
def test_the_office_urges_at_80_percent_of_the_reply_and_the_set_time_alone() -> None:
    assert urging.urged_of_itself("reply.phone", 0.8, POLICY)
    assert urging.urged_of_itself("set_time.2", 0.8, POLICY)
    assert not urging.urged_of_itself("reply.phone", 0.5, POLICY)
    assert not urging.urged_of_itself("report", 0.8, POLICY)
