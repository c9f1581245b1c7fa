"""Without a mail server the reply is laid in the data folder, with the letter as PDF beside it (5/2.1, 5/2.2)."""

from email import policy
from email.parser import BytesParser
from io import BytesIO

import pytest
from pypdf import PdfReader

from tests.clauses.desk import at_the_desk
from tests.journeys.story import CALLER, Story
from tests.office import Office


@pytest.mark.clause("5/2.1", "5/2.2", "5/2.3")
async def test_a_reply_is_laid_as_a_mail_with_the_letter_in_the_prescribed_form(office: Office) -> None:
    story = await Story.by_phone(office)
    await story.handle("acceptance")
    await story.investigated()
    await story.decided()
    head = await office.as_("water.head")
    letter = await story.letter()
    await office.settle()
    assert story.id in {one["id"] for one in (await head.get("/insight/queues/to_sign")).json()["items"]}
    await story.as_("water.head", "POST", f"/reply/letters/{letter}/signature")
    assert story.id not in {one["id"] for one in (await head.get("/insight/queues/to_sign")).json()["items"]}
    await story.as_(await story.handler(), "POST", f"/reply/letters/{letter}/sending")
    officer = await office.as_(await story.handler())
    box = (await officer.get("/reply/mails")).json()
    assert box["mail_server"] is False
    (item,) = box["items"]
    # told apart by letter, complaint and time, not by the file's name
    async with at_the_desk(office, "water.head") as desk:
        shown = (await desk.get("/desk/mails")).text
        assert f"{item['letter_number']}</a>" in shown
        assert desk.found(shown, rf">{story.number}</a></td><td[^>]*>([^<]+)<")
        page = (await desk.get(f"/desk/letters/{letter}")).text
        assert item["letter_number"] in page
        assert "公司總部" in page  # the right of review
        assert "Mail laid in the data folder" in page
    laid = list((office.settings.data / "mail").rglob("*.eml"))
    assert len(laid) == 1
    raw = (await officer.get(f"/reply/mails/{item['name']}")).content
    assert raw == laid[0].read_bytes()
    mail = BytesParser(policy=policy.default).parsebytes(raw)
    assert CALLER["email"] in str(mail["To"])
    assert story.number in str(mail["Subject"])
    (attachment,) = mail.iter_attachments()
    pdf = attachment.get_payload(decode=True)
    assert attachment.get_content_type() == "application/pdf"
    shown = (await officer.get(f"/reply/letters/{letter}/pdf")).content
    assert pdf == shown
    words = "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).replace(" ", "").replace("\n", "")
    fields = (await officer.get(f"/reply/letters/{letter}")).json()
    for part in ("salutation", "summary", "analysis", "measures", "closing", "company", "signature"):
        start = str(fields[part]).replace(" ", "").replace("\n", "")[:8]
        assert start, part
        assert start in words, f"{part} is missing in the letter"
    assert fields["time"].replace(" ", "") in words  # to the minute
    # the right of review is told (4/5.2.10(2))
    assert "復查" in words
