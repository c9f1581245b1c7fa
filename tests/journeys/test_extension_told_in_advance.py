"""More time (5/3.4): told before the deadline, with a preliminary opinion within it. Two duties."""

import pytest

from tests.clauses.desk import at_the_desk
from tests.journeys.story import WATER_COMPLAINT, Story, end_of
from tests.office import Office

LEVEL_2 = WATER_COMPLAINT | {"level": 2}


async def _asked_for(story: Story, until: str) -> str:
    wish = {"until": until, "reason": "須等待第三方水質檢測報告。"}
    asked = await story.as_(await story.handler(), "POST", "/reply/complaints/{id}/extensions", **wish)
    return str(asked["id"])


async def _granted(story: Story, until: str, by: str = "water.head") -> str:
    extension = await _asked_for(story, until)
    await story.as_(by, "POST", f"/reply/extensions/{extension}/approval")
    return extension


async def _told(story: Story, extension: str) -> None:
    words = {"way": "phone", "text": "已電話告知延期至新日期。"}
    await story.as_(await story.handler(), "POST", f"/reply/extensions/{extension}/notice", **words)


async def _opinion(story: Story, extension: str) -> None:
    words = {"way": "phone", "text": "初步判斷為管道老化所致。"}
    await story.as_(await story.handler(), "POST", f"/reply/extensions/{extension}/preliminary-opinion", **words)


@pytest.mark.clause("5/3.4", "2/1.1.16(2)")
async def test_an_extension_told_in_advance_moves_the_reply_and_the_set_time(office: Office) -> None:
    story = await Story.by_phone(office, LEVEL_2)
    await story.handle("acceptance")
    # Monday 2 March: the reply by Wednesday 4, the opinion (level 2, five working days) by Monday 9 March
    assert await story.due("reply.phone#1") == end_of("2026-03-04")
    assert await story.due("set_time.2#1") == end_of("2026-03-09")
    await story.until("2026-03-03 10:00")
    extension = await _granted(story, "2026-03-12")
    # both are due by the date that is to be replaced; until the complainant is told, nothing has moved
    assert await story.due("extension.notice#1") == end_of("2026-03-04")
    assert await story.due("extension.preliminary_opinion#1") == end_of("2026-03-04")
    assert await story.due("reply.phone#1") == end_of("2026-03-04")
    await story.until("2026-03-03 11:00")
    await _told(story, extension)
    await story.has(extension_notice="fulfilled", extension_preliminary_opinion="running", reply_phone="running")
    assert await story.due("reply.phone#1") == end_of("2026-03-12")
    assert await story.due("set_time.2#1") == end_of("2026-03-12")
    assert await story.due("extension.preliminary_opinion#1") == end_of("2026-03-04")
    await story.until("2026-03-04 15:00")
    await _opinion(story, extension)
    await story.has(extension_preliminary_opinion="fulfilled")
    await story.investigated()
    await story.until("2026-03-12 16:00")
    await story.decided()
    await story.replied()
    await story.has(reply_phone="fulfilled", set_time_2="fulfilled", result_notice="fulfilled")
    assert "duty.breached" not in {
        one["type"] for one in await story.events("duty.breached") if "follow_up" not in one["data"]["duty"]
    }


@pytest.mark.clause("5/3.4")
async def test_an_extension_told_after_the_deadline_is_refused_and_moves_nothing(office: Office) -> None:
    story = await Story.by_phone(office)
    await story.handle("acceptance")
    await story.until("2026-03-04 10:00")
    extension = await _granted(story, "2026-03-10")
    await story.until("2026-03-05 00:00")
    words = {"way": "phone", "text": "告知延期。"}
    answer = await story.refused(await story.handler(), f"/reply/extensions/{extension}/notice", **words)
    assert (answer.status_code, answer.json()["code"]) == (409, "notice_too_late")
    await story.has(extension_notice="breached", extension_preliminary_opinion="breached", reply_phone="breached")
    assert await story.due("reply.phone#1") == end_of("2026-03-04")


@pytest.mark.clause("5/3.4")
async def test_a_preliminary_opinion_after_the_original_deadline_is_late(office: Office) -> None:
    story = await Story.by_phone(office)
    await story.handle("acceptance")
    await story.until("2026-03-02 15:00")
    extension = await _granted(story, "2026-03-10")
    await _told(story, extension)
    await story.until("2026-03-04 23:59")
    await story.has(extension_preliminary_opinion="running")
    await story.until("2026-03-05 09:00")
    await story.has(extension_preliminary_opinion="breached", extension_notice="fulfilled", reply_phone="running")
    await _opinion(story, extension)
    await story.has(extension_preliminary_opinion="late", reply_phone="running")
    assert await story.due("reply.phone#1") == end_of("2026-03-10")


@pytest.mark.clause("5/3.4")
async def test_a_second_extension_is_approved_one_department_higher_and_has_duties_of_its_own(office: Office) -> None:
    story = await Story.by_phone(office)
    await story.handle("acceptance")
    await story.until("2026-03-03 10:00")
    first = await _granted(story, "2026-03-10")
    await _told(story, first)
    await _opinion(story, first)
    await story.until("2026-03-06 09:00")
    officer = await story.handler()
    asked = await story.as_(
        officer, "POST", "/reply/complaints/{id}/extensions", until="2026-03-13", reason="檢測報告仍未到。"
    )
    answer = await story.refused("water.head", f"/reply/extensions/{asked['id']}/approval")
    assert (answer.status_code, answer.json()["code"]) == (403, "higher_department_must_approve")
    await story.as_("director", "POST", f"/reply/extensions/{asked['id']}/approval")
    # the date that is replaced now is the first extension's
    assert await story.due("extension.notice#2") == end_of("2026-03-10")
    assert await story.due("extension.preliminary_opinion#2") == end_of("2026-03-10")
    await _told(story, asked["id"])
    await _opinion(story, asked["id"])
    await story.has(extension_notice="fulfilled", extension_preliminary_opinion="fulfilled")
    assert await story.due("reply.phone#1") == end_of("2026-03-13")


@pytest.mark.clause("5/3.4")
async def test_an_extension_of_more_than_ten_working_days_is_refused(office: Office) -> None:
    story = await Story.by_phone(office)
    await story.handle("acceptance")
    # Wednesday 4 March + 10: 5 6, 9 10 11 12 13, 16 17 18 March
    body = {"until": "2026-03-19", "reason": "等待檢測。"}
    answer = await story.refused(await story.handler(), "/reply/complaints/{id}/extensions", **body)
    assert (answer.status_code, answer.json()["latest"]) == (422, "2026-03-18")


@pytest.mark.clause("5/3.4")
async def test_who_can_approve_an_extension_finds_it_before_the_date_that_it_replaces(office: Office) -> None:
    story = await Story.by_phone(office, LEVEL_2)
    await story.handle("acceptance")
    asked = await _asked_for(story, "2026-03-10")

    async def finds(username: str) -> list[str]:
        return [one["extension"] for one in await story.as_(username, "GET", "/reply/extensions")]

    assert (await (await office.as_(await story.handler())).get("/reply/extensions")).status_code == 403
    assert await finds("water.head") == await finds("director") == [asked]
    assert await finds("gas.head") == []
    async with at_the_desk(office, "water.head") as desk:
        assert '<b class="count" data-n="1">' in (await desk.get("/desk/")).text.split("/desk/extensions")[1][:200]
        shown = (await desk.get("/desk/extensions")).text
        assert f"/desk/complaints/{story.id}#step-extension_approval-{asked}" in shown
        page = f"/desk/complaints/{story.id}"
        assert (await desk.send(page, f"{page}/steps/extension_approval?item={asked}")).status_code == 200
    assert await finds("water.head") == []
    await _told(story, asked)
    # the second one is for the next higher department; once its date has passed nobody approves it
    again = await _asked_for(story, "2026-03-20")
    assert (await finds("water.head"), await finds("director")) == ([], [again])
    await story.leap("2026-03-11 00:00")
    assert await finds("director") == []
    late = await story.refused("director", f"/reply/extensions/{again}/approval")
    assert (late.status_code, late.json()["code"]) == (409, "notice_too_late")


@pytest.mark.clause("5/3.4")
async def test_once_the_reply_is_out_an_extension_that_was_asked_for_is_no_longer_granted(office: Office) -> None:
    story = await Story.by_phone(office, LEVEL_2)
    await story.handle("acceptance")
    asked = await _asked_for(story, "2026-03-10")
    await story.investigated()
    await story.decided()
    await story.replied()
    assert await story.as_("water.head", "GET", "/reply/extensions") == []
    late = await story.refused("water.head", f"/reply/extensions/{asked}/approval")
    assert (late.status_code, late.json()["code"]) == (409, "reply_is_out")
    assert "extension.notice#1" not in await story.ledger()  # nothing is owed that nobody needs
