"""How the desk shows time, marks words and reads forms."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import FormData

from services.desk import dates, pages_appraisal, pages_letters, pages_scope
from services.desk.fields import Field, body, typed
from services.desk.highlight import pieces
from services.desk.labels import check_labels, labels_of
from services.desk.live import changes, said
from services.desk.page import safe_next
from services.desk.people import Person
from services.desk.sight import Sight
from services.desk.steps import BY_NAME, STEPS, TO_DO, may_take, offered

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def person(*roles: str, officer: str = "water.handler", department: str = "water") -> Person:
    return Person(officer, officer, frozenset(roles), department, "en", "token")


def test_a_deadline_at_midnight_is_told_as_the_end_of_the_day_before():
    end = datetime(2026, 3, 4, 16, 0, tzinfo=UTC)
    assert dates.deadline(end, "zh-Hant") == "2026年3月4日（三） 24:00"
    assert dates.deadline(end, "en") == "end of Wed 4 Mar 2026"


def test_a_deadline_within_a_day_is_told_to_the_minute():
    assert dates.deadline(datetime(2026, 3, 4, 3, 30, tzinfo=UTC), "zh-Hans") == "2026年3月4日（三） 11:30"


def test_an_overdue_deadline_says_for_how_long():
    assert dates.remaining(NOW - timedelta(hours=3), "en", NOW) == "3 hours overdue"
    assert dates.remaining(NOW + timedelta(hours=3), "zh-Hant", NOW) == "還有 3 小時"
    assert [dates.nearness(NOW + timedelta(hours=h), NOW) for h in (-1, 5, 48)] == ["over", "soon", "calm"]


def test_what_a_time_field_holds_is_the_offices_time():
    assert dates.from_form("2026-03-02T09:00") == "2026-03-02T01:00:00+00:00"
    assert dates.for_form(NOW) == "2026-03-02T09:00"


@given(st.text(max_size=200))
def test_marked_pieces_put_together_are_the_complaints_own_words(text: str):
    assert "".join(piece.text for piece in pieces(text, [(0, 3), (2, 5)])) == text


def test_figures_and_danger_are_marked():
    found = {
        piece.text: piece.mark for piece in pieces("6樓停水三天，水費 128.5 元，聞到煤氣味", [(17, 20)]) if piece.mark
    }
    assert found["三天"] == "figure"
    assert found["128.5 元"] == "figure"
    assert "danger" in found.values()


def test_an_empty_field_that_is_needed_is_named_and_nothing_else_is_lost():
    fields = (Field("text"), Field("owner", "line"), Field("due_on", "day"), Field("note", required=False))
    form = FormData([("text", "  "), ("owner", "a"), ("due_on", "2026-03-05"), ("note", "")])
    values = typed(fields, form)
    assert values["owner"] == "a"
    content, wrong = body(fields, values)
    assert wrong == {"text": "error.required"}
    assert content == {"owner": "a", "due_on": "2026-03-05"}


def test_people_taking_part_are_told_apart_by_commas_of_any_kind():
    content, _ = body((Field("participants", "list"),), {"participants": "王師傅、李小姐，陳主任, Ann"})
    assert content["participants"] == ["王師傅", "李小姐", "陳主任", "Ann"]


def test_only_a_complaint_has_a_level_and_it_needs_one():
    assert check_labels({"kind": "complaint"}) == {"level": "error.level_needed"}
    assert check_labels({"kind": "suggestion"}) == {}
    assert labels_of({"kind": "suggestion", "topic_code": "gas.price", "level": 2})["level"] is None
    assert labels_of({"kind": "complaint", "topic_code": "gas.price", "level": 2})["service"] == "gas"


def test_forms_are_offered_to_the_officer_in_charge_and_their_supervisor_alone():
    case = {"officer": "water.handler", "department": "water", "kind": "complaint", "accepted": True}
    case |= {"investigation": {"plan": {"id": "p"}}}
    start = BY_NAME["start"]
    assert may_take(start, Sight(person("handler"), "assigned", case=case))
    assert not may_take(start, Sight(person("handler", officer="water.handler2"), "assigned", case=case))
    boss = person("supervisor", officer="water.head")
    assert may_take(start, Sight(boss, "assigned", case=case, leads=frozenset({"water"})))
    assert not may_take(start, Sight(boss, "assigned", case=case, leads=frozenset({"gas"})))
    assert not may_take(start, Sight(person("handler"), "replied", case=case))


def test_a_consultation_is_offered_no_investigation():
    case = {"officer": "water.handler", "department": "water", "kind": "consultation", "accepted": True}
    names = {step.name for step in offered(Sight(person("handler"), "assigned", case=case))}
    assert "opinion" in names
    assert not names & {"plan", "start"}


def test_while_it_is_disputed_whose_case_it_is_nothing_is_offered_that_would_be_refused():
    case = {"officer": "water.handler", "department": "water", "kind": "consultation", "accepted": False}
    case |= {"disputes": [{"decided_at": None}], "opinion": {"text": "…"}}
    names = {step.name for step in offered(Sight(person("handler"), "assigned", case=case))}
    assert not names & {"acceptance", "assignment_dispute", "handover", "determination"}


def test_what_casework_calls_next_has_a_form_here():
    assert set(TO_DO.values()) <= {step.name for step in STEPS}


@pytest.mark.parametrize("address", ["//evil.example/", "https://evil.example/desk/", "/intake/", "/desk/\\evil", ""])
def test_after_signing_in_nobody_is_sent_elsewhere(address: str):
    assert safe_next(address) == "/desk/"


def test_a_change_is_told_once_for_lists_and_once_for_its_own_page():
    assert said('{"complaint": "c1", "stage": "assigned", "queues": ["mine"]}') == ["change", "change-c1"]
    assert said('{"complaint": null, "stage": null, "queues": []}') == ["change"]
    assert said("nonsense") == []


async def test_a_browser_looks_again_once_it_listens_for_nobody_tells_what_changed_before():
    async def stream(*_: object, **__: object) -> AsyncGenerator[bytes]:
        yield b"retry: 1000\n\n"
        await asyncio.Event().wait()

    service: Any = SimpleNamespace(services=SimpleNamespace(stream=stream), stopping=asyncio.Event())
    async with aclosing(changes(service, "token")) as told:
        assert [await anext(told), await anext(told)] == [b"retry: 3000\n\n", b"event: change\ndata: {}\n\n"]


def test_the_appraisal_counts_who_agreed_and_what_was_taken_for_what():
    rows = [
        {"suggested": "safety", "decided": "safety", "count": 5},
        {"suggested": "safety", "decided": "management", "count": 2},
        {"suggested": None, "decided": "charging", "count": 1},
    ]
    (nature,) = pages_appraisal.matrices({"nature": rows})
    assert nature.values == ("charging", "safety", "management", None)
    assert (nature.agreed, nature.total) == (5, 8)
    assert nature.apart == [("safety", "management", 2), (None, "charging", 1)]


def test_the_appraisal_shows_drift_only_of_months_in_which_people_decided():
    months = [
        {"month": "2026-03", "proposed": 9, "decided": 4, "overruled": {"kind": 1}},
        {"month": "2026-04", "proposed": 3, "decided": 0, "overruled": {}},
    ]
    readings = pages_appraisal.drift(months)
    assert [one["value"] for one in readings if one["unit"] == "kind"] == [25.0]
    assert {one["at"][:7] for one in readings} == {"2026-03"}


def test_a_district_is_offered_as_given_else_as_the_words_name_it():
    read = [{"kind": "road", "words": "解放路"}, {"kind": "district", "words": "梅溪區"}]
    assert pages_scope.district_of({"place": {"district": "青田區"}, "read_places": read}) == "青田區"
    assert pages_scope.district_of({"place": None, "read_places": read}) == "梅溪區"
    assert pages_scope.district_of({"place": None, "read_places": []}) == ""


@pytest.mark.clause("6/3.4.4(2)")
@pytest.mark.parametrize("by_machine", [False, True])
def test_a_letter_that_may_have_gone_out_is_put_on_record_or_sent_again_whoever_wrote_it(by_machine: bool):
    letter = {"state": "maybe_sent", "by_machine": by_machine, "author": "system" if by_machine else "water.handler"}
    for who in (person("operator", officer="operator1"), person("handler")):
        assert pages_letters.acts_for(letter, who) == ["sending", "delivery"]
    (proof, _) = pages_letters.fields_for(letter)["delivery"]
    assert proof.codes == ("smtp_accepted", "attempt_recorded")
    (posted, _) = pages_letters.fields_for(letter | {"state": "printing"})["delivery"]
    assert posted.codes == ("posting_record",)
