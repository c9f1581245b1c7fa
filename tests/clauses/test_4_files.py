"""4/5.2.11: finished complaints are filed for look-up, and the files of each quarter are analysed."""

from typing import Any

import httpx
import pytest

from tests.clauses.desk import at_the_desk
from tests.journeys.story import CALLER, WATER_COMPLAINT, Story, at, end_of, good, moment
from tests.office import Office

FINDING = {"finding": "停水通知漏發佔三成。", "owner": "water.head", "due_on": "2026-06-30"}


async def rows(office: Office) -> dict[str, dict[str, Any]]:
    period = {"from": at("2026-03-01 00:00").isoformat(), "to": at("2026-08-30 00:00").isoformat()}
    kept = await good(await (await office.as_("director")).get("/sla/standing-duties", params=period))
    return {row["row"]: row for row in kept["rows"] if row["duty"] == "files_analysed"}


async def analyse(office: Office, quarter: str, **more: Any) -> httpx.Response:
    analyst = await office.as_("analyst1")
    answer = await analyst.post("/archive/analyses", json={"quarter": quarter, "findings": [FINDING | more]})
    await office.settle()
    return answer


@pytest.mark.clause("4/5.2.11(2)")
async def test_the_files_of_a_quarter_are_analysed_in_time_or_warned_of_breached_and_late(office: Office) -> None:
    story = await Story.by_phone(office)
    await story.handle("acceptance")
    await story.investigated()
    await story.decided()
    await story.replied()
    await story.closed()
    await story.filed()
    assert (await analyse(office, "2026-Q1")).json()["code"] == "quarter_not_over"
    await office.set_clock(at("2026-04-01 00:00"))
    await office.settle()
    (row,) = (await rows(office)).values()
    assert (row["row"], row["state"], moment(row["due_at"])) == (
        "files_analysed#2026-Q1",
        "running",
        end_of("2026-04-16"),
    )
    await office.set_clock(at("2026-04-16 23:00"))
    await office.settle()
    assert (await rows(office))["files_analysed#2026-Q1"]["warned"] == [0.5, 0.8]
    for wrong in ({"owner": "nobody"}, {"due_on": "2026-04-15"}):
        assert (await analyse(office, "2026-Q1", **wrong)).json()["code"] == "findings_wrong"
    assert (
        await (await office.as_("analyst1")).post("/archive/analyses", json={"quarter": "2026-Q1"})
    ).status_code == 422
    made = await good(await analyse(office, "2026-Q1"))
    assert (await rows(office))["files_analysed#2026-Q1"]["state"] == "fulfilled"
    figures = made["figures"]
    assert (figures["files"], figures["accepted"], figures["by_service"]) == (1, 1, {"water": 1})
    assert (figures["by_level"], figures["by_outcome"]) == ({"3": 1}, {"upheld": 1})
    assert (figures["by_kind"], figures["reopened"]) == ({"complaint": 1}, 0)
    assert figures["by_days"]["5"] == 1

    # the next quarter: nobody does it in time
    await office.set_clock(at("2026-07-01 00:00"))
    await office.settle()
    due = moment((await rows(office))["files_analysed#2026-Q2"]["due_at"])
    await office.set_clock(due)
    await office.settle()
    assert (await rows(office))["files_analysed#2026-Q2"]["state"] == "breached"
    await good(await analyse(office, "2026-Q2", due_on=None))
    assert (await rows(office))["files_analysed#2026-Q2"]["state"] == "late"
    # past ones are read, and what was done about a finding is put on record
    supervisor, analyst = await office.as_("director"), await office.as_("analyst1")
    listed = await good(await supervisor.get("/archive/analyses"))
    assert [one["quarter"] for one in listed] == ["2026-Q2", "2026-Q1"]
    done = f"/archive/analyses/{made['id']}/findings/1/done"
    assert (await supervisor.post(done, json={"text": "x"})).status_code == 403
    await good(await analyst.post(done, json={"text": "通知流程已增加備份人員。"}))
    assert (await analyst.post(done, json={"text": "x"})).json()["code"] == "finding_done"
    (finding,) = (await good(await supervisor.get(f"/archive/analyses/{made['id']}")))["findings"]
    assert (finding["owner"], finding["done"], finding["done_by"]) == (
        "water.head",
        "通知流程已增加備份人員。",
        "analyst1",
    )


@pytest.mark.clause("4/5.2.11(2)")
async def test_an_analyst_analyses_the_files_at_the_desk_with_the_figures_before_them(office: Office) -> None:
    story = await Story.through(office, "website")
    refusal = {"reason": "other_authority", "where_to_turn": "environment_authority"}
    await story.as_("operator1", "POST", "/intake/complaints/{id}/refusal", **refusal)
    await office.set_clock(at("2026-04-02 09:00"))
    await office.settle()
    async with at_the_desk(office, "analyst1") as desk:
        page = "/desk/files/analyses"
        shown = (await desk.get(page)).text
        assert "2026-Q1" in shown
        empty = await desk.send(page, page, quarter="2026-Q1", finding="", owner="water.head")
        assert empty.status_code == 422
        form = {"quarter": "2026-Q1", "finding": "他方職責的來件應更早轉出。", "owner": "complaints.head"}
        assert (await desk.send(page, page, **form)).status_code == 200
        shown = (await desk.get(page)).text
        assert "他方職責的來件應更早轉出。" in shown
    assert (await rows(office))["files_analysed#2026-Q1"]["state"] == "fulfilled"


@pytest.mark.clause("4/5.2.11(1)")
async def test_files_are_looked_up_by_number_person_place_service_and_date(office: Office) -> None:
    place = {"address": "海棠里 3 號", "district": "海棠里"}
    story = await Story.by_phone(office, place=place)
    asked = WATER_COMPLAINT | {"kind": "consultation", "level": None}
    other = await Story.by_phone(office, asked, complainant={"name": "莫問", "phone": "13900009999"})
    for one in (story, other):
        await one.as_("director", "POST", "/casework/complaints/{id}/withdrawal")
    archivist = await office.as_("archivist1")

    async def found(**wanted: Any) -> set[str]:
        return {one["number"] for one in (await good(await archivist.get("/archive/files", params=wanted)))["items"]}

    both = {story.number, other.number}
    assert await found(number=story.number) == {story.number}
    assert (await found(service="water"), await found(service="gas")) == (both, set())
    assert (await found(kind="consultation"), await found(level=3)) == ({other.number}, {story.number})
    assert await found(outcome="upheld") == set()  # neither was decided
    assert await found(**{"from": "2026-03-02", "to": "2026-03-02"}) == both
    assert await found(**{"from": "2026-03-03"}) == await found(to="2026-03-01") == set()
    assert await found(district="海棠里") == {story.number}
    theirs = await good(await archivist.post("/intake/people/search", json={"phone": CALLER["phone"]}))
    assert await found(complaint=[one["id"] for one in theirs]) == {story.number}
    async with at_the_desk(office, "archivist1") as desk:
        for form in (
            {"phone": CALLER["phone"]},
            {"name": CALLER["name"]},
            {"phone": CALLER["phone"], "service": "water"},
        ):
            shown = await desk.send("/desk/files", "/desk/files/person", **form)
            assert story.number in shown.text
            assert other.number not in shown.text
            assert CALLER["phone"] not in str(shown.url)
        nobody = await desk.send("/desk/files", "/desk/files/person", phone="13900000000")
        assert story.number not in nobody.text
        assert story.number in (await desk.get("/desk/files?district=海棠里")).text


@pytest.mark.clause("10/5.2.7", "4/5.2.11(1)")
async def test_what_comes_after_filing_is_filed_in_ten_working_days_too_or_breached_and_late(office: Office) -> None:
    story = await Story.by_phone(office)
    await story.handle("acceptance")
    await story.investigated()
    await story.decided()
    promise = {"what": "call_back", "text": "告知水泵檢修日期。", "due_on": "2026-03-06"}
    kept = [(await story.handle("promises", **promise))["promises"][-1]["id"] for _ in range(2)]
    await story.replied()
    await story.closed()
    await story.filed()
    assert "filing.supplement#1" not in await story.ledger()
    await story.until("2026-03-03 10:00")
    await story.handle(f"promises/{kept[0]}/kept", text="已致電告知。")
    # Tuesday 3 March + 10 working days: 4 5 6, 9-13, 16 17 March
    assert await story.due("filing.supplement#1") == end_of("2026-03-17")
    await story.leap("2026-03-17 23:59")
    row = (await story.ledger())["filing.supplement#1"]
    assert (row["state"], row["warned"]) == ("running", [0.5, 0.8])
    await story.filed()
    await story.has(filing="fulfilled", filing_supplement="fulfilled")
    assert (await story.proofs())["filing.supplement"] == "file.sealed"
    # the next one lies too long: until 31 March
    assert (await story.act("rate", score=4)).is_success
    await story.leap("2026-03-31 23:59")
    await story.has(filing_supplement="running")
    await story.until("2026-04-01 00:00")
    await story.has(filing_supplement="breached")
    await story.filed()
    await story.has(filing_supplement="late")
    # one that waits for a review has no clock of its own until that is decided
    await story.handle(f"promises/{kept[1]}/kept", text="已再次致電。")
    await story.has(filing_supplement="running")
    assert (await story.act("review", text="答覆與事實不符。")).is_success
    assert (await story.file())["missing"] == ["review_decision"]
    await story.has(filing_supplement="void")
    (review,) = await story.as_("director", "GET", "/reply/reviews")
    await story.as_("director", "POST", f"/reply/reviews/{review['id']}/assignment")
    upheld = {"result": "upheld", "reasons": "泵房記錄與現場情況一致。"}
    decided = await story.as_("reviewer1", "POST", f"/reply/reviews/{review['id']}/decision", **upheld)
    for step in ("signature", "sending"):
        await story.as_("director", "POST", f"/reply/letters/{decided['letter']['id']}/{step}")
    await story.has(filing_supplement="running")
    assert (await story.filed())["volume"] == 4
    await story.has(filing_supplement="fulfilled")
