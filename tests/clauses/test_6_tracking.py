"""Chapter 6: assigned, followed up, urged, told, and all of it on record."""

import pytest

from tests.clauses.desk import at_the_desk, sees
from tests.journeys.story import WATER_COMPLAINT, Story, at
from tests.office import Office


@pytest.mark.clause("6/3.4.6(1)", "6/3.4.6(2)")
@pytest.mark.parametrize(("level", "duty", "due"), [(1, "urgent", "2026-03-03"), (3, "ordinary", "2026-03-04")])
async def test_a_first_follow_up_that_nobody_makes_is_warned_of_and_breached_to_the_minute(
    office: Office, level: int, duty: str, due: str
) -> None:
    story = await Story.by_phone(office, WATER_COMPLAINT | {"level": level})
    row = f"first_follow_up.{duty}#1"
    assert await story.due(row) == at(f"{due} 09:00")
    await story.until(f"{due} 08:59")
    # looking by system proves nothing: only a person's finding does
    assert (await story.state(row), (await story.ledger())[row]["warned"]) == ("running", [0.5, 0.8])
    await story.until(f"{due} 09:00")
    assert await story.state(row) == "breached"
    await story.handle("follow-ups", way="phone", finding="slow", text="已致電，仍在搶修。")
    assert await story.state(row) == "late"


@pytest.mark.clause("6/3.4.7(1)", "6/3.4.7(2)", "6/3.4.5(1)")
async def test_follow_ups_by_phone_and_on_site_stand_in_the_record_with_who_when_and_what_was_said(
    office: Office,
) -> None:
    story = await Story.by_phone(office)
    officer = await story.handler()
    path = "/casework/complaints/{id}/follow-ups"
    by_system = {"way": "system", "finding": "in_progress", "text": "系統查看。"}
    assert (await story.refused(officer, path, **by_system)).status_code == 422
    assert (await story.refused(officer, path, way="phone", finding="dissatisfied")).status_code == 422
    said = {"phone": ("dissatisfied", "投訴人說仍未供水，不滿意。"), "on_site": ("blocked", "現場等待水泵配件。")}
    for way, (finding, text) in said.items():
        await story.as_("operator2", "POST", path, way=way, finding=finding, text=text)
    kept = {one["way"]: one for one in (await story.case())["follow_ups"]}
    for way, (finding, text) in said.items():
        assert (kept[way]["finding"], kept[way]["text"], kept[way]["by"]) == (finding, text, "operator2")
        assert kept[way]["at"]
    await sees(office, officer, story.id, "On site", *(text for _, text in said.values()))
    assert await story.state("first_follow_up.ordinary#1") == "fulfilled"
    assert (await story.proofs())["first_follow_up.ordinary"] == "follow_up.recorded"


@pytest.mark.clause("6/3.4.7(3)", "6/3.4.5(2)", "6/3.4.3(1)")
async def test_progress_is_seen_at_once_in_the_queues_and_the_story_is_complete_and_countable(office: Office) -> None:
    story = await Story.by_phone(office)
    head = await office.as_("water.head")

    async def numbers(queue: str) -> list[str]:
        return [one["number"] for one in (await head.get(f"/insight/queues/{queue}")).json()["items"]]

    assert await numbers("unaccepted") == [story.number]
    await story.handle("acceptance")
    assert await numbers("unaccepted") == []
    await story.until("2026-03-04 12:00")
    assert await numbers("due_soon") == [story.number]
    await story.until("2026-03-05 09:00")
    assert await numbers("breached") == [story.number]
    async with at_the_desk(office, "water.head") as desk:
        assert story.number in (await desk.get("/desk/?queue=breached")).text
    counts = (await head.get("/insight/counts", params={"by": "department"})).json()
    assert counts["by"]["water"]["breached"] == counts["queues"]["breached"] == 1
    counts = (await head.get("/insight/counts", params={"by": "officer"})).json()
    assert counts["by"][await story.handler()]["breached"] == 1
    types = await story.types()
    assert types.count("duty.breached") >= 2
    sequences = [(one["source"], one["sequence"]) for one in (await story.told_story())["events"]]
    for source in {one for one, _ in sequences}:
        mine = sorted(number for name, number in sequences if name == source)
        assert mine == list(range(1, len(mine) + 1))


@pytest.mark.clause("6/3.4.3(2)", "4/5.2.9(2)")
async def test_an_urging_and_a_result_notice_that_nobody_answers_are_warned_of_and_breached(office: Office) -> None:
    story = await Story.through(office, "letter", received_at=at("2026-03-02 09:00").isoformat())
    await story.registered()
    await story.handle("acceptance")
    await story.as_("water.head", "POST", "/casework/complaints/{id}/urgings", text="請加快。")
    await story.investigated()
    await story.decided()
    rows = [name for name in await story.ledger() if name.startswith(("urging", "result_notice"))]
    assert len(rows) == 2
    await story.until("2026-03-10 00:00")
    await story.has(result_notice="breached")
    ledger = await story.ledger()
    urging = next(ledger[name] for name in ledger if name.startswith("urging"))
    assert urging["state"] == "breached"
    assert all(ledger[name]["warned"] == [0.5, 0.8] for name in rows)


@pytest.mark.clause("6/3.4.5(1)", "6/3.4.5(2)", "5/3.4")
async def test_the_page_of_a_complaint_says_what_the_complainant_said_and_why_it_was_moved_about(
    office: Office,
) -> None:
    story = await Story.by_phone(office, WATER_COMPLAINT | {"level": 2})
    await story.handle("acceptance")
    lower = WATER_COMPLAINT | {"level": 3, "reason": "只及一棟樓，已恢復供水。"}
    await story.as_("director", "POST", "/casework/complaints/{id}/classification", **lower)
    more_time = {"until": "2026-03-10", "reason": "水質化驗要六個工作日。"}
    extension = await story.as_(await story.handler(), "POST", "/reply/complaints/{id}/extensions", **more_time)
    place = f"/reply/extensions/{extension['id']}"
    await story.as_("water.head", "POST", f"{place}/approval")
    said = {"notice": ("phone", "化驗三月十日前完成。"), "preliminary-opinion": ("mail", "初步看是水泵跳閘。")}
    for step, (way, text) in said.items():
        await story.as_(await story.handler(), "POST", f"{place}/{step}", way=way, text=text)
    moved = {"department": "water", "officer": "water.handler2", "reason": "原責任人出差。"}
    await story.as_("director", "POST", "/casework/complaints/{id}/assignment", **moved)
    await story.handle("acceptance")
    await story.investigated()
    await story.decided()
    await story.replied()
    assert (await story.act("rate", score=2, text="等了太久。")).is_success
    assert (await story.act("not_solved", text="昨天又停水兩小時。")).is_success
    await story.handle("acceptance")
    await story.decided("partly_upheld")
    async with at_the_desk(office, await story.handler()) as desk:
        page = (await desk.get(f"/desk/complaints/{story.id}")).text
    voices = section(page, "voices")
    assert [words for words in ("2 dissatisfied", "等了太久。", "昨天又停水兩小時。") if words not in voices] == []
    whose = section(page, "whose")
    assert [
        words for words in ("re-dispatched", "原責任人出差。", "只及一棟樓，已恢復供水。") if words not in whose
    ] == []
    letters = section(page, "letters")
    assert [text for _, text in said.values() if text not in letters] == []
    # the earlier results stand beside the later ones
    decision = section(page, "decision")
    assert ("Upheld" in decision, "Partly upheld" in decision) == (True, True)


def section(page: str, name: str) -> str:
    """Return what stands in a card of a page."""
    return page.split(f'id="{name}"', 1)[1].split("</section>", 1)[0]
