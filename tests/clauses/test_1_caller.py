"""Chapter 1 at the desk: a form that keeps up with a talking caller, and a record that says what was promised."""

import re

import pytest

from tests.clauses.desk import Desk, at_the_desk
from tests.journeys.story import CALLER, WATER_COMPLAINT, Story, at, end_of, good, moment
from tests.office import Office

LABELS = {name: str(value) for name, value in WATER_COMPLAINT.items()}
FORM = {"danger": "no", "channel": "phone", "text": "昨天起整棟樓停水，我有照片和繳費單據。"} | LABELS
PLACE = {"district": "城南區", "address": "中山路"}


async def found_by(desk: Desk, **typed: str) -> list[str]:
    """Return the numbers of the earlier complaints that are listed beside the form."""
    answer = await desk.send("/desk/new", "/desk/new/earlier", **typed)
    return re.findall(r'class="number"[^>]*>([^<]+)<', answer.text)


@pytest.mark.clause("1/1.1.1", "1/1.1.8", "1/1.1.5")
async def test_whoever_calls_is_found_by_number_name_phone_or_any_number_of_theirs_while_they_talk(
    office: Office,
) -> None:
    story = await Story.by_phone(
        office,
        references={"customer": "SZ-0012 34", "meter": "M77-0001", "asset": "桿 5501"},
        place=PLACE,
    )
    platform = {"name": "消費者協會", "reference": "XF（2026）0099號", "kind": "consumers_association"}
    theirs = {f"platform_{name}": value for name, value in platform.items()} | {"platform_due_at": "2026-03-04T18:00"}
    async with at_the_desk(office, "operator2") as desk:
        passed_on = await desk.send("/desk/new", "/desk/new", **FORM | {"channel": "third_party"}, **theirs)
        number = desk.found(passed_on.text, r'id="number">([^<]+)<')
        for who in (story.number, CALLER["name"], "139 0000 1234", CALLER["email"], "sz001234", "m77 0001", "桿5501"):
            assert await found_by(desk, who=who) == [story.number], who
        assert await found_by(desk, who="xf2026 0099號") == [number]
        page = (await desk.get(desk.found(passed_on.text, r'href="(/desk/complaints/[^"]+)"'))).text
        assert "消費者協會 · XF（2026）0099號" in page
        assert await found_by(desk, who="no such name") == []
        # what is typed into the form is looked up as well; a phone is better than a name
        assert await found_by(desk, phone="+86 13900001234", name="另一個人") == [story.number]
        particulars = (await desk.send("/desk/new", "/desk/new/earlier", who=story.number)).text
        assert CALLER["phone"] in particulars  # to be taken over into the form with one press
        near = await desk.send(
            "/desk/new", "/desk/new/near", topic_code=LABELS["topic_code"], text=FORM["text"], **PLACE
        )
        assert story.number in near.text  # somebody else may be calling about the same
        other = await Story.by_phone(office, complainant=None, place=PLACE)
        incident = await story.as_("operator1", "POST", "/casework/incidents", complaints=[story.id, other.id])
        near = await desk.send(
            "/desk/new", "/desk/new/near", topic_code=LABELS["topic_code"], text=FORM["text"], **PLACE
        )
        assert f"/desk/incidents/{incident['id']}" in near.text
        elsewhere = await desk.send("/desk/new", "/desk/new/near", topic_code="water.billing", text="水費")
        assert story.number not in elsewhere.text
    record = await good(await (await office.as_("operator1")).get(f"/intake/complaints/{number}"))
    due = moment(record["platform"].pop("due_at"))
    assert (record["platform"], due) == (platform, at("2026-03-04 18:00"))
    # numbers of others are kept as keyed hashes alone, and only who may find people finds by them
    analyst = await office.as_("analyst1")
    assert (await analyst.post("/intake/people/search", json={"meter": "M77-0001"})).status_code == 403


@pytest.mark.clause("1/1.1.6", "3/1.2", "1/1.1.7")
async def test_who_speaks_for_the_complainant_stands_apart_and_evidence_in_the_words_is_marked(office: Office) -> None:
    async with at_the_desk(office, "operator1") as desk:
        alone = await desk.send("/desk/new", "/desk/new", **FORM, name="陳婆婆", rep_phone="13700001111")
        assert alone.status_code == 422  # who speaks has a name
        speaks = {"rep_name": "陳小明", "rep_phone": "13700001111"}
        wants = {"remedy_sought": "恢復供水"}
        taken = await desk.send("/desk/new", "/desk/new", **FORM, **wants, **speaks, name="陳婆婆")
        assert taken.status_code == 200, taken.text
        page = desk.found(taken.text, r'href="(/desk/complaints/[^"]+)"')
        await office.settle()
        shown = (await desk.get(page)).text
        for words in ("照片", "繳費單"):
            assert f'<mark class="evidence">{words}</mark>' in shown
        record = (await (await office.as_("operator1")).get(f"/intake{page.removeprefix('/desk')}")).json()
        assert (record["text"], record["remedy_sought"]) == (FORM["text"], "恢復供水")
        assert record["complainant"]["name"] == "陳婆婆"
        assert "<h3>Representative</h3>" in shown
        assert (record["representative"]["name"], record["representative"]["phone"]) == ("陳小明", "13700001111")
        assert await found_by(desk, who="13700001111") == [record["number"]]


@pytest.mark.clause("1/1.1.9")
async def test_the_register_states_the_dates_for_handling_follow_up_and_feedback_as_they_stand(office: Office) -> None:
    story = await Story.through(office, "website")
    waiting = {one["clause"]: one for one in (await _record(story))["promised"]}
    assert {"4/5.2.7(2)", "5/3.3", "6/3.4.6(2)"} <= waiting.keys()
    assert not any(one["binding"] for clause, one in waiting.items() if clause != "4/5.2.7(2)")
    async with at_the_desk(office, "operator1") as desk:
        stated = (await desk.get(f"/desk/complaints/{story.id}")).text.split('id="promised"')[1].split("</ul>")[0]
        assert stated.count("(provisional)") == len(waiting) - 1
    await story.registered()
    dates = {one["clause"]: one for one in (await _record(story))["promised"]}
    assert {one["clause"]: one for one in (await story.status())["promised"]} == dates  # the complainant sees the same
    assert moment(dates["5/3.3"]["due_at"]) == end_of("2026-03-05")
    assert moment(dates["2/1.1.16(3)"]["due_at"]) == end_of("2026-03-16")
    assert all(one["binding"] for one in dates.values())
    # another level, another set time: the register says what stands now
    await story.handle("acceptance")
    await story.as_(
        "water.head",
        "POST",
        "/casework/complaints/{id}/classification",
        **WATER_COMPLAINT | {"level": 2, "reason": "影響範圍較大。"},
    )
    dates = {one["clause"]: one for one in (await _record(story))["promised"]}
    assert "2/1.1.16(2)" in dates
    assert "2/1.1.16(3)" not in dates
    async with at_the_desk(office, "water.head") as desk:
        page = (await desk.get(f"/desk/complaints/{story.id}")).text
        stated = page.split('id="promised"')[1].split("</ul>")[0]
        assert "2/1.1.16(2)" in stated
        assert "5/3.3" in stated


async def _record(story: Story) -> dict[str, list[dict[str, str]]]:
    record: dict[str, list[dict[str, str]]] = await story.as_("operator1", "GET", "/intake/complaints/{id}")
    return record


@pytest.mark.clause("1/1.1.3")
async def test_the_slip_for_the_window_has_company_number_code_and_dates_and_can_be_printed(office: Office) -> None:
    async with at_the_desk(office, "operator1") as desk:
        for form, row, due, said in (
            ("paper", "reply.written#1", "2026-03-09", "end of Mon 9 Mar 2026"),
            ("spoken", "reply.phone#1", "2026-03-04", "end of Wed 4 Mar 2026"),
        ):
            slip = (await desk.send("/desk/new", "/desk/new", **FORM | {"channel": "window", "form": form})).text
            stated = slip.split('class="readout"')[1]
            assert said in stated
            assert "(provisional)" not in stated  # registered in the same step: they bind
            complaint = desk.found(slip, r'href="/desk/complaints/([^"]+)"')
            director = await office.as_("director")
            rows = (await good(await director.get(f"/sla/complaints/{complaint}/ledger")))["rows"]
            assert [moment(one["due_at"]) for one in rows if one["row"] == row] == [end_of(due)]
            assert (await good(await director.get(f"/casework/complaints/{complaint}")))["stage"] == "assigned"
        assert "data-print" in slip
        for to_staff in ("Print the slip and hand it over.", "Read out to the caller"):  # not said to the person
            assert f'screen-only">{to_staff}<' in slip
        letterhead = desk.found(slip, r'class="letterhead">([^<]+)<')
        assert letterhead
        number, code = (desk.found(slip, rf'id="{name}">([^<]+)<') for name in ("number", "receipt-code"))
        status = await office.complainant(code).get(f"/intake/complaints/{number}/status")
        assert status.status_code == 200
        styles = (await desk.get(desk.found(slip, r'href="(/desk/static/desk.css[^"]*)"'))).text
        assert "@media print { .screen-only { display: none; } }" in styles
        assert "@media print { .slip .slip-only, .slip .letterhead { display: block; }" in styles


@pytest.mark.clause("1/1.1.7", "6/3.4.5(1)", "2/1.1.15(1)")
async def test_what_a_caller_adds_later_stands_in_the_record_rings_if_it_is_danger_and_is_a_matter_of_the_reply(
    office: Office,
) -> None:
    story = await Story.by_phone(office, named_officers=["operator2"])
    more = {"text": "補充：三樓也沒有水，電錶旁有電線冒煙。"}
    place = "/intake/complaints/{id}/supplements"
    assert (await story.refused("operator2", place, **more)).json()["code"] == "named_in_complaint"
    assert (await story.refused("analyst1", place, **more)).status_code == 403
    async with at_the_desk(office, "operator1") as desk:
        page = f"/desk/complaints/{story.id}"
        assert (await desk.send(page, f"{page}/steps/supplement", text="")).status_code == 422
        assert (await desk.send(page, f"{page}/steps/supplement", **more)).status_code == 200
        assert more["text"] in (await desk.get(page)).text
    record = await story.as_("operator1", "GET", "/intake/complaints/{id}")
    assert [(one["text"], one["by"]) for one in record["supplements"]] == [(more["text"], "operator1")]
    (added,) = await story.events("complaint.supplemented")
    assert added["data"]["by"] == "operator1"
    assert "danger_cue" in [one["data"]["cause"] for one in await story.events("alarm.raised")]
    await story.handle("acceptance")
    await story.investigated()
    await story.decided()
    async with at_the_desk(office, await story.handler()) as desk:  # the letter in another language, if they like
        await desk.send(page, f"{page}/steps/letter", language="zh-Hans")
    (letter,) = (await story.as_(await story.handler(), "GET", "/reply/complaints/{id}"))["letters"]
    assert letter["language"] == "zh-Hans"
    assert "supplement" in {one["source"] for one in letter["matters"]}


@pytest.mark.clause("6/3.4.4(1)", "1/1.1.6")
async def test_who_calls_before_the_scope_check_withdraws_by_phone_and_has_it_confirmed_in_their_language(
    office: Office,
) -> None:
    story = await Story.through(office, "app")
    place = "/intake/complaints/{id}/withdrawal"
    assert (await story.refused("water.handler", place)).status_code == 403
    async with at_the_desk(office, "operator1") as desk:
        page = f"/desk/complaints/{story.id}"
        assert page in (await desk.get(f"/desk/scope-checks/{story.id}")).text
        assert (await desk.send(page, f"{page}/steps/unregistered_withdrawal")).status_code == 200
        await desk.send("/desk/new", "/desk/new", **FORM, name="Ana Lim", email="ana@example.org", language="en")
    assert await story.stage() == "withdrawn"
    assert [one["data"]["by"] for one in await story.events("complaint.withdrawn")] == ["operator1"]
    await story.has(withdrawal="fulfilled", registration="void")
    again = await story.refused("operator1", place)
    assert (again.status_code, again.json()["code"]) == (409, "wrong_stage")
    found = await office.as_("operator1")
    (theirs,) = (await found.post("/intake/people/search", json={"name": "Ana Lim"})).json()
    record = (await found.get(f"/intake/complaints/{theirs['id']}")).json()
    assert (record["language"], record["text"]) == ("en", FORM["text"])
