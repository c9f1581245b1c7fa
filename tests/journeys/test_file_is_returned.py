"""The archivist sends a file back; the handler completes it, and it is sealed (10/5.2.7)."""

import pytest

from tests.clauses.desk import at_the_desk
from tests.journeys.story import Story, end_of
from tests.office import Office


@pytest.mark.both_carriers
@pytest.mark.clause("10/5.2.7")
async def test_a_returned_file_is_completed_collected_again_and_sealed(office: Office) -> None:
    story = await Story.by_phone(office)
    await story.handle("acceptance")
    await story.investigated()
    await story.decided()
    await story.replied()
    await story.closed()
    file = await story.file()
    assert (file["state"], file["volume"]) == ("collected", 1)
    await story.until("2026-03-03 10:00")
    await story.as_(
        "archivist1", "POST", f"/archive/files/{file['id']}/return", missing=["attachment"], reason="缺少維修單。"
    )
    assert "file.returned" in await story.types()
    # returned, not filed: the ten working days from Monday 2 March go on
    await story.has(filing="running")
    assert await story.due("filing#1") == end_of("2026-03-16")
    assert (await story.case())["stage"] == "closed"
    told = {step["action"] for step in (await story.case())["next"]}
    assert "completion" in told, "the handler is told what to do"
    early = await story.refused("archivist1", f"/archive/files/{file['id']}/acceptance")
    assert early.status_code == 409

    async with at_the_desk(office, await story.handler()) as desk:
        assert f"/desk/files/{file['id']}/collection" in (await desk.get(f"/desk/complaints/{story.id}")).text
    officer = await office.as_(await story.handler())
    paper = {"file": ("維修單.txt", "三月二日更換水泵繼電器。".encode(), "text/plain")}
    brought = await officer.post("/intake/attachments", files=paper, data={"complaint": story.id})
    assert brought.is_success, brought.text
    async with at_the_desk(office, await story.handler()) as desk:
        await desk.send(f"/desk/complaints/{story.id}", f"/desk/files/{file['id']}/collection", back=story.id)
    sealed = await story.filed()
    assert (sealed["state"], sealed["complete"]) == ("sealed", True)
    assert [one["kind"] for one in sealed["entries"]].count("attachment") == 1
    await story.has(filing="fulfilled")
    assert await story.stage() == "filed"
