"""What other systems do to their users (DESIGN, "Where peers hurt their users"): each bug has a test that names it.

Most are told at length in journeys of their own; here each stands once, where it can be looked up by its name.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio

from shared.events import ResultNoticeGiven
from shared.outbox import hold, publish
from shared.procedure import load
from shared.procedure.reader import FILE
from tests.infrastructure.offices import cloned_office
from tests.infrastructure.postgres import PostgresServer
from tests.journeys.conftest import checked_office
from tests.journeys.story import CALLER, UNCLEAR, WATER_COMPLAINT, Story, end_of, good, moment
from tests.office import Office, open_office

pytestmark = pytest.mark.asyncio(loop_scope="session")
LEVEL_2 = WATER_COMPLAINT | {"level": 2}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def office(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    """One office for all of it; its clock goes on from test to test, and the checker looks at the end."""
    async with checked_office(postgres, tmp_path_factory.mktemp("office")) as office:
        yield office


async def relabel(story: Story, **labels: Any) -> None:
    names = ("service", "topic_code", "nature", "kind", "level", "importance")
    labels = {name: WATER_COMPLAINT[name] for name in names} | labels
    await story.as_("water.head", "POST", "/casework/complaints/{id}/classification", **labels, reason="更正。")


# --- DIGIT PGR --------------------------------------------------------------------------------------------------------


async def test_digit_tells_people_before_anything_is_stored(office: Office) -> None:
    story = await Story.by_phone(office)
    database = office.apps["reply"].state.service.database
    before = await story.types()

    async def breaks_off() -> None:
        async with database.session() as session:
            await hold(session, story.id)
            await publish(session, story.id, ResultNoticeGiven(way="phone", by="water.handler"))
            raise ConnectionError  # it could not be stored: so nothing was said, either

    with pytest.raises(ConnectionError):
        await breaks_off()
    await office.settle()
    assert await story.types() == before
    refused = await story.refused(
        await story.handler(), "/reply/complaints/{id}/result-notices", way="sms", text="已辦。"
    )
    assert refused.status_code == 409
    assert not list((office.settings.data / "messages").glob("*.json"))


async def test_digit_starts_the_escalation_anew_on_any_edit(office: Office) -> None:
    story = await Story.by_phone(office)
    begun = {name: row["due_at"] for name, row in (await story.ledger()).items() if row["due_at"]}
    await office.advance(hours=2)
    await story.handle("acceptance")
    officer = await story.handler()
    other = "water.handler" if officer == "water.handler2" else "water.handler2"
    await story.handle("handover", officer=other, reason="換班。")
    await relabel(story, nature="management")
    await story.act("add", text="補充：地下室也沒有水。")
    after = {name: row["due_at"] for name, row in (await story.ledger()).items()}
    assert {name: after[name] for name in begun} == begun


async def test_digit_puts_names_and_phone_numbers_on_the_bus(office: Office) -> None:
    story = await Story.by_phone(office)
    told = str([one["data"] for one in await story.events(*await story.types())])
    for personal in (CALLER["name"], CALLER["phone"], CALLER["email"], "整棟樓"):
        assert personal not in told


# --- osTicket, GLPI, Frappe, Chatwoot, Zammad -------------------------------------------------------------------------


async def test_peers_let_the_clock_run_while_they_wait_for_the_complainant(office: Office) -> None:
    story = await Story.by_phone(office)
    await story.handle("acceptance")
    await story.handle("pause", reason="waiting_for_complainant")
    # what binds towards the complainant runs on: there the law knows only the extension
    await story.has(set_time_3="paused", reply_phone="running")
    await story.handle("resumption")
    await story.has(set_time_3="running")


async def test_peers_count_a_pause_in_calendar_time(office: Office) -> None:
    friday = _next(await office.now(), weekday=4, hour=17, minute=30)
    await office.leap(friday.replace(hour=17, minute=0))
    story = await Story.by_phone(office)
    due = await story.due("set_time.3#1")
    await story.handle("acceptance")
    await office.leap(friday)
    await story.handle("pause", reason="waiting_for_complainant")
    await office.leap(friday + timedelta(days=2, hours=15, minutes=30))  # Monday 09:00: no office hour was paused
    await story.handle("resumption")
    assert await story.due("set_time.3#1") == due


async def test_peers_lose_the_time_that_has_passed_when_labels_change(office: Office) -> None:
    graver, lesser = await Story.by_phone(office, LEVEL_2), await Story.by_phone(office)
    due = await lesser.due("set_time.3#1")
    await office.advance(days=1)
    await relabel(graver, level=3)
    await relabel(lesser, level=2)
    await relabel(lesser, level=3)
    # both have what they would have had from the first, and the day that has passed still counts
    for story in (graver, lesser):
        rows = {name: row for name, row in (await story.ledger()).items() if row["state"] == "running"}
        (found,) = (moment(row["due_at"]) for name, row in rows.items() if name.startswith("set_time.3#"))
        assert found == due
    kept = (await graver.as_("director", "GET", "/sla/complaints/{id}/ledger"))["rows"]
    (replaced,) = (one for one in kept if one["row"] == "set_time.2#1")
    assert (replaced["state"], bool(replaced["history"])) == ("void", True)  # the past date, with its cause


async def test_peers_ring_at_midnight_for_what_can_wait(office: Office) -> None:
    evening = _next(await office.now(), weekday=1, hour=19, minute=0)
    await office.leap(evening)
    story = await Story.by_phone(office, complainant={"name": "周曉", "phone": "13900005678"})
    await office.advance(hours=47)
    warnings = [
        moment(one["time"])
        for one in await story.events("duty.warned")
        if one["data"]["duty"] == "first_follow_up.ordinary"
    ]
    # half of the 48 hours are over at 19:00 on Wednesday: said on Thursday at 09:00
    assert [(one.weekday(), one.hour) for one in warnings] == [(3, 9), (3, 9)]


async def test_peers_know_no_make_up_days(office: Office) -> None:
    handler = await office.as_("water.handler")
    body = {"rule": {"working_days": 1}, "start": "2026-02-13"}
    counted = await good(await handler.post("/sla/deadlines", json=body))
    assert counted["due_date"] == "2026-02-14"  # a Saturday that is worked, before the Spring Festival
    body |= {"start": "2026-02-14"}
    assert (await good(await handler.post("/sla/deadlines", json=body)))["due_date"] == "2026-02-24"


async def test_peers_cannot_search_in_chinese(office: Office) -> None:
    story = await Story.by_phone(office, text="閥門井的蓋板鬆動，夜裡聲音很大。")
    director = await office.as_("director")
    for words in ("閥門井", "阀门井的盖板", "蓋板 聲音"):
        found = await good(await director.post("/insight/search", json={"text": words}))
        assert story.id in [one["id"] for one in found["items"]], words


async def test_peers_make_two_tickets_of_one_call_that_timed_out(office: Office) -> None:
    app, key = office.channel("app"), {"Idempotency-Key": str(uuid4())}
    body = {"channel": "app", "complainant": CALLER, "text": UNCLEAR}
    first = await app.post("/intake/complaints", json=body, headers=key)
    again = await app.post("/intake/complaints", json=body, headers=key)
    assert (first.status_code, again.json()) == (201, first.json())
    office.answers.append({"sent": body, "answer": first.json()})
    await office.settle()


async def test_peers_lose_webhooks(office: Office) -> None:
    story = await Story.by_phone(office)
    admin, read, after = await office.as_("admin"), [], 0
    while batch := await good(await admin.get("/casework/events", params={"after": after, "limit": 50})):
        read += batch
        after += len(batch)  # positions have no gap: who was away reads on where they stopped
    total = await office.lines["casework"].fetchval("SELECT count(*) FROM outbox")
    assert len(read) == total
    assert "complaint.assigned" in [one["type"] for one in read if one["subject"] == story.id]


async def test_peers_destroy_what_they_merge(office: Office) -> None:
    labels = WATER_COMPLAINT | {"topic_code": "water.pressure", "district": "城南區"}
    one, other = [await Story.by_phone(office, labels) for _ in range(2)]
    before = {story.number: await story.ledger() for story in (one, other)}
    incident = await one.as_("operator1", "POST", "/casework/incidents", complaints=[one.id, other.id])
    member = other if incident["leading"] == one.id else one
    place = f"/casework/incidents/{incident['id']}/members/{member.id}/leaving"
    await member.as_("operator1", "POST", place, reason="原因不同。")
    assert {story.number: await story.ledger() for story in (one, other)} == before


async def test_peers_take_closed_for_solved(office: Office) -> None:
    story = await Story.by_phone(office)
    await story.handle("acceptance")
    await story.investigated()
    await story.decided("partly_upheld")
    await story.replied()
    await story.closed()
    case = await story.case()
    assert (case["stage"], case["opinion"]["outcome"]) == ("closed", "partly_upheld")
    assert (await story.act("not_solved", text="還是沒有水。")).status_code < 300
    assert await story.stage() == "assigned"
    await story.has(set_time_3="running", reply_phone="running")


async def test_peers_send_letters_that_nobody_approved(office: Office) -> None:
    story = await Story.by_phone(office)
    await story.handle("acceptance")
    await story.investigated()
    await story.decided()
    letter, author = await story.letter(), await story.handler()
    unsigned = await story.refused(author, f"/reply/letters/{letter}/sending")
    assert unsigned.status_code == 409
    own = await story.refused(author, f"/reply/letters/{letter}/signature")
    assert own.status_code == 403


async def test_digit_looks_at_the_newest_hundred_alone_and_skips_the_unassigned(office: Office) -> None:
    website = office.channel("website")
    body = {"channel": "website", "complainant": CALLER, "text": UNCLEAR}
    received = await asyncio.gather(*(office.receive(website, **body) for _ in range(101)))
    await office.settle()
    oldest = Story(office, received[0]["id"], received[0]["number"], received[0]["receipt_code"], [])
    due = await oldest.due("registration#1")
    await office.set_clock(due)
    await office.settle()
    overdue = await office.lines["sla"].fetchval(
        "SELECT count(*) FROM outbox WHERE type = 'duty.breached' AND data ->> 'duty' = 'registration'"
        " AND subject = ANY ($1::text[])",
        [one["id"] for one in received],
    )
    assert overdue == 101  # nobody was responsible for any of them yet


# --- The procedure itself changes -------------------------------------------------------------------------------------


@pytest.fixture
def second_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The text of a new version: by phone a reply is due in 1 working day; it is put in force by ``monkeypatch``."""
    text = FILE.read_text("utf-8").replace('version: "2026.1"', 'version: "2026.2"', 1)
    before, phone, after = text.partition("- id: reply.phone")
    text = before + phone + after.replace("due: {working_days: 2}", "due: {working_days: 1}", 1)
    file = tmp_path / "procedure.yaml"
    file.write_text(text, "utf-8")
    yield str(file)
    monkeypatch.undo()
    load.cache_clear()


async def test_peers_apply_a_changed_rule_to_what_was_promised_under_the_old_one(
    postgres: PostgresServer, tmp_path: Path, second_version: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with cloned_office(postgres, tmp_path / "office") as settings:
        async with open_office(settings) as office:
            early = await Story.by_phone(office)
            admin = await office.as_("admin")
            text = Path(second_version).read_text("utf-8")
            seen = await good(await admin.post("/sla/procedure/preview", json={"text": text}))
            assert (seen["version"], seen["replaces"], seen["changes"]) == ("2026.2", "2026.1", [])
            assert [(one["duty"], one["before"], one["after"]) for one in seen["duties"]] == [
                ("reply.phone", {"working_days": 2}, {"working_days": 1})
            ]
        monkeypatch.setenv("PROCEDURE_FILE", second_version)
        load.cache_clear()
        async with open_office(settings) as office:
            early.office = office
            late = await Story.by_phone(office)
            assert await late.due("reply.phone#1") == end_of("2026-03-03")
            assert await early.due("reply.phone#1") == end_of("2026-03-04")
            # also when its clocks are computed again
            await early.handle("acceptance")
            await relabel(early, nature="management")
            assert await early.due("reply.phone#1") == end_of("2026-03-04")
            versions = await good(await (await office.as_("admin")).get("/sla/procedure/versions"))
            assert [(one["version"], one["in_force"], one["open_complaints"]) for one in versions] == [
                ("2026.1", False, 1),
                ("2026.2", True, 1),
            ]


def _next(now: datetime, *, weekday: int, hour: int, minute: int) -> datetime:
    """Return the next moment of the office with that day of the week (0: Monday) and time."""
    today = moment(now.isoformat()).replace(hour=hour, minute=minute, second=0, microsecond=0)
    return today + timedelta(days=(weekday - today.weekday()) % 7 or 7)
