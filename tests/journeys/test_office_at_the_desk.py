"""The office's pages at the desk: its own ledger with the buttons that fulfil it, and what a special day would move."""

import pytest

from tests.clauses.desk import at_the_desk
from tests.journeys.story import Story, at, end_of
from tests.office import Office

LEDGER = "/desk/office/ledger"


@pytest.mark.clause("1/1.1.4", "6/3.4.3(1)")
async def test_an_operator_puts_the_mailbox_on_record_and_sees_it_in_the_offices_ledger(office: Office) -> None:
    await Story.by_phone(office)
    await office.advance_to(at("2026-03-03 10:30"))
    async with at_the_desk(office, "operator1") as desk:
        before = (await desk.get(LEDGER)).text
        assert desk.found(before, r'data-row="mailbox#2026-03-03"><span class="state state-(\w+)') == "running"
        assert 'action="/desk/office/ledger/progress"' not in before  # a supervisor's
        await desk.send(LEDGER, f"{LEDGER}/mailbox", letters="4")
        await office.settle()
        after = (await desk.get(LEDGER)).text
        assert desk.found(after, r'data-row="mailbox#2026-03-03"><span class="state state-(\w+)') == "fulfilled"
        # what proves it: who collected, and how many there were
        assert desk.found(after, r'<p class="meta">([^·<]+) · [^<]* · 4 letters') == "Fang Xiaowen"
        wrong = await desk.send(LEDGER, f"{LEDGER}/mailbox", letters="many")
        assert wrong.status_code == 422
    async with at_the_desk(office, "water.head") as desk:
        await desk.send(LEDGER, f"{LEDGER}/progress")
        await office.settle()
        shown = (await desk.get(LEDGER)).text
        assert desk.found(shown, r'data-row="progress#2026-03-03"><span class="state state-(\w+)') == "fulfilled"


async def test_a_special_day_is_shown_with_what_it_moves_before_the_button_that_applies_it(office: Office) -> None:
    story = await Story.by_phone(office)
    async with at_the_desk(office, "admin") as desk:
        seen = await desk.send("/desk/office", "/desk/office/day", date="2026-03-04", kind="off")
        assert seen.status_code == 200
        assert story.number in seen.text
        assert await story.due("reply.phone#1") == end_of("2026-03-04")  # nothing has moved yet
        await desk.send("/desk/office", "/desk/office/day", date="2026-03-04", kind="off", confirmed="yes")
        await office.settle()
        assert await story.due("reply.phone#1") == end_of("2026-03-05")
