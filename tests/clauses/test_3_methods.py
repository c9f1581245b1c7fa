"""Chapter 3, the methods: each session records what its method needs, and the page shows it."""

from typing import Any

import pytest

from tests.clauses.desk import at_the_desk
from tests.journeys.story import Story, moment
from tests.office import Office


@pytest.fixture
def office(office_of_file: Office) -> Office:
    """No clock is moved here: one office for all."""
    return office_of_file


SESSIONS = "/casework/complaints/{id}/investigation/sessions"
OWN: dict[str, dict[str, Any]] = {
    "on_site": {
        "observations": "二號泵停轉，值班臺上沒有通知記錄。",
        "questioned": [{"who": "投訴人", "said": "三點起沒有水。"}, {"who": "值班員", "said": "交接時沒有人提起。"}],
    },
    "documents": {
        "documents": [
            {"what": "供水服務合同", "from_whom": "營業廳", "authenticity": "與存檔原件逐頁核對。"},
            {"what": "值班記錄", "from_whom": "泵房", "authenticity": "與系統日誌時間一致。"},
        ]
    },
    "technical_test": {
        "instrument": "壓力表 P-4",
        "calibrated_on": "2026-01-15",
        "readings": [
            {"at": "2026-03-02T08:40:00+08:00", "value": 0.16, "unit": "MPa", "limit": 0.14},
            {"at": "2026-03-02T08:50:00+08:00", "value": 0.11, "unit": "MPa", "limit": 0.14},
        ],
        "analysis": "水泵停轉後壓力低於限值，原因在泵。",
    },
    "expert": {"question": "軸承為何提前磨損？", "advice": "潤滑間隔過長。", "solution": "改為每季潤滑並監測溫度。"},
    "data": {"hot_spot": "東區高層夜間停水", "pattern": "多在週末凌晨。", "measure": "週末凌晨加派值守。"},
}
"""Each method's own fields, whole."""


async def _under_way(office: Office) -> tuple[Story, str, dict[str, Any]]:
    """An investigation under way, and what every session has."""
    story = await Story.by_phone(office)
    await story.handle("acceptance")
    officer, begins = await story.handler(), (await office.now()).isoformat()
    plan = {"investigators": [officer], "begins_at": begins, "place": "泵房", "questions": "為何停水？"}
    await story.handle("investigation/plan", **plan)
    await story.handle("investigation/start")
    return story, officer, {"at": begins, "place": "泵房", "participants": ["江濤"], "content": "查明停水經過。"}


async def _is_complete_or_refused(office: Office, method: str) -> tuple[Story, str]:
    """Without any of its method's fields a session is refused by that field; whole, it is kept as it was told."""
    story, officer, common = await _under_way(office)
    whole = common | OWN[method] | {"method": method}
    for missing in OWN[method]:
        refused = await story.refused(
            officer, SESSIONS, **{name: value for name, value in whole.items() if name != missing}
        )
        assert (refused.status_code, [one["field"] for one in refused.json()["errors"]]) == (422, [missing])
        empty = [] if isinstance(whole[missing], list) else " "
        refused = await story.refused(officer, SESSIONS, **whole | {missing: empty})
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, missing)
    foreign = await story.refused(officer, SESSIONS, **whole | {"fields": {"note": "?"}})
    assert foreign.status_code == 422
    assert (await story.case())["investigation"]["sessions"] == []
    [kept] = (await story.handle("investigation/sessions", **whole))["investigation"]["sessions"]
    for name, value in OWN[method].items():
        found = [one | {"at": moment(one["at"])} for one in kept[name]] if name == "readings" else kept[name]
        told = [one | {"at": moment(one["at"])} for one in value] if name == "readings" else value
        assert found == told
    async with at_the_desk(office, officer) as desk:
        return story, (await desk.get(f"/desk/complaints/{story.id}")).text


@pytest.mark.clause("3/m1.1", "3/m1.2")
async def test_at_the_scene_what_was_observed_and_who_said_what_is_recorded(office: Office) -> None:
    story, page = await _is_complete_or_refused(office, "on_site")
    for words in ("二號泵停轉", "值班員", "交接時沒有人提起。"):
        assert words in page
    lines = [{"who": "值班員"}]
    body = {"method": "on_site", "observations": "停轉。", "questioned": lines}
    refused = await story.refused(await story.handler(), SESSIONS, **await _common(office), **body)
    assert [one["field"] for one in refused.json()["errors"]] == ["questioned.0.said"]


@pytest.mark.clause("3/m2.1", "3/m2.2")
async def test_each_document_says_from_whom_it_is_and_how_its_authenticity_was_verified(office: Office) -> None:
    story, page = await _is_complete_or_refused(office, "documents")
    for words in ("供水服務合同", "營業廳", "與存檔原件逐頁核對。", "與系統日誌時間一致。"):
        assert words in page
    for missing in ("what", "from_whom", "authenticity"):
        one = {name: value for name, value in OWN["documents"]["documents"][1].items() if name != missing}
        body = {"method": "documents", "documents": [OWN["documents"]["documents"][0], one]}
        refused = await story.refused(await story.handler(), SESSIONS, **await _common(office), **body)
        assert [each["field"] for each in refused.json()["errors"]] == [f"documents.1.{missing}"]


@pytest.mark.clause("3/m3.1", "3/m3.2")
async def test_a_test_names_its_calibrated_instrument_and_shows_its_readings_as_table_and_drawing(
    office: Office,
) -> None:
    story, page = await _is_complete_or_refused(office, "technical_test")
    for words in ("壓力表 P-4", "15 Jan 2026", "0.11", "MPa", "原因在泵。", 'role="img"', 'class="limit"'):
        assert words in page
    assert "2 readings, 0.11 to 0.16 MPa; limit 0.14" in page
    assert '<polyline class="line"' in page
    table = page.split('<table class="readings">')[1].split("</table>")[0]
    for cell in ("08:40</td>", "08:50</td>", ">0.16</td>", ">0.11</td>", ">MPa</td>", ">0.14</td>"):
        assert cell in table
    whole = await _common(office) | OWN["technical_test"] | {"method": "technical_test"}
    officer = await story.handler()
    afterwards = await story.refused(officer, SESSIONS, **whole | {"calibrated_on": "2026-03-03"})
    assert [(one["field"], one["rule"]) for one in afterwards.json()["errors"]] == [
        ("calibrated_on", "calibrated_afterwards")
    ]
    for wrong in ({"value": None}, {"unit": ""}, {"at": "2027-01-01T00:00:00Z"}, {"value": "viel"}):
        readings = [OWN["technical_test"]["readings"][0] | wrong]
        refused = await story.refused(officer, SESSIONS, **whole | {"readings": readings})
        assert [one["field"] for one in refused.json()["errors"]] == [f"readings.0.{next(iter(wrong))}"]


@pytest.mark.clause("3/m4.1", "3/m4.2")
async def test_an_expert_is_asked_a_question_and_a_solution_is_proposed_from_the_advice(office: Office) -> None:
    _, page = await _is_complete_or_refused(office, "expert")
    for words in OWN["expert"].values():
        assert words in page


@pytest.mark.clause("3/m5.1", "3/m5.2")
async def test_a_hot_spot_in_the_data_has_its_pattern_and_a_measure_aimed_at_it(office: Office) -> None:
    _, page = await _is_complete_or_refused(office, "data")
    for words in OWN["data"].values():
        assert words in page


async def test_the_form_of_a_session_asks_for_what_its_method_needs_and_keeps_what_was_typed(office: Office) -> None:
    story, officer, _ = await _under_way(office)
    page, to = f"/desk/complaints/{story.id}", f"/desk/complaints/{story.id}/steps/session"
    form = {"method": "technical_test", "at": "2026-03-02T08:30", "place": "泵房", "participants": "江濤"}
    form |= {"content": "測壓。", "instrument": "壓力表 P-4", "calibrated_on": "2026-01-15", "analysis": "偏低。"}
    rows = {"readings.0.at": "2026-03-02T08:10", "readings.0.value": "0,12", "readings.0.unit": "MPa"}
    rows |= {"readings.3.at": "2026-03-02T08:20", "readings.3.value": "tief", "readings.3.unit": "MPa"}
    async with at_the_desk(office, officer) as desk:
        wrong = await desk.send(page, to, **form, **rows)
        assert wrong.status_code == 422
        assert 'value="tief"' in wrong.text
        assert "Please give a number." in wrong.text
        taken = await desk.send(page, to, **form, **rows | {"readings.3.value": "0.14", "readings.3.limit": "0.2"})
        assert taken.status_code == 200
    [kept] = (await story.case())["investigation"]["sessions"]
    assert [(one["value"], one["limit"]) for one in kept["readings"]] == [(0.12, None), (0.14, 0.2)]
    assert kept["method"] == "technical_test"


async def _common(office: Office) -> dict[str, Any]:
    now = (await office.now()).isoformat()
    return {"at": now, "place": "泵房", "participants": ["江濤"], "content": "查明停水經過。"}
