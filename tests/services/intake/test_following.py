"""The complainant follows, adds, takes back; who guesses codes is stopped."""

from typing import Any

import pytest

from services.intake import status as status_page
from services.intake.offices import intake_of
from tests.services.intake.conftest import Edge
from tests.services.intake.test_receiving import LABELS


async def test_number_and_code_open_the_status_with_dates_history_and_acts(edge: Edge) -> None:
    answer = await edge.receive(edge.channel("app"), channel="app")
    response = await edge.complainant(answer).get(f"/intake/complaints/{answer['number']}/status")
    status = response.json()
    assert (status["stage"], status["number"]) == ("received", answer["number"])
    assert [each["clause"] for each in status["promised"]] == [each["clause"] for each in answer["promised"]]
    assert status["history"][0]["label"] == "Your complaint was received"
    assert status["possible_acts"] == ["add", "withdraw"]


async def test_a_code_that_a_newer_service_tells_is_passed_on(edge: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    answer, at = await edge.receive(edge.channel("app"), channel="app"), "2026-03-02T01:00:00Z"
    duty = next(one.id for one in intake_of(edge.service).procedure.duties.values() if one.promised)
    row = {"duty": duty, "clause": "1/1.1.9", "title": {"en": "x"}, "due_at": at, "binding": True, "state": "new"}
    letter = {"id": answer["id"], "purpose": "new", "letter_number": "1", "sent_at": at, "state": "delivered"}
    told = {
        "sla": {"rows": [row]},
        "reply": {
            "letters": [letter],
            "result_notices": [{"state": "told", "way": "new", "told_at": at}],
            "suggestion": {"at": at, "outcome": "new", "text": None},
        },
        "casework": {"promises": [{"what": "new", "due_on": "2026-03-03", "kept_at": None}]},
    }

    async def ask(_: Any, other: str, *__: Any) -> dict[str, Any]:
        return told[other]

    monkeypatch.setattr(status_page, "_ask", ask)
    response = await edge.complainant(answer).get(f"/intake/complaints/{answer['number']}/status")
    shown = response.json()
    codes = [shown["promised"][0]["state"], shown["letters"][0]["purpose"], shown["notices"][0]["way"]]
    assert [*codes, shown["suggestion"]["outcome"], shown["promises"][0]["what"]] == ["new"] * 5
    assert (await edge.operator.get(f"/intake/complaints/{answer['id']}")).json()["promised"] == shown["promised"]


async def test_full_width_digits_of_a_chinese_keyboard_are_understood(edge: Edge) -> None:
    answer = await edge.receive(edge.channel("app"), channel="app")
    wide = str.maketrans({chr(sign): chr(sign + 0xFEE0) for sign in range(0x21, 0x7F)})
    form = {"number": answer["number"].translate(wide), "code": answer["receipt_code"].translate(wide)}
    assert (await edge.client().post("/intake/status", data=form)).status_code == 200


async def test_a_wrong_code_and_a_number_that_does_not_exist_look_alike(edge: Edge) -> None:
    answer = await edge.receive(edge.channel("app"), channel="app")
    stranger = edge.client(X_Receipt_Code="AAAA-BBBB-CCCC")
    wrong = await stranger.get(f"/intake/complaints/{answer['number']}/status")
    nowhere = await stranger.get("/intake/complaints/26-9999999-4/status")
    assert wrong.status_code == nowhere.status_code == 403
    assert wrong.json()["title"] == nowhere.json()["title"]
    assert (await edge.client().get(f"/intake/complaints/{answer['number']}/status")).status_code == 401


async def test_after_ten_wrong_codes_only_the_right_one_is_still_heard(edge: Edge) -> None:
    answer = await edge.receive(edge.channel("app"), channel="app")
    path = f"/intake/complaints/{answer['number']}/status"
    stranger = edge.client(X_Receipt_Code="AAAA-BBBB-CCCC")
    assert [(await stranger.get(path)).status_code for _ in range(10)] == [403] * 10
    late = await stranger.get(path)
    assert (late.status_code, late.json()["code"]) == (429, "too_many_tries")
    assert int(late.headers["Retry-After"]) <= 900
    assert (await edge.complainant(answer).get(path)).status_code == 200, "nobody can lock the complainant out"


async def test_what_is_added_reaches_staff_and_only_the_fact_reaches_the_bus(edge: Edge) -> None:
    answer = await edge.receive(edge.channel("app"), channel="app")
    me = edge.complainant(answer)
    path = f"/intake/complaints/{answer['number']}/acts"
    assert (await me.post(path, json={"act": "add"})).json()["errors"][0]["rule"] == "act_needs_text"
    assert (await me.post(path, json={"act": "add", "text": "門牌是 12 號"})).status_code == 200
    row = (await edge.operator.get(f"/intake/complaints/{answer['id']}")).json()
    assert [each["text"] for each in row["supplements"]] == ["門牌是 12 號"]
    texts = await edge.other_service().post("/intake/texts", json={"ids": [answer["id"]]})
    assert texts.json()[answer["id"]]["supplements"][0]["text"] == "門牌是 12 號"
    assert await edge.types(answer["id"]) == ["complaint.received", "complaint.supplemented"]


async def test_words_of_danger_in_what_is_added_ring_as_well(edge: Edge) -> None:
    answer = await edge.receive(edge.channel("app"), channel="app")
    path = f"/intake/complaints/{answer['number']}/acts"
    await edge.complainant(answer).post(path, json={"act": "add", "text": "現在冒煙了"})
    assert (await edge.types(answer["id"]))[-2:] == ["complaint.supplemented", "alarm.raised"]


async def test_before_registration_intake_itself_takes_it_back_and_then_nothing_more_is_possible(edge: Edge) -> None:
    answer = await edge.receive(edge.channel("app"), channel="app")
    me = edge.complainant(answer)
    path = f"/intake/complaints/{answer['number']}/acts"
    withdrawn = await me.post(path, json={"act": "withdraw"})
    assert (withdrawn.status_code, withdrawn.json()["stage"]) == (200, "withdrawn")
    assert (await me.post(path, json={"act": "add", "text": "x"})).status_code == 409
    path = f"/intake/complaints/{answer['id']}/registration"
    registered = await edge.operator.post(path, json=LABELS, headers={"Accept-Language": "zh-Hans"})
    assert (registered.status_code, registered.json()["stage"]) == (409, "withdrawn")
    assert registered.json()["stage_label"] == "已撤回"


async def test_while_the_owner_of_a_step_is_away_the_complainant_is_told_so(edge: Edge) -> None:
    answer = await edge.receive(edge.operator, channel="phone", registration=LABELS)
    path = f"/intake/complaints/{answer['number']}/acts"
    response = await edge.complainant(answer).post(path, json={"act": "urge"})
    assert (response.status_code, response.json()["code"]) == (503, "owner_away")
