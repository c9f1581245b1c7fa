"""Anonymous, with nobody to reach: the status page takes what would have been sent."""

import pytest

from tests.journeys.story import Story, end_of
from tests.office import Office


@pytest.mark.clause("6/3.4.4(2)", "4/5.2.9(2)", "5/3.4")
async def test_an_anonymous_complaint_is_answered_on_its_status_page(office: Office) -> None:
    story = await Story.through(office, "website", complainant=None, text="小區門口的水表井蓋破了三天。")
    await story.registered()
    await story.handle("acceptance")
    # a follow-up is a person's look at case or site
    await story.handle("follow-ups", way="on_site", finding="in_progress", text="已到現場查看。")
    await story.has(first_follow_up_ordinary="fulfilled")

    # the extension is told on the status page, too
    officer = await story.handler()
    asked = await story.as_(
        officer, "POST", "/reply/complaints/{id}/extensions", until="2026-03-12", reason="等待配件。"
    )
    await story.as_("water.head", "POST", f"/reply/extensions/{asked['id']}/approval")
    words = {"way": "status_page", "text": "配件要到下週才到，特此告知。"}
    spoken = await story.refused(officer, f"/reply/extensions/{asked['id']}/notice", way="phone", text="告知。")
    assert (spoken.status_code, spoken.json()["code"]) == (409, "way_not_possible")
    await story.as_(officer, "POST", f"/reply/extensions/{asked['id']}/notice", **words)
    await story.as_(officer, "POST", f"/reply/extensions/{asked['id']}/preliminary-opinion", **words)
    await story.has(extension_notice="fulfilled", extension_preliminary_opinion="fulfilled", reply_online="running")
    assert await story.due("reply.online#1") == end_of("2026-03-12")

    await story.investigated()
    await story.decided()
    await story.until("2026-03-05 10:00")
    letter = await story.signed()
    by_mail = await story.refused(officer, f"/reply/letters/{letter}/sending", way="mail")
    assert (by_mail.status_code, by_mail.json()["code"]) == (409, "way_not_possible")
    await story.as_(officer, "POST", f"/reply/letters/{letter}/sending")
    await story.has(reply_online="fulfilled", result_notice="fulfilled")
    assert [one["data"]["way"] for one in await story.events("reply.sent")] == ["status_page"]
    fields = await story.as_(officer, "GET", f"/reply/letters/{letter}")
    assert "投訴人" in fields["salutation"]

    status = await story.status()
    assert [one["purpose"] for one in status["letters"]].count("reply") == 1
    visitor = office.complainant(story.receipt_code)
    pdf = await visitor.get(f"/intake/complaints/{story.number}/letters/{letter}")
    assert pdf.content.startswith(b"%PDF")
    stranger = office.complainant("0000-0000-0000")
    assert (await stranger.get(f"/intake/complaints/{story.number}/letters/{letter}")).status_code in {401, 403, 404}
    await story.closed("nobody_to_reach")
    await story.filed()
    assert await story.stage() == "filed"
