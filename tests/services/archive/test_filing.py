"""A complaint that has ended is collected, accepted or returned, sealed and filed (10/5.2.5 - 10/5.2.7)."""

import hashlib
import json

import pytest
from sqlalchemy import text

from tests.invariants import gather, violations
from tests.journeys.story import Story
from tests.services.archive.conftest import PHOTO, Archive, Closed


@pytest.mark.clause("4/5.2.11(1)", "6/3.4.8(2)")
async def test_a_closed_complaint_is_collected_whole_accepted_and_filed(archive: Archive, closed: Closed) -> None:
    story = closed.take()
    file = await archive.file(story)
    assert (file["state"], file["complete"], file["missing"], file["volume"]) == ("collected", True, [], 1)
    kinds = [one["kind"] for one in file["entries"]]
    assert kinds[0] == "register"
    assert kinds[-1] == "ledger"
    assert {"case", "assignment", "investigation", "session", "evidence", "report", "cause", "opinion"} <= set(kinds)
    assert {"accountability", "letter", "letter_fields", "follow_up"} <= set(kinds)
    letter = next(one for one in file["entries"] if one["kind"] == "letter")
    assert letter["media_type"] == "application/pdf"
    assert letter["details"]["deliveries"]

    sealed = await story.filed()
    await archive.office.settle()
    assert sealed["seal"]["seal"]
    assert sealed["retained_until"] == "2031-03-02"  # level 3: five years
    file = await archive.file(story)
    assert (file["state"], file["accepted_by"]) == ("filed", "archivist1")
    assert await story.stage() == "filed"
    duties = {row["duty"]: row["state"] for row in (await story.ledger()).values()}
    assert duties["filing"] == "fulfilled"
    assert await archive.facts(story) == ["file.collected", "file.sealed"]
    assert (await archive.verified())["tampered"] == []


async def test_nothing_personal_stands_in_the_archives_tables_in_clear(archive: Archive, closed: Closed) -> None:
    story = closed.take("with a marked text")
    await story.filed()
    async with archive.database.session() as session:
        for table in ("files", "entries", "links", "cases", "outbox"):
            for row in await session.execute(text(f"SELECT row_to_json(t)::text FROM {table} AS t")):
                for marked in ("陳小姐", "秦嘉樂", "13900001234", "qin.jiale", "水泵跳閘"):
                    assert marked not in row[0]
                    assert marked.encode().hex() not in row[0]


@pytest.mark.clause("4/5.2.1")
async def test_an_entry_is_opened_with_the_key_and_every_look_is_on_record(archive: Archive, closed: Closed) -> None:
    story = closed.take()
    file = await archive.file(story)
    archivist = await archive.office.as_("archivist1")
    register = await archivist.get(f"/archive/files/{file['id']}/entries/1")
    assert register.headers["content-type"] == "application/json"
    assert register.json()["complainant"]["name"] == "秦嘉樂"
    at = next(one["n"] for one in file["entries"] if one["kind"] == "letter")
    pdf = await archivist.get(f"/archive/files/{file['id']}/entries/{at}")
    assert pdf.content.startswith(b"%PDF")
    opinion = next(one["n"] for one in file["entries"] if one["kind"] == "opinion")
    words = (await archivist.get(f"/archive/files/{file['id']}/entries/{opinion}")).json()
    assert (words["legal_basis"], len(words["evidence"])) == ("城市供水條例", 1)
    looks = (await archive.file(story))["looks"]
    assert [(one["entry"], one["by"]) for one in looks] == [(n, "archivist1") for n in (1, at, opinion)]
    for other in ("director", "water.handler", "admin"):
        answer = await (await archive.office.as_(other)).get(f"/archive/files/{file['id']}/entries/1")
        assert answer.status_code == 403


@pytest.mark.clause("3/3.3", "3/m1.1", "3/m1.2")
async def test_every_sealed_entry_can_be_opened(archive: Archive, closed: Closed) -> None:
    story = closed.take()
    file = await archive.file(story)
    archivist = await archive.office.as_("archivist1")
    opened = {}
    for entry in file["entries"]:
        answer = await archivist.get(f"/archive/files/{file['id']}/entries/{entry['n']}")
        assert answer.status_code == 200, (entry["kind"], answer.text)
        if entry["media_type"] == "application/json":
            opened[entry["kind"]] = json.loads(answer.content)
    session = opened["session"]  # whole: time, place, people, content, and what its method records
    assert (session["at"][:10], session["place"], session["participants"]) == ("2026-03-02", "泵房", ["江濤", "物業"])
    assert (session["content"], session["observations"]) == (
        "水泵跳閘，通知沒有發出。",
        "二號泵已停，值班臺上沒有通知記錄。",
    )
    assert session["questioned"] == [{"who": "值班員", "said": "交接時沒有人提起要通知。"}]


async def test_an_attachment_lies_in_the_file_sealed(archive: Archive, closed: Closed) -> None:
    story = closed.take("with an attachment")
    file = await archive.file(story)
    entry = next(one for one in file["entries"] if one["kind"] == "attachment")
    archivist = await archive.office.as_("archivist1")
    answer = await archivist.get(f"/archive/files/{file['id']}/entries/{entry['n']}")
    assert answer.content == PHOTO
    assert entry["sha256"] != hashlib.sha256(PHOTO).hexdigest()


async def test_a_refused_message_is_filed_for_three_years(archive: Archive) -> None:
    [story] = await archive.turned_away()
    file = await archive.file(story)
    assert (file["ending"], file["complete"], file["missing"]) == ("refused", True, [])
    assert (await story.filed())["retained_until"] == "2029-03-02"
    await archive.office.settle()
    assert await story.stage() == "filed"


async def test_a_withdrawn_complaint_is_filed(archive: Archive) -> None:
    story = await Story.by_phone(archive.office)
    assert (await story.act("withdraw")).is_success
    file = await archive.file(story)
    assert (file["ending"], file["complete"], file["missing"]) == ("withdrawn", True, [])
    await story.filed()
    await archive.office.settle()
    assert await story.stage() == "filed"


async def test_a_consultation_needs_no_investigation(archive: Archive, closed: Closed) -> None:
    story = closed.take("a consultation")
    file = await archive.file(story)
    assert (file["complete"], file["missing"]) == (True, [])
    assert (await story.filed())["retained_until"] == "2029-03-02"


async def test_a_volume_that_misses_something_is_returned_and_collected_anew(archive: Archive, closed: Closed) -> None:
    story = closed.take()
    file = await archive.file(story)
    await archive.post(f"/files/{file['id']}/return", missing=["follow_up"], reason="缺少首次跟蹤的記錄。")
    await archive.refused(f"/files/{file['id']}/acceptance", 409, "wrong_file_state")
    assert (await archive.file(story))["return_reason"] == "缺少首次跟蹤的記錄。"
    assert (await story.case())["file_missing"] == ["follow_up"]
    await archive.post(f"/files/{file['id']}/collection", who="water.handler")
    file = await archive.file(story)
    assert (file["state"], file["complete"]) == ("collected", True)
    await story.filed()
    assert await archive.facts(story) == ["file.collected", "file.returned", "file.collected", "file.sealed"]


async def test_an_incomplete_volume_is_accepted_only_with_a_reason(archive: Archive, closed: Closed) -> None:
    story = closed.take()
    file = await archive.file(story)
    async with archive.database.session() as session:
        incomplete = "UPDATE files SET complete = false, missing = '{report}' WHERE id = :id"
        await session.execute(text(incomplete), {"id": file["id"]})
    assert (await archive.refused(f"/files/{file['id']}/acceptance", 409, "file_incomplete"))["missing"] == ["report"]
    answer = await archive.post("/acceptances", ids=[file["id"]])
    assert answer == {"accepted": [], "refused": [{"id": file["id"], "code": "file_incomplete"}]}
    sealed = await archive.post(f"/files/{file['id']}/acceptance", reason="調查報告原件毀於水災。")
    assert sealed["accepted_because"] == "調查報告原件毀於水災。"


async def test_many_volumes_are_accepted_at_once(archive: Archive) -> None:
    stories = await archive.turned_away(3)
    ids = [(await archive.file(story))["id"] for story in stories]
    unknown = "00000000-0000-4000-8000-000000000000"
    answer = await archive.post("/acceptances", ids=[*ids, unknown])
    assert answer == {"accepted": ids, "refused": [{"id": unknown, "code": "not_found"}]}
    assert [(await archive.file(story))["state"] for story in stories] == ["filed"] * 3


async def test_what_comes_after_the_closing_is_in_the_file_too(archive: Archive, closed: Closed) -> None:
    story = closed.take()
    before = await archive.file(story)
    assert "satisfaction" not in {one["kind"] for one in before["entries"]}
    assert (await story.act("rate", score=4, text="處理得很快。")).is_success
    after = await archive.file(story)
    assert after["id"] == before["id"]
    assert after["state"] == "collected"
    rated = next(one for one in after["entries"] if one["kind"] == "satisfaction")
    assert rated["details"]["score"] == 4


async def second_round(archive: Archive, story: Story, outcome: str) -> None:
    with archive.in_a_hurry():
        await story.handle("acceptance")
        await story.decided(outcome)
    await archive.office.settle()
    with archive.in_a_hurry():
        await story.replied()
    await archive.office.settle()
    if "visit_open" in (await story.case())["still_open"]:
        await story.visited()
    await story.handle("closing", basis="replied")


async def test_re_opened_before_it_is_accepted_the_volume_is_void(archive: Archive, closed: Closed) -> None:
    story = closed.take()
    first = await archive.file(story)
    assert (await story.act("not_solved", text="還是沒有水。")).is_success
    assert (await archive.file(story))["state"] == "voided"
    await archive.refused(f"/files/{first['id']}/acceptance", 409, "wrong_file_state")
    assert (await archive.facts(story))[-1] == "file.voided"
    await second_round(archive, story, "upheld")
    volumes = await archive.files(story)
    assert [(one["volume"], one["state"]) for one in volumes] == [(1, "voided"), (2, "collected")]
    await story.filed()
    await archive.office.settle()
    assert await story.stage() == "filed"


async def test_re_opened_after_filing_a_supplement_holds_only_what_is_new(archive: Archive, closed: Closed) -> None:
    story = closed.take()
    await story.filed()
    await archive.office.settle()
    assert (await story.act("not_solved", text="水壓又低了。")).is_success
    assert [one["state"] for one in await archive.files(story)] == ["filed"]
    await second_round(archive, story, "partly_upheld")
    volumes = await archive.files(story)
    assert [(one["volume"], one["state"]) for one in volumes] == [(1, "filed"), (2, "collected")]
    supplement = await archive.file(story)
    kinds = [one["kind"] for one in supplement["entries"]]
    assert {"register", "dispute", "opinion", "letter", "ledger"} <= set(kinds)
    assert "report" not in kinds
    await story.filed()
    await archive.office.settle()
    assert [one["state"] for one in await archive.files(story)] == ["filed", "filed"]
    assert await story.stage() == "filed"
    assert (await archive.verified())["tampered"] == []


async def test_re_opened_while_it_is_sealed_the_volume_is_void_and_the_chain_says_so(
    archive: Archive, closed: Closed
) -> None:
    story = closed.take()
    file = await archive.file(story)
    director = await archive.office.as_("director")
    archivist = await archive.office.as_("archivist1")
    # both at once: whoever casework hears first, the two agree in the end
    reopened = await director.post(f"/casework/complaints/{story.id}/reopening", json={"ground": "decision"})
    sealed = await archivist.post(f"/archive/files/{file['id']}/acceptance", json={})
    await archive.office.settle()
    assert reopened.is_success
    assert sealed.status_code in {200, 409}
    assert (await archive.file(story))["state"] == "voided"
    assert await story.stage() == "assigned"
    assert (await archive.verified())["tampered"] == []


async def test_after_an_erasure_the_words_are_gone_and_the_hashes_still_hold(archive: Archive, closed: Closed) -> None:
    story = closed.take()
    await story.filed()
    await archive.office.settle()
    await story.as_("admin", "POST", "/intake/complaints/{id}/erasure")
    await archive.office.settle()
    file = await archive.file(story)
    assert file["erased"]
    archivist = await archive.office.as_("archivist1")
    answer = await archivist.get(f"/archive/files/{file['id']}/entries/1")
    assert (answer.status_code, answer.json()["code"]) == (410, "erased")
    ledger = file["entries"][-1]
    answer = await archivist.get(f"/archive/files/{file['id']}/entries/{ledger['n']}")
    assert answer.json()["complaint"] == story.id  # codes and times only: it can be read for ever
    assert (await archive.verified())["tampered"] == []


async def test_the_catalogue_is_searched_by_number_labels_day_and_state(archive: Archive, closed: Closed) -> None:
    story = closed.take()
    number = {"number": story.number}
    for fits in (
        {"service": "water"},
        {"level": 3},
        {"state": "collected"},
        {"outcome": "upheld"},
        {"kind": "complaint"},
    ):
        assert (await archive.get("/files", **number, **fits))["total"] == 1, fits
    for not_so in ({"service": "gas"}, {"level": 1}, {"state": "filed"}, {"from": "2026-03-03"}, {"to": "2026-03-01"}):
        assert (await archive.get("/files", **number, **not_so))["total"] == 0, not_so
    assert (await archive.get("/files", **number, **{"from": "2026-03-02", "to": "2026-03-02"}))["total"] == 1


@pytest.mark.clause("4/5.2.2")
async def test_who_is_named_does_not_open_or_accept_the_file(archive: Archive, closed: Closed) -> None:
    story = closed.take("that names the archivist")
    assert await archive.files(story) == []  # nor is it in their catalogue
    file = (await archive.get("/files", "analyst1", number=story.number))["items"][-1]
    await archive.refused(f"/files/{file['id']}/acceptance", 403, "named_in_complaint")
    archivist = await archive.office.as_("archivist1")
    assert (await archivist.get(f"/archive/files/{file['id']}/entries/1")).status_code == 403


async def test_after_all_of_this_the_checker_finds_nothing(archive: Archive) -> None:
    await archive.office.settle()
    found = violations(await gather(archive.office.settings, archive.office.answers))
    assert not found, found
