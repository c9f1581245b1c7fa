"""Handed over: the duty stays where it is, the colleague does it."""

import asyncio

import pytest

from tests.clauses.desk import at_the_desk
from tests.journeys.story import Story, at, end_of
from tests.office import Office


@pytest.mark.clause("4/5.2.8(3)", "6/3.4.2(2)")
async def test_a_case_handed_over_while_the_report_is_due_keeps_the_date(office: Office) -> None:
    story = await Story.by_phone(office)
    await story.handle("acceptance")
    await story.investigated(reported=False)
    first = await story.handler()
    second = "water.handler2" if first == "water.handler" else "water.handler"
    await story.until("2026-03-04 10:00")
    unreasoned = await story.refused(first, "/casework/complaints/{id}/handover", officer=second)
    assert [(one["field"], one["rule"]) for one in unreasoned.json()["errors"]] == [("reason", "missing")]
    await story.handle("handover", officer=second, reason="出差。")
    assert await story.handler() == second
    # the investigation ended on Monday 2 March + 3
    assert await story.due("report#1") == end_of("2026-03-05")
    # the colleague has 4 working hours as well: two until 12:00, two from 13:30
    assert await story.due("assignment#2") == at("2026-03-04 15:30")
    turned = await story.refused(first, "/casework/complaints/{id}/investigation/report", text="報告。")
    assert (turned.status_code, turned.json()["code"]) == (403, "not_your_case")
    await story.handle("acceptance")
    await story.until("2026-03-06 09:00")
    await story.has(report="breached", assignment="fulfilled")
    async with at_the_desk(office, second) as desk:
        page = f"/desk/complaints/{story.id}"
        assert (await desk.send(page, f"{page}/steps/report", text="水泵跳閘，通知漏發。")).status_code == 200
        assert "水泵跳閘，通知漏發。" in (await desk.get(page)).text
    await story.has(report="late")


@pytest.mark.both_carriers
async def test_a_handover_crosses_the_report_and_the_report_counts_once(office: Office) -> None:
    story = await Story.by_phone(office)
    await story.handle("acceptance")
    await story.investigated(reported=False)
    first = await story.handler()
    second = "water.handler2" if first == "water.handler" else "water.handler"
    officer, place = await office.as_(first), f"/casework/complaints/{story.id}"
    handed, reported = await asyncio.gather(
        officer.post(f"{place}/handover", json={"officer": second, "reason": "出差。"}),
        officer.post(f"{place}/investigation/report", json={"text": "水泵跳閘造成停水。"}),
    )
    assert handed.is_success
    assert reported.is_success or reported.status_code == 403
    await office.settle()
    if not reported.is_success:
        await story.reported()
    await story.has(report="fulfilled")
    assert await story.handler() == second
    assert len(await story.events("report.submitted")) == 1
