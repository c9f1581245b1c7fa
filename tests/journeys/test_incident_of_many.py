"""One cause, many complaints: proposed by what they share, declared by a person, found out and decided once."""

import json
from typing import Any

import pytest

from tests.clauses.desk import at_the_desk
from tests.journeys.story import WATER_COMPLAINT, Story, at, good
from tests.office import Office

OUTAGE = WATER_COMPLAINT | {"topic_code": "water.pressure"}
WORDS = (
    "中山路從今早開始停水，整條街都沒有水，什麼時候恢復？",
    "我家在中山路88號，今早起沒有水，物業說是水管爆了。",
    "中山路的水龍頭今天早上完全沒水，影響我們做早餐。",
)


async def of_the_same_cause(office: Office, number: int = 3, **more: Any) -> list[Story]:
    """People of one road call about one outage."""
    labels = OUTAGE | {"district": "城南區"} | more
    return [
        await Story.by_phone(
            office,
            labels,
            text=WORDS[n % len(WORDS)],
            complainant={"name": f"住戶{n}", "email": f"household{n}@example.org"},
            place={"address": "中山路", "district": "城南區"},
        )
        for n in range(number)
    ]


async def declared(office: Office, stories: list[Story], by: str = "operator1") -> dict[str, Any]:
    """A person declares the incident."""
    body = {"complaints": [one.id for one in stories]}
    incident: dict[str, Any] = await stories[0].as_(by, "POST", "/casework/incidents", **body)
    return incident


async def test_complaints_of_one_cause_place_and_time_are_proposed_and_nothing_of_their_words_leaves(
    office: Office,
) -> None:
    stories = await of_the_same_cause(office)
    elsewhere = await Story.by_phone(office, OUTAGE | {"district": "城北區"}, text=WORDS[0].replace("中山路", "解放路"))
    other = await Story.by_phone(office, OUTAGE | {"district": "城南區"}, text="水費單寄錯了，客服態度冷淡。")
    operator = await office.as_("operator1")
    proposed = (await operator.get("/casework/incidents/proposals")).json()
    assert [{one["complaint"] for one in each["complaints"]} for each in proposed] == [{one.id for one in stories}]
    assert {elsewhere.id, other.id}.isdisjoint(one["complaint"] for one in proposed[0]["complaints"])
    assert "水龍頭" not in str(proposed)
    # three days later the same words are another matter
    await stories[0].until("2026-03-06 09:30")
    late = (await of_the_same_cause(office, 1))[0]
    proposed = (await operator.get("/casework/incidents/proposals")).json()
    assert all(late.id not in {one["complaint"] for one in each["complaints"]} for each in proposed)
    # only who may join incidents is told
    assert (await (await office.as_("analyst1")).get("/casework/incidents/proposals")).status_code == 403


async def test_one_investigation_and_one_decision_count_for_all_and_each_keeps_number_clock_and_ledger(
    office: Office,
) -> None:
    stories = await of_the_same_cause(office)
    incident = await declared(office, stories)
    leading = next(one for one in stories if one.id == incident["leading"])
    members = [one for one in stories if one is not leading]
    assert incident["size"] == 3
    sizes = [one["data"]["size"] for story in stories for one in await story.events("incident.joined")]
    assert sorted(sizes) == [1, 2, 3]
    due = [await one.due("reply.phone#1") for one in stories]
    await leading.handle("acceptance")
    await leading.investigated()
    await leading.decided()
    for one in members:
        assert await one.stage() == "decided"
        case = await one.case()
        assert [each["content"] for each in case["investigation"]["sessions"]] == ["水泵跳閘，通知沒有發出。"]
        assert case["investigation"]["report"]["text"].startswith("水泵跳閘造成停水")
        assert case["cause"]["root"] == "通知流程沒有備份"
        assert (case["opinion"]["outcome"], bool(case["opinion"]["determined_at"])) == ("upheld", True)
        await one.has(
            plan="fulfilled",
            investigation="fulfilled",
            sessions="fulfilled",
            evidence="fulfilled",
            cause="fulfilled",
            report="fulfilled",
            opinion="fulfilled",
            set_time_3="fulfilled",
            reply_phone="running",
            result_notice="running",
        )
    owner = await leading.handler()
    words = {"text": "更換老化水管。", "expectation": "不再爆管。"}
    await leading.handle("measures", **words, owner=owner, due_on="2026-03-10")
    planned = (await leading.case())["measures"][0]["id"]
    await leading.handle(f"measures/{planned}/done", text="已更換。")
    for one in members:
        measure = (await one.case())["measures"][0]
        assert measure["id"] != planned
        assert (measure["text"], measure["done"], bool(measure["done_at"])) == ("更換老化水管。", "已更換。", True)
        await one.has(handling_plan="fulfilled", measure="fulfilled")
    assert [await one.due("reply.phone#1") for one in stories] == due
    assert len({one.number for one in stories}) == 3
    seen = await leading.as_("director", "GET", f"/casework/incidents/{incident['id']}")
    assert [one["behind"] for one in seen["members"]] == [False, False, False]


async def test_a_complaint_that_joins_late_is_given_all_and_one_that_leaves_loses_nothing(office: Office) -> None:
    first, second = await of_the_same_cause(office, 2)
    incident = await declared(office, [first, second])
    leading, other = (first, second) if incident["leading"] == first.id else (second, first)
    await leading.handle("acceptance")
    await leading.investigated()
    # the one that leaves keeps what it was given, and goes its own way from then on
    place = f"/casework/incidents/{incident['id']}/members"
    await other.as_("operator1", "POST", f"{place}/{other.id}/leaving", reason="原因不同：樓內水管。")
    await leading.decided()
    assert await other.stage() == "investigating"
    assert len((await other.case())["investigation"]["sessions"]) == 1
    await other.has(report="fulfilled", opinion="running", reply_phone="running")
    membership = (await other.case())["memberships"][0]
    assert (membership["reason"], membership["left_by"]) == ("原因不同：樓內水管。", "operator1")
    # the one that comes late is given investigation and decision at once
    late = (await of_the_same_cause(office, 1))[0]
    assert await late.stage() == "assigned"
    await late.as_("operator1", "POST", place, complaints=[late.id])
    assert await late.stage() == "decided"
    await late.has(investigation="fulfilled", report="fulfilled", opinion="fulfilled", reply_phone="running")
    # back again: any time
    await other.as_("operator1", "POST", place, complaints=[other.id])
    assert await other.stage() == "decided"


@pytest.mark.clause("4/5.2.5")
async def test_what_members_are_given_holds_nothing_of_who_complained_first_and_stays_when_that_one_is_erased(
    office: Office,
) -> None:
    person = {
        "name": "歐陽明珠",
        "phone": "13712345678",
        "email": "mingzhu@example.org",
        "postal_address": "梅園3幢502",
        "confidential": True,
    }
    first = await Story.by_phone(office, OUTAGE, complainant=person, text=WORDS[1])
    other = (await of_the_same_cause(office, 1))[0]
    body = {"complaints": [first.id, other.id], "leading": first.id}
    await first.as_("operator1", "POST", "/casework/incidents", **body)
    await first.handle("acceptance")
    await first.begun()
    operator, case = await office.as_("operator1"), "/casework/complaints/{id}/"
    files = {"file": ("a.txt", b"leak", "text/plain")}
    loose = await good(await operator.post("/intake/attachments", files=files))
    photo = await good(await operator.post("/intake/attachments", files=files, data={"complaint": first.id}))
    said = {"who": "投訴人歐陽女士", "said": "我家老人需要每天透析。"}
    session = {
        "method": "on_site",
        "at": (await office.now()).isoformat(),
        "place": "梅園3幢502",
        "content": "水管爆裂。",
    }
    session |= {"participants": ["歐陽明珠", "江濤"], "observations": "致電137-1234-5678後到場。", "questioned": [said]}
    officer = await first.handler()
    await first.as_(officer, "POST", case + "investigation/sessions", **session)
    piece = {"kind": "photo", "title": "歐陽明珠拍的水管", "attachment": photo["id"]}
    elsewhere = await first.refused(officer, case + "investigation/evidence", **piece | {"attachment": loose["id"]})
    assert elsewhere.json()["errors"][0]["rule"] == "evidence_elsewhere"
    await first.as_(officer, "POST", case + "investigation/evidence", **piece)
    await first.as_(officer, "POST", case + "investigation/end")
    await first.reported()
    given = json.dumps(await other.case(), ensure_ascii=False)
    assert "水管爆裂。" in given
    assert "江濤" in given
    assert f'"kept_with": "{first.number}"' in given
    personal = [str(one) for one in person.values() if one is not True]
    personal += ["歐陽", "137-1234-5678", "透析", photo["id"]]
    assert [one for one in personal if one in given] == []
    await first.as_("admin", "POST", "/intake/complaints/{id}/erasure")
    assert json.dumps(await other.case(), ensure_ascii=False) == given
    assert (await first.case())["investigation"]["sessions"][0].get("content") is None


async def test_an_incident_refuses_what_does_not_belong(office: Office) -> None:
    stories = await of_the_same_cause(office)
    handler = await stories[0].refused("water.handler", "/casework/incidents", complaints=[one.id for one in stories])
    assert (handler.status_code, handler.json()["code"]) == (403, "not_allowed")
    alone = await stories[0].refused("operator1", "/casework/incidents", complaints=[stories[0].id])
    assert alone.status_code == 422
    incident = await declared(office, stories[:2])
    again = await stories[0].refused("operator1", "/casework/incidents", complaints=[one.id for one in stories])
    assert (again.status_code, again.json()["code"]) == (409, "incident_elsewhere")
    gas = await Story.by_phone(
        office, OUTAGE | {"service": "gas", "topic_code": "gas.supply_stability"}, text="氣壓不穩。"
    )
    place = f"/casework/incidents/{incident['id']}/members"
    assert (await gas.refused("operator1", place, complaints=[gas.id])).status_code == 422
    asked = await Story.by_phone(office, OUTAGE | {"kind": "consultation", "level": None}, text="水壓多少算正常？")
    refused = await asked.refused("operator1", place, complaints=[asked.id])
    assert refused.json()["code"] == "incident_kind"
    # one that names who leads the investigation cannot join: that person must keep away from it
    leading = next(one for one in stories if one.id == incident["leading"])
    officer = await leading.handler()
    named = await Story.by_phone(office, OUTAGE, named_officers=[officer], text="師傅態度很差，也不修水管。")
    unfair = await named.refused("operator1", place, complaints=[named.id])
    assert (unfair.status_code, unfair.json()["code"]) == (409, "incident_unfair")
    await stories[0].as_("operator1", "POST", f"/casework/incidents/{incident['id']}/ending")
    over = await stories[2].refused("operator1", place, complaints=[stories[2].id])
    assert (over.status_code, over.json()["code"]) == (409, "incident_over")
    async with at_the_desk(office, "operator1") as desk:  # over, it is found and opened all the same
        assert f"/desk/incidents/{incident['id']}" in (await desk.get("/desk/incidents")).text


@pytest.mark.clause("3/2.2")
async def test_an_incident_of_five_makes_each_of_its_complaints_major_and_urgent(office: Office) -> None:
    stories = await of_the_same_cause(office, 5)
    incident = await declared(office, stories[:4])
    assert (await stories[0].case())["importance"] == "ordinary"
    await stories[4].as_(
        "operator1", "POST", f"/casework/incidents/{incident['id']}/members", complaints=[stories[4].id]
    )
    for one in stories:
        case = await one.case()
        assert (case["importance"], case["urgent"]) == ("major", True)
        await one.has(first_follow_up_urgent="running")


@pytest.mark.clause("1/1.1.1")
async def test_a_planned_outage_is_hinted_before_and_while_it_runs_and_not_elsewhere(office: Office) -> None:
    story = (await of_the_same_cause(office, 1))[0]
    body = {
        "service": "water",
        "districts": ["城南區", "城東區"],
        "begins_at": at("2026-03-03 08:00").isoformat(),
        "ends_at": at("2026-03-03 18:00").isoformat(),
        "zh_hant": "更換閥門，3月3日 8 時至 18 時停水。",
    }
    assert (await story.refused("water.handler", "/casework/outages", **body)).status_code == 403
    backwards = await story.refused("operator1", "/casework/outages", **body | {"ends_at": body["begins_at"]})
    assert backwards.status_code == 422
    wordless = await story.refused("operator1", "/casework/outages", **body | {"zh_hant": None})
    assert wordless.status_code == 422
    outage = await story.as_("operator1", "POST", "/casework/outages", **body)

    async def hinted(district: str, service: str = "water") -> list[str]:
        near = await story.as_("operator1", "POST", "/casework/incidents/near", service=service, district=district)
        return [one["id"] for one in near["outages"]]

    assert await hinted("城南区") == [outage["id"]]  # also in the other script
    assert await hinted("城北區") == []
    assert await hinted("城南區", "power") == []
    async with at_the_desk(office, "operator1") as desk:  # beside the form, while somebody calls
        said = {"topic_code": "water.outage_notice", "text": "沒有水。"}
        assert body["zh_hant"] in (await desk.send("/desk/new", "/desk/new/near", **said, district="城南區")).text
        assert body["zh_hant"] not in (await desk.send("/desk/new", "/desk/new/near", **said, district="城北區")).text
    seen = await story.as_("operator1", "GET", "/casework/complaints/{id}/incident")
    assert [one["words"]["zh-Hant"] for one in seen["outages"]] == [body["zh_hant"]]
    await story.until("2026-03-03 09:00")
    now_running = await story.as_("operator1", "GET", "/casework/outages")
    assert [one["running"] for one in now_running] == [True]
    await story.as_("operator1", "POST", f"/casework/outages/{outage['id']}/cancellation")
    assert await hinted("城南區") == []
    async with at_the_desk(office, "operator1") as desk:  # called off, it is found among those that are over
        assert outage["id"] in (await desk.get("/desk/outages")).text.partition("<details")[2]


async def test_all_are_replied_to_in_one_go_each_with_a_letter_of_their_own_and_none_twice(office: Office) -> None:
    stories = await of_the_same_cause(office)
    incident = await declared(office, stories)
    leading = next(one for one in stories if one.id == incident["leading"])
    place = f"/reply/incidents/{incident['id']}/letters"
    author, head = await leading.handler(), "water.head"
    # before the decision nobody can be written to, and each says why
    early = await leading.as_(author, "POST", place)
    assert {one["code"] for one in early["letters"]} == {"wrong_stage"}
    await leading.handle("acceptance")
    await leading.investigated()
    await leading.decided()
    texts = {"zh-Hant": {"measures": "已更換水管，並設專人值班通知。", "answer": "經查屬實，供水已恢復。"}}
    # broken off after the first two, and begun again: each has one letter
    begun = await leading.as_(author, "POST", place, texts=texts, limit=2)
    assert (begun["written"], bool(begun["next"])) == (2, True)
    written = await leading.as_(author, "POST", place, texts=texts)
    assert (written["total"], written["written"], written["next"]) == (3, 3, None)
    assert len({one["letter"] for one in written["letters"]}) == 3
    again = await leading.as_(author, "POST", place, texts=texts)
    assert {one["letter"] for one in again["letters"]} == {one["letter"] for one in written["letters"]}
    own = await leading.as_(author, "POST", f"{place}/signature")  # nobody signs what they wrote
    assert (own["signed"], {one["code"] for one in own["letters"]}) == (0, {"author_may_not_sign"})
    signed = await leading.as_(head, "POST", f"{place}/signature")
    assert signed["signed"] == 3
    sent = await leading.as_(author, "POST", f"{place}/sending")
    assert sent["sent"] == 3
    numbers = set()
    for n, story in enumerate(stories):
        letters = (await story.as_("director", "GET", "/reply/complaints/{id}"))["letters"]
        assert [one["state"] for one in letters] == ["delivered"]
        fields = letters[0]
        assert f"住戶{n}" in fields["salutation"]
        assert story.number in fields["summary"]
        assert fields["measures"] == texts["zh-Hant"]["measures"]
        numbers.add(letters[0]["letter_number"])
        assert await story.stage() == "replied"
        await story.has(reply_phone="fulfilled", result_notice="fulfilled")
    assert len(numbers) == 3


async def test_an_incident_is_worked_at_the_desk_from_the_proposal_to_the_last_letter(office: Office) -> None:
    stories = await of_the_same_cause(office)
    async with at_the_desk(office, "operator1") as desk:
        proposed = (await desk.get("/desk/incidents")).text
        assert all(one.number in proposed for one in stories)
        hint = (await desk.get(f"/desk/complaints/{stories[0].id}/parts/incident")).text
        assert 'id="incident-proposal"' in hint
        token = desk.found(proposed, r'name="form_token" value="([0-9a-f]+)"')
        chosen = {"form_token": token, "complaints": [one.id for one in stories[:2]]}
        shown = await desk.browser.post("/desk/incidents", data=chosen, follow_redirects=True)
        address = str(shown.url.path)
        await desk.send(address, f"{address}/members", numbers=stories[2].number)
        page = (await desk.get(address)).text
        assert page.count("data-member=") == 3
        hint = (await desk.get(f"/desk/complaints/{stories[2].id}/parts/incident")).text
        assert address in hint
        left = await desk.send(address, f"{address}/members/{stories[1].id}/leaving", reason="另一個原因。")
        assert left.text.count("data-member=") == 2
        page = (await desk.send(address, f"{address}/members", numbers=stories[1].number)).text
    await office.settle()
    leading = next(one for one in stories if one.id == page.split('data-member="')[1].split('"')[0])
    await leading.handle("acceptance")
    await leading.investigated()
    await leading.decided()
    async with at_the_desk(office, await leading.handler()) as desk:
        wrote = await desk.send(
            address, f"{address}/letters", step="letters", **{"zh-Hant.answer": "經查屬實，供水已恢復。"}
        )
        assert "3 / 3" in wrote.text
    async with at_the_desk(office, "water.head") as desk:
        assert "3 / 3" in (await desk.send(address, f"{address}/letters", step="signature")).text
        assert "3 / 3" in (await desk.send(address, f"{address}/letters", step="sending")).text
    await office.settle()
    assert [await one.stage() for one in stories] == ["replied"] * 3
