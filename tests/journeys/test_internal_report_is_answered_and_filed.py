"""A colleague reports a latent problem: acknowledged in a working day, owed no reply by form, answered, filed."""

from tests.journeys.story import Story, at, end_of
from tests.office import Office


async def test_an_internal_report_is_acknowledged_answered_and_filed(office: Office) -> None:
    operator = await office.as_("operator1")
    story = await Story.told(office, operator, channel="internal", text="二號泵房的閥門有鏽蝕。")
    promised = {one["clause"]: (one["title"], one["due_at"]) for one in story.promised}
    assert promised["7/3.4.9(3)"] == ("Internal report acknowledged", "2026-03-03T16:00:00Z")
    await story.registered()
    assert not any(name.startswith("reply.") for name in await story.ledger())
    await story.handle("acceptance")
    assert await story.state("acknowledgement.internal#1") == "fulfilled"
    await story.investigated()
    await story.decided()
    await story.replied()
    await story.closed("nobody_to_reach")
    # closed on its first day; the first follow-up is owed all the same, and belongs in the file
    assert await story.due("first_follow_up.ordinary#1") == at("2026-03-04 09:00")
    await story.until("2026-03-03 10:00")
    await story.handle("follow-ups", way="look", finding="solved", text="閥門已更換。")
    await story.has(first_follow_up_ordinary="fulfilled", result_notice="fulfilled", closing="fulfilled")
    sealed = await story.filed()
    assert (sealed["state"], sealed["missing"]) == ("sealed", [])
    assert await story.due("filing#1") == end_of("2026-03-16")
    assert await story.stage() == "filed"
