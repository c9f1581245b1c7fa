"""Withdrawn after its investigation: reply and result are owed no longer, the report already begun is."""

from tests.journeys.story import Story, end_of
from tests.office import Office


async def test_a_report_already_begun_is_given_after_the_withdrawal_even_if_the_clock_was_paused(
    office: Office,
) -> None:
    story = await Story.by_phone(office)
    await story.handle("acceptance")
    await story.investigated(reported=False)
    await story.handle("pause", reason="outside_test")
    assert (await story.act("withdraw")).status_code == 200
    rows = await story.ledger()
    states = {name: row["state"] for name, row in rows.items() if row["state"] != "fulfilled"}
    assert states == {
        "reply.phone#1": "void",
        "first_follow_up.ordinary#1": "void",
        "set_time.3#1": "void",
        "cause#1": "void",
        "accountability#1": "void",
        "report#1": "paused",
        "filing#1": "running",
    }
    await story.until("2026-03-04 09:00")
    assert (await story.file())["missing"] == ["report"]
    await story.handle("resumption")
    # ended on Monday 2 March; Tuesday stood still: 4, 5, 6 become the three days
    assert await story.due("report#1") == end_of("2026-03-06")
    await story.until("2026-03-05 10:00")
    await story.handle("investigation/report", text="水泵跳閘造成停水。")
    assert await story.state("report#1") == "fulfilled"
    assert "opinion#1" not in await story.ledger()  # nobody owes an opinion any more
    sealed = await story.filed()
    assert sealed["missing"] == []
    assert await story.stage() == "filed"


async def test_re_opened_and_replied_to_again_at_one_instant_both_replies_stand(office: Office) -> None:
    story = await Story.by_phone(office)
    await story.handle("acceptance")
    await story.investigated()
    await story.decided()
    await story.replied()
    assert (await story.act("not_solved", text="還是停水。")).status_code == 200
    await story.decided()
    await story.replied()
    await story.closed()
    await story.has(closing="fulfilled", filing="running")
    rows = await story.ledger()
    assert [rows[f"reply.phone#{n}"]["state"] for n in (1, 2)] == ["fulfilled", "fulfilled"]
    assert [rows[f"result_notice#{n}"]["state"] for n in (1, 2)] == ["fulfilled", "fulfilled"]
