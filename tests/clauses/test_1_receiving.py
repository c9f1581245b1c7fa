"""Chapter 1, 3/1 and 6/3.4.1: what reaches the office is recorded, numbered, dated, and somebody answers for it."""

import pytest

from tests.clauses.desk import at_the_desk
from tests.journeys.story import CALLER, WATER_COMPLAINT, Story, end_of, moment
from tests.office import Office

CALL = {
    "channel": "phone",
    "complainant": CALLER,
    "object": "城南泵房",
    "matter": "停水沒有通知",
    "reason": "沒有人告訴我們何時恢復",
    "remedy_sought": "賠償飲用水費用 200 元",
    "text": "昨天起整棟樓停水，沒有任何通知，漏水聲很大。我有 3 張照片可以作證。",
}


@pytest.mark.clause("1/1.1.1", "4/5.2.6(1)", "3/1.2")
async def test_a_call_at_three_in_the_morning_is_taken_by_a_person_with_what_is_asked_for(office: Office) -> None:
    await office.advance_to(moment("2026-03-03T03:00:00+08:00"))
    operator = await office.as_("operator1")
    story = await Story.told(office, operator, **CALL)
    record = await story.as_("operator1", "GET", "/intake/complaints/{id}")
    assert (record["channel"], record["by"]) == ("phone", "operator1")
    assert moment(record["received_at"]) == moment("2026-03-03T03:00:00+08:00")
    assert {name: record[name] for name in ("object", "matter", "reason", "remedy_sought")} == {
        name: CALL[name] for name in ("object", "matter", "reason", "remedy_sought")
    }
    # a handler does not answer the phone for the complaints department
    handler = await office.as_("water.handler")
    assert (await handler.post("/intake/complaints", json=CALL)).status_code == 403


@pytest.mark.clause("1/1.1.6", "6/3.4.1(1)", "6/3.4.1(2)")
async def test_who_complains_how_to_reach_them_and_when_is_registered_complete_or_refused_by_field(
    office: Office,
) -> None:
    operator = await office.as_("operator1")
    for field, wrong in (("phone", "12"), ("email", "nobody"), ("name", " ")):
        answer = await operator.post("/intake/complaints", json=CALL | {"complainant": CALLER | {field: wrong}})
        assert answer.status_code == 422
        assert any(field in one["field"] for one in answer.json()["errors"])
    assert (await operator.post("/intake/complaints", json=CALL | {"text": " "})).status_code == 422
    nameless = await Story.told(office, operator, **CALL | {"complainant": None})  # nobody is forced to give a name
    assert (await nameless.as_("operator1", "GET", "/intake/complaints/{id}"))["complainant"] is None
    story = await Story.told(office, operator, **CALL)
    record = await story.as_("operator1", "GET", "/intake/complaints/{id}")
    assert {name: record["complainant"][name] for name in CALLER} == CALLER
    assert moment(record["received_at"]) == moment(record["recorded_at"])
    await story.has(particulars="running", person_responsible="running")
    await story.registered()
    await story.has(particulars="fulfilled")
    assert (await story.proofs())["particulars"] == "complaint.registered"


@pytest.mark.clause("1/1.1.7", "1/1.1.3", "1/1.1.9")
async def test_at_the_window_words_figures_and_danger_are_marked_and_number_and_dates_stand_on_the_slip(
    office: Office,
) -> None:
    async with at_the_desk(office, "operator1") as desk:
        form = {
            "danger": "yes",
            "channel": "window",
            "form": "spoken",
            "name": CALLER["name"],
            "phone": CALLER["phone"],
        }
        words = {"text": "3月1日起停水 48 小時，煤氣洩漏，賠償 200 元。", "remedy_sought": "賠償"}
        apart = {name: CALL[name] for name in ("object", "matter", "reason")}
        labels = {name: str(value) for name, value in (WATER_COMPLAINT | {"level": 1}).items()}
        slip = await desk.send("/desk/new", "/desk/new", **form, **words, **apart, **labels)
        assert slip.status_code == 200, slip.text
        number = desk.found(slip.text, r'id="number">([^<]+)<')
        assert desk.found(slip.text, r'id="receipt-code">([^<]+)<')
        dates = slip.text.split('class="readout"')[1]
        for clause in ("5/3.2", "2/1.1.16(1)", "6/3.4.6(1)"):  # feedback, handling, follow-up
            assert clause in dates
        page = (await desk.get(desk.found(slip.text, r'href="(/desk/complaints/[^"]+)"'))).text
        assert number in page
        record = (await (await office.as_("operator1")).get(f"/intake/complaints/{number}")).json()
        for name, said in apart.items():  # each in its own place, apart from the words themselves
            assert f"<dd>{said}</dd>" in page
            assert record[name] == said
        for figure in ("48 小時", "200 元"):
            assert f'<mark class="figure">{figure}</mark>' in page
        assert '<mark class="danger">煤氣洩漏</mark>' in page


@pytest.mark.clause("1/1.1.8", "1/1.1.9", "1/1.1.10")
async def test_a_registered_complaint_has_its_number_its_dates_and_a_named_person(office: Office) -> None:
    story = await Story.through(office, "website")
    assert {one["clause"] for one in story.promised} >= {"5/3.3", "6/3.4.6(2)"}
    assert not any(one["binding"] for one in story.promised)
    nobody = await story.refused(
        "operator1", "/intake/complaints/{id}/registration", **WATER_COMPLAINT, officer="nobody.here"
    )
    assert (nobody.status_code, [one["field"] for one in nobody.json()["errors"]]) == (422, ["officer"])
    await story.has(person_responsible="running")
    operator = await office.as_("operator1")
    assert [one["number"] for one in (await operator.get("/intake/scope-checks")).json()] == [story.number]
    async with at_the_desk(office, "operator1") as desk:
        for listed in ("/desk/scope-checks", "/desk/queues/scope_check"):
            assert f">{story.number}</a>" in (await desk.get(listed)).text
    await story.registered(WATER_COMPLAINT | {"officer": "operator2"})
    await story.has(person_responsible="fulfilled")
    registered = (await story.events("complaint.registered"))[0]["data"]
    assert (registered["officer"], registered["number"]) == ("operator2", story.number)
    # looked up by its number: the same complaint for staff and in the register
    director = await office.as_("director")
    assert (await director.get(f"/insight/complaints/{story.number}")).json()["complaint"] == story.id
    assert (await director.get(f"/intake/complaints/{story.number}")).json()["id"] == story.id
    promised = {one["clause"]: one for one in (await story.status())["promised"]}
    assert moment(promised["5/3.3"]["due_at"]) == end_of("2026-03-05")
    assert moment(promised["2/1.1.16(3)"]["due_at"]) == end_of("2026-03-16")
    assert all(one["binding"] for one in promised.values())
    second = await Story.through(office, "website")
    assert second.number != story.number


@pytest.mark.clause("4/5.2.7(1)", "4/5.2.6(2)")
async def test_only_what_is_in_scope_is_registered_and_by_a_person_who_may(office: Office) -> None:
    story = await Story.through(office, "website")
    queue = (await (await office.as_("operator1")).get("/intake/scope-checks")).json()
    assert [one["number"] for one in queue] == [story.number]
    async with at_the_desk(office, "operator1") as desk:
        assert story.number in (await desk.get("/desk/scope-checks")).text
    handler = await story.refused("water.handler", "/intake/complaints/{id}/registration", **WATER_COMPLAINT)
    assert handler.status_code == 403
    await story.registered(by="director")  # a supervisor may as well, once
    assert (await story.types()).count("complaint.registered") == 1
    refusal = {"reason": "out_of_scope", "where_to_turn": "city_hotline"}
    for path, body in (("registration", WATER_COMPLAINT), ("refusal", refusal)):
        again = await story.refused("operator1", f"/intake/complaints/{{id}}/{path}", **body)
        assert (again.status_code, again.json()["code"]) == (409, "wrong_stage"), path
