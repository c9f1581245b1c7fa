"""A calendar published later, a new version of the procedure: what would change is seen before it is applied."""

from typing import Any

import pytest

from shared.procedure.reader import FILE
from tests.journeys.story import Story, end_of, good, moment
from tests.office import Office

DAYS = "/sla/calendars/mainland/special-days"
OFF = [{"date": "2026-03-04", "kind": "off"}]


async def admin(office: Office, method: str, path: str, body: Any = None) -> Any:
    return await good(await (await office.as_("admin")).request(method, path, json=body))


@pytest.mark.clause("5/3.2")
async def test_a_special_day_is_previewed_and_then_does_exactly_that(office: Office) -> None:
    story = await Story.by_phone(office)
    before = await story.ledger()
    seen = await admin(office, "POST", f"{DAYS}/preview", OFF)
    moves = {one["row"]: (moment(one["due_from"]), moment(one["due_to"])) for one in seen["changes"]}
    assert {one["number"] for one in seen["changes"]} == {story.number}
    # Wednesday 4 March falls away: the reply has until Thursday, the set time until Tuesday 17 March
    assert moves == {
        "reply.phone#1": (end_of("2026-03-04"), end_of("2026-03-05")),
        "set_time.3#1": (end_of("2026-03-16"), end_of("2026-03-17")),
    }
    assert (seen["rows"], seen["complaints"]) == (2, 1)
    assert await story.ledger() == before  # nothing was changed
    await admin(office, "POST", DAYS, OFF)
    await office.settle()
    after = await story.ledger()
    for name, row in after.items():
        assert moment(row["due_at"]) == moves[name][1] if name in moves else row["due_at"] == before[name]["due_at"]
    assert (await admin(office, "POST", f"{DAYS}/preview", OFF))["changes"] == []
    # the date that was replaced is kept, with what replaced it
    rows = await admin(office, "GET", f"/sla/complaints/{story.id}/ledger")
    history = next(row["history"] for row in rows["rows"] if row["row"] == "reply.phone#1")
    assert [(moment(one["due_at"]), one["cause"]) for one in history][-2:] == [
        (end_of("2026-03-04"), history[-2]["cause"]),
        (end_of("2026-03-05"), "calendar.changed"),
    ]


@pytest.mark.clause("5/3.2")
async def test_who_may_not_change_the_calendar_may_not_preview_it_either(office: Office) -> None:
    answer = await (await office.as_("operator1")).post(f"{DAYS}/preview", json=OFF)
    assert answer.status_code == 403


async def test_a_new_version_is_compared_and_binds_only_what_is_not_registered_yet(office: Office) -> None:
    registered = await Story.by_phone(office)
    waiting = await Story.through(office, "website")
    text = FILE.read_text("utf-8").replace('version: "2026.1"', 'version: "2026.2"', 1)
    text = text.replace("due: {working_days: 2}", "due: {working_days: 1}", 1)  # the phone's
    text = text.replace("due: {working_days: 3}", "due: {working_days: 9}")  # online among others
    seen = await admin(office, "POST", "/sla/procedure/preview", {"text": text})
    assert (seen["version"], seen["replaces"]) == ("2026.2", "2026.1")
    changed = {one["duty"]: (one["before"], one["after"]) for one in seen["duties"]}
    assert changed["reply.phone"] == ({"working_days": 2}, {"working_days": 1})
    assert {one["key"] for one in seen["duties"]} == {"due"}
    assert [(one["number"], one["row"]) for one in seen["changes"]] == [(waiting.number, "reply.online#1")]
    assert moment(seen["changes"][0]["due_to"]) == end_of("2026-03-13")
    assert await registered.due("reply.phone#1") == end_of("2026-03-04")
    versions = await admin(office, "GET", "/sla/procedure/versions")
    assert versions == [{"version": "2026.1", "in_force": True, "open_complaints": 1}]


async def test_a_new_version_with_a_mistake_is_refused_with_its_line(office: Office) -> None:
    text = FILE.read_text("utf-8").replace('version: "2026.1"', 'version: "2026.2"', 1)
    broken = text.replace("due_by: reply", "due_by: answer", 1)
    administrator = await office.as_("admin")
    answer = await administrator.post("/sla/procedure/preview", json={"text": broken})
    assert (answer.status_code, answer.json()["code"]) == (422, "procedure_wrong")
    assert answer.json()["line"] == broken[: broken.index("due_by: answer")].count("\n") + 1
    same = await administrator.post("/sla/procedure/preview", json={"text": FILE.read_text("utf-8")})
    assert (same.status_code, same.json()["code"]) == (409, "version_taken")
