"""Consultations are answered without an investigation, suggestions acknowledged: no level, no set time."""

import pytest

from tests.journeys.story import WATER_COMPLAINT, Story, end_of
from tests.office import Office


def of_kind(kind: str) -> dict[str, object]:
    return {name: value for name, value in WATER_COMPLAINT.items() if name != "level"} | {"kind": kind}


@pytest.mark.parametrize("kind", ["consultation", "suggestion"])
@pytest.mark.clause("6/3.4.2(1)", "4/5.2.9(1)", "4/5.2.8(1)")
async def test_it_is_answered_in_writing_without_an_investigation(office: Office, kind: str) -> None:
    story = await Story.by_phone(office, of_kind(kind), text="請問水費的階梯價格從什麼時候開始計算？")
    rows = await story.ledger()
    # registration and the first follow-up bind all three kinds; there is no set time without a level
    assert {name.split("#")[0] for name in rows} == {
        "registration",
        "particulars",
        "person_responsible",
        "reply.phone",
        "first_follow_up.ordinary",
        "assignment",
        *(["suggestion"] if kind == "suggestion" else []),  # what becomes of it is a promise
    }
    assert await story.due("reply.phone#1") == end_of("2026-03-04")
    await story.handle("acceptance")
    answer = await story.refused(await story.handler(), "/casework/complaints/{id}/investigation/start")
    assert (answer.status_code, answer.json()["code"]) == (409, "not_investigated")
    await story.handle("follow-ups", way="phone", finding="solved", text="已口頭說明，書面答覆隨後寄出。")
    await story.until("2026-03-03 10:00")
    await story.decided()
    # determined on Tuesday 3 March: 4 5 6, 9 10 March
    assert await story.due("result_notice#1") == end_of("2026-03-10")
    await story.replied()
    await story.has(reply_phone="fulfilled", first_follow_up_ordinary="fulfilled", result_notice="fulfilled")
    await story.closed()
    sealed = await story.filed()
    assert (sealed["complete"], sealed["retained_until"]) == (True, "2029-03-03")  # three years
    assert "report#1" not in await story.ledger()
