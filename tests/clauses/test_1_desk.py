"""Chapters 1, 2 and 4/5.2.6-7 at the desk: what is entered, checked and registered with its forms."""

import pytest

from tests.clauses.desk import at_the_desk
from tests.journeys.story import CALLER, WATER_COMPLAINT, Story
from tests.office import Office


@pytest.fixture
def office(office_of_file: Office) -> Office:
    """No clock is moved here: one office for all."""
    return office_of_file


LABELS = {name: str(value) for name, value in WATER_COMPLAINT.items()}
CALL = {"danger": "no", "text": "昨晚起整棟樓停水。", "name": CALLER["name"], "phone": CALLER["phone"]} | LABELS
NEW = "/desk/new"


@pytest.mark.clause("6/3.4.1(1)", "6/3.4.1(2)", "4/5.2.6(1)")
async def test_a_call_is_entered_at_once_and_what_is_wrong_is_said_beside_what_was_typed(office: Office) -> None:
    async with at_the_desk(office, "operator1") as desk:
        wrong = await desk.send(NEW, NEW, **CALL | {"channel": "phone", "phone": "12"})
        assert wrong.status_code == 422
        assert 'id="phone-error"' in wrong.text
        assert CALL["text"] in wrong.text
        slip = (await desk.send(NEW, NEW, **CALL, channel="phone")).text
        complaint = desk.found(slip, r'href="/desk/complaints/([^"]+)"')
    record = (await (await office.as_("operator1")).get(f"/intake/complaints/{complaint}")).json()
    assert (record["complainant"]["name"], record["stage"]) == (CALL["name"], "assigned")
    assert record["received_at"] == record["recorded_at"]


@pytest.mark.clause("1/1.1.4", "6/3.4.1(2)")
async def test_a_letter_is_entered_with_the_day_on_which_it_came_which_is_never_to_come(office: Office) -> None:
    letter = CALL | {"channel": "letter"}
    async with at_the_desk(office, "operator1") as desk:
        early = await desk.send(NEW, NEW, **letter, received_at="2026-03-09")
        assert (early.status_code, 'id="received_at-error"' in early.text) == (422, True)
        token = desk.found((await desk.get(NEW)).text, r'name="form_token" value="([0-9a-f]+)"')
        form = letter | {"received_at": "2026-02-27", "form_token": token}
        scan = {"attachments": ("letter.pdf", b"%PDF-1.7 scan", "application/pdf")}
        slip = (await desk.browser.post(NEW, data=form, files=scan)).text
        complaint = desk.found(slip, r'href="/desk/complaints/([^"]+)"')
    record = (await (await office.as_("operator1")).get(f"/intake/complaints/{complaint}")).json()
    assert (record["channel"], record["received_at"][:10]) == ("letter", "2026-02-27")
    assert [(one["name"], one["media_type"]) for one in record["attachments"]] == [("letter.pdf", "application/pdf")]


@pytest.mark.clause("1/1.1.10", "4/5.2.7(1)", "4/5.2.7(2)")
async def test_what_waits_for_its_scope_check_is_listed_with_its_date_and_registered_with_the_form(
    office: Office,
) -> None:
    story = await Story.through(office, "website")
    page = f"/desk/scope-checks/{story.id}"
    async with at_the_desk(office, "operator1") as desk:
        listed = (await desk.get("/desk/scope-checks")).text.split(story.number)[1].split("</tr>")[0]
        assert "end of Tue 3 Mar 2026" in listed
        assert (await desk.send(page, f"{page}/registration", **LABELS)).status_code == 200
    await story.has(registration="fulfilled", person_responsible="fulfilled")
