"""Erased: the key is destroyed, and with it every word in every service; the proof of the file stays (4/5.2.5)."""

from tests.journeys.story import Story
from tests.office import Office

WORDS = "樓下水泵房半夜漏水，保安說沒人管。"


async def test_an_erased_complaint_has_no_words_left_and_its_seal_still_holds(office: Office) -> None:
    story = await Story.by_phone(office, text=WORDS)
    await story.handle("acceptance")
    await story.investigated()
    await story.decided()
    letter = await story.replied()
    await story.closed()
    await story.filed()
    director, admin = await office.as_("director"), await office.as_("admin")
    asked = {"text": "水泵房半夜漏水"}
    found = (await director.post("/insight/search", json=asked)).json()["items"]
    assert [one["id"] for one in found] == [story.id]
    assert len(list((office.settings.data / "mail").rglob("*.eml"))) == 1
    assert (await admin.post(f"/intake/complaints/{story.id}/erasure")).is_success
    await office.settle()

    told = await story.told_story()
    assert (told["erased"], told["stage"]) == (True, "filed")
    assert (await director.post("/insight/search", json=asked)).json()["items"] == []
    operator = await office.as_("operator1")
    shown = (await operator.get(f"/intake/complaints/{story.id}")).json()
    assert (shown["erased"], shown["text"], shown["complainant"]) == (True, None, None)
    officer = await office.as_("water.handler")
    assert (await officer.get(f"/reply/letters/{letter}/pdf")).status_code == 410
    assert not list((office.settings.data / "mail").rglob("*.eml"))
    file = await story.file()
    archivist = await office.as_("archivist1")
    assert (await archivist.get(f"/archive/files/{file['id']}")).json()["erased"] is True
    checked = (await archivist.post("/archive/verifications")).json()
    assert (checked["chain_ok"], checked["tampered"]) == (True, [])
    entry = await archivist.get(f"/archive/files/{file['id']}/entries/1")
    assert entry.status_code == 410
    # the ledger is no text: what was owed and done stays on record
    await story.has(reply_phone="fulfilled", filing="fulfilled")
    proposal = (await director.get(f"/classification/complaints/{story.id}")).json()
    assert proposal["reasons"] == []
