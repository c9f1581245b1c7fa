"""3/5.1: the result is fed back promptly, and the complainant's opinion of it is asked."""

import pytest

from tests.clauses.desk import at_the_desk, sees
from tests.journeys.story import Story
from tests.office import Office

NOTICES = "/reply/complaints/{id}/result-notices"


async def _decided(office: Office) -> tuple[Story, str]:
    story = await Story.by_phone(office)
    await story.handle("acceptance")
    await story.investigated()
    assert "rate" not in (await story.status())["possible_acts"]
    await story.decided()
    return story, await story.handler()


@pytest.mark.clause("3/5.1", "4/5.2.9(2)")
async def test_who_tells_the_result_by_phone_asks_for_the_opinion_of_it_and_records_the_answer(office: Office) -> None:
    story, officer = await _decided(office)
    for score in (0, 6):
        refused = await story.refused(officer, NOTICES, way="phone", text="屬實。", score=score)
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "score")
    unheard = await story.refused(officer, NOTICES, way="sms", text="屬實。", score=5)
    assert [(one["field"], one["rule"]) for one in unheard.json()["errors"]] == [("score", "not_spoken")]
    async with at_the_desk(office, officer) as desk:
        form = {"way": "phone", "text": "投訴屬實，已恢復供水。", "score": "2"}
        page = f"/desk/complaints/{story.id}"
        assert (await desk.send(page, f"{page}/steps/result_notice", **form)).status_code == 200
    await story.has(result_notice="fulfilled")
    assert (await story.proofs())["result_notice"] == "result_notice.given"
    [said] = await story.events("satisfaction.recorded")
    assert (said["data"]["score"], said["data"]["by"]) == (2, officer)
    await sees(office, officer, story.id, form["text"], "<h3>2 dissatisfied</h3>")


@pytest.mark.clause("3/5.1")
async def test_a_short_message_asks_for_the_opinion_and_after_the_reply_the_complainant_can_give_it(
    office: Office,
) -> None:
    story, officer = await _decided(office)
    notice = await story.as_(officer, "POST", NOTICES, way="sms", text="投訴屬實，已恢復供水。")
    laid = (office.settings.data / "messages" / f"{notice['id']}.json").read_text("utf-8")
    assert "可憑編號和查詢碼在查詢頁評價" in laid
    await story.replied()
    assert {"rate", "not_solved"} <= set((await story.status())["possible_acts"])
    assert (await story.act("rate", score=4, text="這次處理得快。")).status_code < 300
    [said] = await story.events("satisfaction.recorded")
    assert (said["data"]["score"], said["data"]["by"]) == (4, "complainant")
