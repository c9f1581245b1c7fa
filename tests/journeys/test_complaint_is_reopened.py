"""Not solved: re-opened, with new clocks for reply and set time; the earlier rows stand."""

import pytest

from tests.journeys.story import Story, end_of
from tests.office import Office


@pytest.mark.both_carriers
@pytest.mark.clause("5/3.2", "2/1.1.16(3)", "10/5.2.7")
async def test_a_complaint_that_is_not_solved_is_reopened_and_answered_again(office: Office) -> None:
    story = await Story.by_phone(office)
    await story.handle("acceptance")
    await story.handle("follow-ups", way="phone", finding="in_progress", text="搶修中。")
    await story.investigated()
    await story.decided()
    await story.until("2026-03-03 10:00")
    await story.replied()
    await story.closed()
    await story.until("2026-03-05 20:00")
    assert (await story.act("not_solved", text="今天又停水了，和上次一樣。")).status_code == 200
    assert await story.stage() == "assigned"
    rows = await story.ledger()
    # Thursday 5 March, the day of the re-opening never counts: + 2 = Monday 9 March
    assert await story.due("reply.phone#2") == end_of("2026-03-09")
    # + 10: 6, 9 10 11 12 13, 16 17 18 19 March
    assert await story.due("set_time.3#2") == end_of("2026-03-19")
    assert {name: rows[name]["state"] for name in ("reply.phone#1", "set_time.3#1", "closing#1")} == dict.fromkeys(
        ("reply.phone#1", "set_time.3#1", "closing#1"), "fulfilled"
    )
    assert (rows["reply.phone#2"]["state"], rows["set_time.3#2"]["state"]) == ("running", "running")
    assert rows["filing#1"]["state"] == "void"
    # the first follow-up was made: it is not owed a second time
    assert "first_follow_up.ordinary#2" not in rows
    await story.handle("acceptance")
    await story.investigated()
    await story.decided()
    await story.until("2026-03-10 09:00")
    assert await story.state("reply.phone#2") == "breached"
    await story.replied()
    await story.closed()
    await story.filed()
    rows = await story.ledger()
    assert (rows["reply.phone#1"]["state"], rows["reply.phone#2"]["state"]) == ("fulfilled", "late")
    assert (rows["filing#1"]["state"], rows["filing#2"]["state"]) == ("void", "fulfilled")


async def test_a_complaint_reopened_after_filing_keeps_its_sealed_volume_and_gets_a_second(office: Office) -> None:
    story = await Story.by_phone(office)
    await story.handle("acceptance")
    await story.investigated()
    await story.decided()
    await story.replied()
    await story.closed()
    first = await story.filed()
    await story.until("2026-03-04 10:00")
    assert (await story.act("not_solved", text="問題又出現。")).status_code == 200
    assert await story.stage() == "assigned"
    await story.handle("acceptance")
    await story.investigated()
    await story.decided()
    await story.replied()
    await story.closed()
    second = await story.filed()
    assert (first["volume"], second["volume"]) == (1, 2)
    files = (await (await office.as_("archivist1")).get("/archive/files", params={"number": story.number})).json()
    assert [one["state"] for one in files["items"]] == ["filed", "filed"]
    assert await story.stage() == "filed"


@pytest.mark.both_carriers
async def test_a_reopening_crosses_the_filing_and_the_volume_is_voided(office: Office) -> None:
    story = await Story.by_phone(office)
    await story.handle("acceptance")
    await story.investigated()
    await story.decided()
    await story.replied()
    await story.closed()
    file = await story.file()
    # casework stands still for a moment: sealed by the archivist, and not heard of yet
    admin, archivist = await office.as_("admin"), await office.as_("archivist1")
    assert (await admin.post("/casework/clock", json={"hold": True})).is_success
    assert (await archivist.post(f"/archive/files/{file['id']}/acceptance")).is_success
    director = await office.as_("director")
    reopened = await director.post(f"/casework/complaints/{story.id}/reopening", json={"ground": "not_solved"})
    assert reopened.is_success, reopened.text
    assert (await admin.post("/casework/clock", json={"hold": False})).is_success
    await office.settle()
    assert await story.stage() == "assigned"
    assert {"file.sealed", "complaint.reopened", "filing.cancelled", "file.voided"} <= set(await story.types())
    await story.has(filing="void", reply_phone="running")
