"""Standing duties bind the office on a schedule, with a ledger of their own: mailbox, progress, analysis of files."""

from typing import Any

import pytest
from sqlalchemy import text

from tests.journeys.story import Story, at, end_of, good, moment
from tests.office import Office


async def ledger(office: Office, since: str, until: str) -> dict[str, dict[str, Any]]:
    """Return the office's rows that ran between two moments, by name."""
    client = await office.as_("director")
    params = {"from": at(since).isoformat(), "to": at(until).isoformat()}
    return {row["row"]: row for row in (await good(await client.get("/sla/standing-duties", params=params)))["rows"]}


async def told(office: Office, row: str) -> list[tuple[str, str]]:
    """Return what the duty engine told of a row, and when by the office's clock."""
    async with office.apps["sla"].state.service.database.session() as session:
        asked = text("SELECT type, time FROM outbox WHERE topic = 'procedure' AND data ->> 'row' = :row ORDER BY id")
        found = await session.execute(asked, {"row": row})
        return [(one.type.partition(".")[2], f"{moment(one.time.isoformat()):%m-%d %H:%M}") for one in found]


async def collect(office: Office, letters: int = 2) -> None:
    await good(await (await office.as_("operator1")).post("/intake/mailbox-collections", json={"letters": letters}))
    await office.settle()


@pytest.mark.clause("1/1.1.4")
async def test_the_mailbox_collected_in_the_morning_is_in_time(office: Office) -> None:
    await Story.by_phone(office)  # the office's ledger begins with the first complaint
    await office.advance_to(at("2026-03-03 11:59"))
    await collect(office)
    row = (await ledger(office, "2026-03-03 00:00", "2026-03-04 00:00"))["mailbox#2026-03-03"]
    assert (row["state"], row["clause"], row["owner"]) == ("fulfilled", "1/1.1.4", "operator")
    # begins at 10:00; two office hours
    assert (moment(row["started_at"]), moment(row["due_at"])) == (at("2026-03-03 10:00"), at("2026-03-03 12:00"))
    assert row["proof"]["type"] == "mailbox.collected"
    assert await told(office, "mailbox#2026-03-03") == [
        ("started", "03-03 10:00"),
        ("warned", "03-03 11:00"),
        ("warned", "03-03 11:36"),
        ("fulfilled", "03-03 11:59"),
    ]


@pytest.mark.clause("1/1.1.4")
async def test_a_mailbox_that_nobody_empties_is_breached_each_day_and_late_when_somebody_does(office: Office) -> None:
    await Story.by_phone(office)
    await office.advance_to(at("2026-03-04 12:00"))
    rows = await ledger(office, "2026-03-02 00:00", "2026-03-05 00:00")
    states = {name: row["state"] for name, row in rows.items() if row["duty"] == "mailbox"}
    assert states == {f"mailbox#2026-03-0{day}": "breached" for day in (2, 3, 4)}
    assert rows["mailbox#2026-03-04"]["warned"] == [0.5, 0.8]
    await collect(office)
    rows = await ledger(office, "2026-03-02 00:00", "2026-03-05 00:00")
    assert {row["state"] for row in rows.values() if row["duty"] == "mailbox"} == {"late"}


@pytest.mark.clause("1/1.1.4")
async def test_time_that_jumps_over_weeks_misses_no_day_and_doubles_none(office: Office) -> None:
    """The clock is set past National Day at once: nothing happened at the right moment, all is there all the same."""
    await office.set_clock(at("2026-09-29 08:00"))
    await Story.by_phone(office)
    await office.set_clock(at("2026-10-12 09:30"))
    await office.settle()
    rows = await ledger(office, "2026-09-29 08:00", "2026-10-12 09:30")
    days = [name.partition("#")[2] for name, row in rows.items() if row["duty"] == "mailbox"]
    # the holiday is 1 to 7 October; Saturday 10 October makes up for it
    assert days == ["2026-09-29", "2026-09-30", "2026-10-08", "2026-10-09", "2026-10-10"]
    for day in days:
        row = rows[f"mailbox#{day}"]
        assert (row["state"], moment(row["due_at"])) == ("breached", at(f"{day} 12:00"))
        assert [what for what, _ in await told(office, f"mailbox#{day}")] == ["started", "breached"]


@pytest.mark.clause("6/3.4.3(1)")
async def test_progress_is_reviewed_each_working_day_with_figures_that_the_office_counts(office: Office) -> None:
    story = await Story.by_phone(office)  # its reply is due at the end of 4 March
    await office.advance_to(at("2026-03-05 17:00"))
    answer = await (await office.as_("water.head")).post("/casework/progress-reviews")
    seen = await good(answer)
    assert (seen["under_way"], seen["late"]) == (1, 1)
    await story.office.settle()
    rows = await ledger(office, "2026-03-04 00:00", "2026-03-06 00:00")
    today, yesterday = rows["progress#2026-03-05"], rows["progress#2026-03-04"]
    assert (today["state"], moment(today["due_at"])) == ("fulfilled", end_of("2026-03-05"))
    assert moment(today["started_at"]) == at("2026-03-05 09:00")
    assert (yesterday["state"], yesterday["warned"]) == ("late", [0.5, 0.8])
    assert await told(office, "progress#2026-03-04") == [
        ("started", "03-04 09:00"),
        ("warned", "03-04 14:00"),
        ("warned", "03-04 16:06"),
        ("breached", "03-05 00:00"),
        ("fulfilled", "03-05 17:00"),
    ]
    refused = await (await office.as_("water.handler")).post("/casework/progress-reviews")
    assert refused.status_code == 403


@pytest.mark.clause("4/5.2.11(2)")
@pytest.mark.parametrize(("day", "state"), [("2026-04-16 23:59", "fulfilled"), ("2026-04-17 00:00", "late")])
async def test_the_files_of_a_quarter_are_analysed_in_ten_working_days_of_its_end(
    office: Office, day: str, state: str
) -> None:
    await office.set_clock(at("2026-03-31 16:00"))
    await Story.by_phone(office)
    await office.set_clock(at("2026-04-01 00:00"))
    await office.settle()
    rows = await ledger(office, "2026-04-01 00:00", "2026-05-01 00:00")
    # Wednesday 1 April, the day on which it begins, does not count: 2 3, 7 8 9 10, 13 14 15, 16 (6 April: Qingming)
    assert moment(rows["files_analysed#2026-Q1"]["due_at"]) == end_of("2026-04-16")
    await office.set_clock(at(day))
    await office.settle()
    await analysed(office, "2025-Q4")
    rows = await ledger(office, "2026-04-01 00:00", "2026-05-01 00:00")
    assert rows["files_analysed#2026-Q1"]["proof"] is None  # another quarter's
    await analysed(office, "2026-Q1")
    rows = await ledger(office, "2026-04-01 00:00", "2026-05-01 00:00")
    assert rows["files_analysed#2026-Q1"]["state"] == state


async def analysed(office: Office, quarter: str) -> None:
    """The analyst puts the analysis of a quarter on record."""
    findings = [{"finding": "停水通知漏發。", "owner": "water.head"}]
    body = {"quarter": quarter, "findings": findings}
    await good(await (await office.as_("analyst1")).post("/archive/analyses", json=body))
    await office.settle()
