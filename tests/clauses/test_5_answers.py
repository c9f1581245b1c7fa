"""5/1.1: a reply that answers what was raised; the companies in whose name it goes out; the ways of telling."""

from typing import Any

import pytest

from tests.clauses.desk import at_the_desk
from tests.journeys.story import Story
from tests.office import Office

RAISED = {
    "object": "泵房",
    "matter": "整棟樓停水沒有通知",
    "remedy_sought": "減免當日水費",
    "text": "您好。昨天起整棟樓停水，沒有任何通知。為何水變成黃色？",
}


@pytest.mark.clause("5/1.1", "5/1.2(2)")
async def test_every_matter_raised_is_answered_with_evidence_or_honestly_before_the_reply_can_be_handed_in(
    office: Office,
) -> None:
    story = await Story.by_phone(office, **RAISED)
    await story.handle("acceptance")
    await story.investigated()
    await story.decided()
    officer = await story.handler()
    letter = await story.as_(officer, "POST", "/reply/complaints/{id}/letters")
    place = f"/reply/letters/{letter['id']}"
    assert [one["text"] for one in letter["matters"]] == [
        "泵房：整棟樓停水沒有通知",
        "減免當日水費",
        "昨天起整棟樓停水，沒有任何通知。",
        "為何水變成黃色？",
    ]
    outage, remedy, again, colour = (one["id"] for one in letter["matters"])
    problem = (await story.refused(officer, f"{place}/submission")).json()
    assert (problem["status"], problem["code"]) == (422, "matters_unanswered")
    assert [one["field"] for one in problem["errors"]] == ["matters.1", "matters.2", "matters.3", "matters.4"]
    (evidence,) = (await story.case())["investigation"]["evidence"]
    answer = {"answer": "水泵於 03:10 跳閘，值班人員漏發通知。", "evidence": [evidence["id"]]}
    await story.as_(officer, "PUT", f"{place}/matters/{outage}", **answer)
    await story.as_(officer, "POST", f"{place}/matters/{again}/merger", into=outage)
    await story.as_(officer, "PUT", f"{place}/matters/{remedy}", **answer | {"answer": "當日水費已予減免。"})
    # what the complainant adds meanwhile is a matter too
    assert (await story.act("add", text="今天水壓仍然很低。")).is_success
    problem = (await story.refused(officer, f"{place}/submission")).json()
    assert [one["field"] for one in problem["errors"]] == ["matters.4", "matters.5"]
    async with at_the_desk(office, officer) as desk:
        page = f"/desk/letters/{letter['id']}"
        assert "今天水壓仍然很低。" in (await desk.get(page)).text
        empty = await desk.send(page, f"{page}/matters/{colour}/answer", answer="未留水樣。")
        assert empty.status_code == 422, "neither evidence nor honestly unknown"
        unknown = {"answer": "當日沒有留存水樣。", "unknown": "yes"}
        assert (await desk.send(page, f"{page}/matters/{colour}/answer", **unknown)).status_code == 200
        low = (await story.as_(officer, "GET", place))["matters"][-1]["id"]
        assert (await desk.send(page, f"{page}/matters/{low}/removal", reason="已另行登記為新投訴")).status_code == 200
        shown = (await desk.get(page)).text
        assert "當日沒有留存水樣。" in shown
        assert "已另行登記為新投訴" in shown
        # a sentence that never ends is hinted at, where it stands
        version = (await story.as_(officer, "GET", place))["version"]
        endless = {"fields": {"measures": "，".join(["更換水泵"] * 31) + "。"}, "version": version}
        hinted = (await story.as_(officer, "PUT", place, **endless))["language_check"]
        assert [(one["clause"], one["grave"], one["part"]) for one in hinted] == [("5/1.2(2)", False, "measures")]
        assert hinted[0]["words"] == endless["fields"]["measures"]
        assert f"<mark>{hinted[0]['words'][:60]}" in (await desk.get(page)).text
    await story.as_(officer, "POST", f"{place}/submission")
    await story.as_("water.head", "POST", f"{place}/signature")
    await story.as_(officer, "POST", f"{place}/sending")
    sent = await story.as_(officer, "GET", place)
    assert [(one["matter"], one["established"]) for one in sent["answers"]] == [
        ("泵房：整棟樓停水沒有通知\n昨天起整棟樓停水，沒有任何通知。", True),
        ("減免當日水費", True),
        ("為何水變成黃色？", False),
    ]
    await story.closed()
    archivist = await office.as_("archivist1")
    entries = (await archivist.get(f"/archive/files/{(await story.file())['id']}")).json()["entries"]
    assert [one["kind"] for one in entries].count("matter") == 5


@pytest.mark.clause("5/1.2(1)", "5/1.2(3)", "5/2.2")
async def test_offence_a_side_taken_and_a_missing_salutation_are_shown_on_the_letters_page_and_it_is_not_handed_in(
    office: Office,
) -> None:
    story, officer, letter = await _drafted(office)
    place, page = f"/reply/letters/{letter['id']}", f"/desk/letters/{letter['id']}"
    polite = {name: letter[name] for name in ("analysis", "salutation", "closing")}

    async def rewritten(**fields: str) -> None:
        version = (await story.as_(officer, "GET", place))["version"]
        await story.as_(officer, "PUT", place, fields=fields, version=version)

    await rewritten(analysis="經查，您屬於無理取鬧。漏水與我公司無關。")
    async with at_the_desk(office, officer) as desk:
        marked = (await desk.get(page)).text
        assert '<mark class="danger">無理取鬧</mark>' in marked
        assert "<mark>與我公司無關</mark>" in marked
        assert (await desk.send(page, f"{page}/submission")).status_code == 422
        await rewritten(**polite | {"salutation": "您好：", "closing": " "})
        assert "<mark" not in (await desk.get(page)).text
        assert (await desk.send(page, f"{page}/submission")).status_code == 422
        nameless = await story.refused(officer, f"{place}/submission")
        assert (nameless.status_code, nameless.json()["missing"]) == (422, ["salutation", "closing"])
        await rewritten(**polite)
        assert (await desk.send(page, f"{page}/submission")).status_code == 200
    assert (await story.as_(officer, "GET", place))["state"] == "submitted"


@pytest.mark.clause("5/1.2(4)")
async def test_a_letter_without_measures_says_so_on_its_page_and_is_not_handed_in(office: Office) -> None:
    story, officer, letter = await _drafted(office, "not_upheld")
    assert "本事項無須採取整改措施" in letter["measures"]  # where nothing has to be put right it says so
    page = f"/desk/letters/{letter['id']}"
    fields = {"fields": {"measures": " "}, "version": letter["version"]}
    await story.as_(officer, "PUT", f"/reply/letters/{letter['id']}", **fields)
    async with at_the_desk(office, officer) as desk:
        measures = desk.found((await desk.get(page)).text, r'(?s)(<textarea[^>]*name="measures".*?</textarea>.*?</)')
        assert "The prescribed form needs this part" in measures
        assert (await desk.send(page, f"{page}/submission")).status_code == 422


async def _drafted(office: Office, outcome: str = "upheld") -> tuple[Story, str, dict[str, Any]]:
    """Return a story with a letter that answers all that was raised, and who writes it."""
    story = await Story.by_phone(office)
    await story.handle("acceptance")
    await story.investigated()
    await story.decided(outcome)
    officer = await story.handler()
    letter = await story.as_(officer, "POST", "/reply/complaints/{id}/letters")
    await story.answered(letter)
    return story, officer, letter


@pytest.mark.clause("5/1.1")
async def test_what_was_said_of_an_answer_that_did_not_solve_it_is_a_matter_of_the_next_one(office: Office) -> None:
    story = await Story.by_phone(office)
    await story.handle("acceptance")
    await story.investigated()
    await story.decided()
    await story.replied()
    assert (await story.act("not_solved", text="三樓還是沒有水。")).is_success
    await story.handle("acceptance")
    await story.investigated()
    await story.decided()
    letter = await story.as_(await story.handler(), "POST", "/reply/complaints/{id}/letters")
    assert [(one["source"], one["text"], one["state"]) for one in letter["matters"]][-1] == (
        "dispute", "三樓還是沒有水。", "open",
    )  # fmt: skip
