"""4/5.2.10(2): the next higher department looks again, without the names of those who decided, in 15 working days."""

import json

import pytest

from tests.clauses.desk import at_the_desk
from tests.journeys.story import WATER_COMPLAINT, Story, at, end_of
from tests.office import Office

WORDS = "答覆與事實不符，請上級復查。"
NOBODY = ("water.handler", "water.handler2", "water.head", "江濤", "陸曉波", "池美玲")


async def _asked(office: Office, level: int = 3, signer: str = "water.head") -> tuple[Story, str]:
    """Replied on Monday, and a review asked for on Tuesday."""
    story = await Story.by_phone(office, WATER_COMPLAINT | {"level": level})
    await story.handle("acceptance")
    await story.investigated()
    await story.decided()
    if signer == "water.head":
        await story.replied()
    else:
        letter = await story.letter()
        for step in ("signature", "sending"):
            await story.as_(signer, "POST", f"/reply/letters/{letter}/{step}")
    await story.until("2026-03-03 10:00")
    assert (await story.act("review", text=WORDS)).status_code == 200
    (review,) = await story.as_("director", "GET", "/reply/reviews")
    assert (review["number"], review["department"]) == (story.number, "company")
    return story, str(review["id"])


async def _found(story: Story, review: str, result: str, reasons: str = "泵房記錄與現場情況一致。") -> str:
    """The reviewer decides; the director signs, and it is sent. Return the letter's id."""
    body = {"result": result, "reasons": reasons}
    decided = await story.as_("reviewer1", "POST", f"/reply/reviews/{review}/decision", **body)
    letter = str(decided["letter"]["id"])
    await story.as_("director", "POST", f"/reply/letters/{letter}/signature")
    await story.as_("director", "POST", f"/reply/letters/{letter}/sending")
    return letter


@pytest.mark.clause("4/5.2.10(2)")
async def test_a_review_is_decided_by_the_next_higher_department_and_overturned_it_is_worked_anew(
    office: Office,
) -> None:
    story, review = await _asked(office)
    # Tuesday 3 March + 15 working days: 4 5 6, 9-13, 16-20, 23 24 March
    assert await story.due("review#1") == end_of("2026-03-24")
    officer = await story.handler()
    await story.handle("accountability", at_fault=False, text="無人有過失。")
    closing = await story.refused(officer, "/casework/complaints/{id}/closing", basis="replied")
    assert closing.json()["open"] == ["review_open"]
    assert (await story.act("not_solved", text="還是沒有解決。")).json()["code"] == "review_open"
    reopening = await story.refused("director", "/casework/complaints/{id}/reopening", ground="not_solved")
    assert reopening.json()["code"] == "review_open"
    # neither who decided, nor another department assigns or reviews it
    path = f"/reply/reviews/{review}/assignment"
    assert (await story.refused("water.head", path)).json()["code"] == "not_reviewing_department"
    assert (await story.refused("director", path, reviewer="water.head")).status_code == 422
    assigned = await story.as_("director", "POST", path)
    assert assigned["reviewer"] == "reviewer1"
    async with at_the_desk(office, "reviewer1") as desk:
        assert f'href="/desk/reviews/{review}"' in (await desk.get("/desk/reviews")).text
    early = await story.refused("director", f"/reply/reviews/{review}/decision", result="upheld", reasons="。")
    assert early.json()["code"] == "not_the_reviewer"
    letter = await _found(story, review, "overturned")
    await story.has(review="fulfilled")
    assert (await story.proofs())["review"] == "review.decided"
    assert await story.stage() == "assigned"
    reopened = await story.events("complaint.reopened")
    assert [one["data"]["ground"] for one in reopened] == ["review"]
    await story.has(set_time_3="running", reply_phone="running")
    # the complainant has the final letter
    purposes = {one["id"]: one["purpose"] for one in (await story.status())["letters"]}
    assert purposes[letter] == "review_decision"
    counts = (await (await office.as_("director")).get("/insight/counts")).json()
    assert counts["reviews"] == {"upheld": 0, "overturned": 1}


@pytest.mark.clause("4/5.2.10(2)")
async def test_the_reviewer_sees_case_opinion_evidence_and_letters_without_a_name_of_those_who_decided(
    office: Office,
) -> None:
    story, review = await _asked(office, signer="director")
    path = f"/reply/reviews/{review}/assignment"
    own = await story.refused("director", path, reviewer="director")  # who signed the reply had a part in it
    assert [(one["field"], one["rule"]) for one in own.json()["errors"]] == [("reviewer", "reviewer_unfit")]
    await story.as_("director", "POST", path, reviewer="reviewer1")
    seen = await story.as_("reviewer1", "GET", f"/reply/reviews/{review}")
    assert seen["case"]["opinion"]["text"].startswith("投訴屬實")
    assert seen["case"]["investigation"]["evidence"][0]["title"] == "泵房值班記錄"
    assert seen["reply"]["letters"][0]["analysis"]
    assert "停水" in seen["complaint"]["text"]
    shown = json.dumps(seen, ensure_ascii=False)
    assert [name for name in NOBODY if name in shown] == []
    # nor elsewhere, while they review
    for page in ("/casework/complaints/{id}", "/reply/complaints/{id}", "/insight/complaints/{id}"):
        answer = await (await office.as_("reviewer1")).get(page.replace("{id}", story.id))
        assert (answer.status_code, answer.json()["code"]) == (403, "reviewer_sees_no_names")
    async with at_the_desk(office, "reviewer1") as desk:
        page = (await desk.get(f"/desk/reviews/{review}")).text
        assert "投訴屬實" in page
        for session in seen["case"]["investigation"]["sessions"]:  # and what each found by its method
            assert all(one in page for one in (session.get("observations"), session.get("analysis")) if one)
        assert [name for name in NOBODY if name in page] == []
        refused = await desk.send(
            f"/desk/reviews/{review}", f"/desk/reviews/{review}/decision", result="upheld", reasons=""
        )
        assert refused.status_code == 422
        sent = await desk.send(
            f"/desk/reviews/{review}", f"/desk/reviews/{review}/decision", result="upheld", reasons="記錄屬實，維持。"
        )
        assert sent.status_code == 200, sent.text
    kept = await story.as_("director", "GET", "/reply/complaints/{id}")
    assert (kept["reviews"][0]["result"], kept["letters"][-1]["purpose"]) == ("upheld", "review_decision")
    assert "記錄屬實，維持。" in kept["letters"][-1]["analysis"]


@pytest.mark.clause("4/5.2.10(2)")
async def test_upheld_is_final_its_letter_is_signed_by_who_had_no_part_and_there_is_no_second_review(
    office: Office,
) -> None:
    story, review = await _asked(office, level=2)
    await story.as_("director", "POST", f"/reply/reviews/{review}/assignment")
    path = f"/reply/reviews/{review}/decision"
    rude = await story.refused("reviewer1", path, result="upheld", reasons="你這個白痴，無理取鬧。")
    assert rude.json()["code"] == "letter_language"
    decided = await story.as_("reviewer1", "POST", path, result="upheld", reasons="處理符合規定。")
    letter = f"/reply/letters/{decided['letter']['id']}"
    # level 2: checked by a third, signed by a supervisor of the reviewing department
    assert (await story.refused("water.head", f"{letter}/check")).json()["code"] == "decided_it_themselves"
    await story.as_("complaints.head", "POST", f"{letter}/check")
    assert (await story.refused("water.head", f"{letter}/signature")).json()["code"] == "decided_it_themselves"
    assert (await story.refused("power.head", f"{letter}/signature")).json()["code"] == "not_reviewing_department"
    await story.as_("director", "POST", f"{letter}/signature")
    assert await story.state("review#1") == "running"
    await story.as_("director", "POST", f"{letter}/sending")
    await story.has(review="fulfilled")
    assert await story.stage() == "replied"
    words = await story.as_("director", "GET", letter)
    assert "最終決定" in words["review"]
    assert "公用事業主管部門" in words["review"]
    again = await story.act("review", text=WORDS)
    assert (again.status_code, again.json()["code"]) == (409, "review_exists")
    counts = (await (await office.as_("director")).get("/insight/counts")).json()
    assert counts["reviews"] == {"upheld": 1, "overturned": 0}


@pytest.mark.clause("4/5.2.10(2)")
async def test_a_review_that_nobody_decides_is_warned_of_breached_and_late(office: Office) -> None:
    story, review = await _asked(office)
    await story.as_("director", "POST", f"/reply/reviews/{review}/assignment")
    await story.leap("2026-03-24 23:59")
    assert (await story.state("review#1"), (await story.ledger())["review#1"]["warned"]) == ("running", [0.5, 0.8])
    await story.until("2026-03-25 00:00")
    assert await story.state("review#1") == "breached"
    await story.until("2026-03-25 09:00")
    await _found(story, review, "upheld")
    assert await story.state("review#1") == "late"
    assert await story.due("review#1") == at("2026-03-25 00:00")
