"""POST /sla/deadlines: when, why, and which field is wrong; and the calendars with their special days."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.procedure.calendars import default_calendar
from shared.working_time import LANGUAGES, Pause, Rule, deadline
from tests.services.sla.conftest import Engine
from tests.services.sla.histories import Story, at

HOURS = {"rule": {"hours": 3}, "start": "2026-03-02"}


async def ask(engine: Engine, **body) -> dict:
    answer = await engine.client.post("/sla/deadlines", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def refused(engine: Engine, **body) -> list[tuple[str, str]]:
    answer = await engine.client.post("/sla/deadlines", json=body)
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    return [(one["field"], one["rule"]) for one in answer.json()["errors"]]


async def test_five_working_days_over_national_day_end_after_the_make_up_saturday(engine: Engine):
    found = await ask(engine, rule={"working_days": 5}, start="2026-09-30T10:00:00+08:00")
    assert found["due_date"] == "2026-10-13"
    assert datetime.fromisoformat(found["due_at"]) == at("2026-10-14 00:00")
    counted = [day["date"] for day in found["days"] if day["counted"]]
    assert counted == ["2026-10-08", "2026-10-09", "2026-10-10", "2026-10-12", "2026-10-13"]
    assert set(found["sentence"]) == set(LANGUAGES)
    assert next(day["code"] for day in found["days"] if day["date"] == "2026-10-10") == "make_up"
    assert found["provisional"] is False


async def test_a_date_counts_as_nine_in_the_morning(engine: Engine):
    found = await ask(engine, rule={"hours": 24}, start="2026-03-02")
    assert datetime.fromisoformat(found["due_at"]) == at("2026-03-03 09:00")
    naive = await ask(engine, rule={"hours": 24}, start="2026-03-02T09:00")
    assert naive["due_at"] == found["due_at"]


async def test_working_minutes_are_full_at_the_earliest_instant(engine: Engine):
    found = await ask(engine, rule={"working_minutes": 60}, start="2026-03-02T11:30:00+08:00")
    assert datetime.fromisoformat(found["due_at"]) == at("2026-03-02 14:00")


async def test_a_whole_paused_working_day_does_not_count(engine: Engine):
    whole = [["2026-03-03T08:00:00+08:00", "2026-03-03T20:00:00+08:00"]]
    found = await ask(engine, rule={"working_days": 2}, start="2026-03-02T10:00:00+08:00", pauses=whole)
    assert found["due_date"] == "2026-03-05"
    part = [["2026-03-03T09:30:00+08:00", "2026-03-03T20:00:00+08:00"]]
    found = await ask(engine, rule={"working_days": 2}, start="2026-03-02T10:00:00+08:00", pauses=part)
    assert found["due_date"] == "2026-03-04"


async def test_a_year_that_is_not_published_is_provisional_and_says_so(engine: Engine):
    found = await ask(engine, rule={"working_days": 5}, start="2026-12-29T10:00:00+08:00")
    assert found["provisional"] is True
    assert "2027" in found["sentence"]["en"]
    assert "暫定" in found["sentence"]["zh-Hant"]


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({"start": "2026-03-02"}, ("rule", "missing")),
        ({"rule": {"working_days": 1}}, ("start", "missing")),
        ({"rule": {}, "start": "2026-03-02"}, ("rule", "one_rule")),
        ({"rule": {"working_days": 1, "hours": 1}, "start": "2026-03-02"}, ("rule", "one_rule")),
        ({"rule": {"working_days": 0}, "start": "2026-03-02"}, ("rule.working_days", "greater_than_equal")),
        ({"rule": {"hours": -3}, "start": "2026-03-02"}, ("rule.hours", "greater_than_equal")),
        ({"rule": {"hours": "3"}, "start": "2026-03-02"}, ("rule.hours", "int_type")),
        ({"rule": {"hours": True}, "start": "2026-03-02"}, ("rule.hours", "int_type")),
        ({"rule": {"hours": 1.5}, "start": "2026-03-02"}, ("rule.hours", "int_type")),
        ({"rule": {"weeks": 3}, "start": "2026-03-02"}, ("rule", "one_rule")),
        ({"rule": {"hours": 3, "weeks": 3}, "start": "2026-03-02"}, ("rule.weeks", "extra_forbidden")),
        ({"rule": 5, "start": "2026-03-02"}, ("rule", "one_rule")),
        ({"rule": {"hours": 3}, "start": "2026-02-30"}, ("start", "not_a_moment")),
        ({"rule": {"hours": 3}, "start": "tomorrow"}, ("start", "not_a_moment")),
        ({"rule": {"hours": 3}, "start": 1770000000}, ("start", "not_a_moment")),
        ({"rule": {"hours": 3}, "start": "9999-12-31"}, ("start", "out_of_range")),
        ({"rule": {"hours": 3}, "start": "0001-01-01T00:00:00+14:00"}, ("start", "out_of_range")),
        ({"rule": {"hours": 3}, "start": "2026-03-02", "calendar": "moon"}, ("calendar", "calendar_unknown")),
        ({"rule": {"hours": 3}, "start": "2026-03-02", "zone": "UTC"}, ("zone", "extra_forbidden")),
        (HOURS | {"pauses": [["2026-03-03", "2026-03-02"]]}, ("pauses.0", "pause_backwards")),
        (HOURS | {"pauses": [["2026-03-03"]]}, ("pauses.0.1", "missing")),
        (HOURS | {"pauses": [["x", "2026-03-03"]]}, ("pauses.0.0", "not_a_moment")),
        (HOURS | {"pauses": "none"}, ("pauses", "list_type")),
    ],
)  # fmt: skip
async def test_an_error_names_the_field_and_the_rule(engine: Engine, body: dict, wrong: tuple[str, str]):
    assert wrong in await refused(engine, **body)


async def test_an_error_speaks_the_callers_language_and_echoes_nothing(engine: Engine):
    body = {"rule": {"hours": 3}, "start": "王小明的電話"}
    answer = await engine.client.post("/sla/deadlines", json=body, headers={"Accept-Language": "zh-Hant"})
    assert "王小明" not in answer.text
    assert "日期" in answer.json()["errors"][0]["message"]


async def test_nobody_asks_without_signing_in(engine: Engine):
    answer = await engine.office.client().post("/sla/deadlines", json={"rule": {"hours": 3}, "start": "2026-03-02"})
    assert answer.status_code == 401


moments = st.datetimes(datetime(2024, 1, 1), datetime(2026, 11, 1), timezones=st.just(UTC))  # noqa: DTZ001
rules = st.one_of(
    st.builds(lambda n: {"working_days": n}, st.integers(1, 20)),
    st.builds(lambda n: {"hours": n}, st.integers(1, 200)),
    st.builds(lambda n: {"working_minutes": n}, st.integers(1, 3000)),
)
spans = st.lists(st.tuples(moments, st.integers(0, 5000)), max_size=3)


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(rule=rules, start=moments, spans=spans)
async def test_http_says_what_working_time_says(engine: Engine, rule: dict, start: datetime, spans: list):
    pauses = [(begin, begin + timedelta(minutes=minutes)) for begin, minutes in spans]
    body = {"rule": rule, "start": start.isoformat(), "pauses": [[a.isoformat(), b.isoformat()] for a, b in pauses]}
    found = await ask(engine, **body)
    expected = deadline(Rule(**rule), start, [Pause(a, b) for a, b in pauses], default_calendar())
    assert datetime.fromisoformat(found["due_at"]) == expected.due_at
    assert found["due_date"] == expected.due_date.isoformat()
    assert [day["counted"] for day in found["days"]] == [day.counted for day in expected.days]


async def test_the_days_of_a_year_name_holidays_and_make_up_days(engine: Engine):
    answer = await engine.client.get("/sla/calendars/mainland/days", params={"year": 2026})
    days = {day["date"]: day for day in answer.json()["days"]}
    assert answer.json()["published_until"] == "2026-12-31"
    assert len(days) == 365
    assert (days["2026-10-10"]["kind"], days["2026-10-10"]["works"]) == ("make_up", True)
    assert (days["2026-10-01"]["kind"], days["2026-10-01"]["name"]["zh-Hant"]) == ("holiday", "國慶節")
    assert (await engine.client.get("/sla/calendars/moon/days", params={"year": 2026})).status_code == 404


async def test_a_special_day_moves_open_deadlines_and_leaves_what_is_done(engine: Engine):
    done, waiting = Story("c-done"), Story("c-open")
    for story in (done, waiting):
        story.received("2026-05-11 10:00", "phone")
        story.registered("2026-05-11 10:05", "phone")
    done.replied("2026-05-12 10:00")
    await engine.set_clock("2026-05-12 11:00")
    await engine.hears(done, waiting)
    body = [{"date": "2026-05-12", "kind": "off"}, {"date": "2026-05-13", "kind": "morning"}]
    assert (
        await engine.client.post("/sla/calendars/mainland/special-days", json=body, headers=engine.as_("handler"))
    ).status_code == 403
    answer = await engine.client.post("/sla/calendars/mainland/special-days", json=body)
    assert answer.status_code == 201, answer.text
    assert answer.json()["special_days"] == body
    await engine.rest()
    moved = (await engine.ledger("c-open"))["reply.phone#1"]
    assert datetime.fromisoformat(moved["due_at"]) == at("2026-05-15 00:00")  # 13 (a half day counts), 14
    assert moved["history"][-1]["cause"] == "calendar.changed"
    kept = (await engine.ledger("c-done"))["reply.phone#1"]
    assert (kept["state"], datetime.fromisoformat(kept["due_at"])) == ("fulfilled", at("2026-05-14 00:00"))
    changed = [
        one["data"]
        for one in await engine.published("duty.changed", "c-open")
        if one["data"]["cause"] == "calendar.changed"
    ]
    assert "reply.phone#1" in [one["row"] for one in changed]
    journal = await engine.client.get("/sla/events", params={"subject": "mainland"})
    assert journal.json()[0]["type"] == "calendar.changed"
    found = await ask(engine, rule={"working_days": 1}, start="2026-05-11T10:00:00+08:00")
    assert found["due_date"] == "2026-05-13"
    back = await engine.client.post(
        "/sla/calendars/mainland/special-days", json=[{"date": "2026-05-12", "kind": "as_published"}]
    )
    assert [day["date"] for day in back.json()["special_days"]] == ["2026-05-13"]
    await engine.rest()
    again = (await engine.ledger("c-open"))["reply.phone#1"]
    assert datetime.fromisoformat(again["due_at"]) == at("2026-05-14 00:00")


async def test_a_published_year_makes_its_deadlines_bind(engine: Engine):
    story = Story("c-year")
    story.received("2026-12-30 10:00", "written")
    story.registered("2026-12-30 10:05", "written")
    await engine.set_clock("2026-12-30 10:05")
    await engine.hears(story)
    row = (await engine.ledger("c-year"))["reply.written#1"]
    assert (row["state"], row["binding"]) == ("provisional", False)
    days = [{"date": date(2027, 1, 4).isoformat(), "kind": "off"}]
    answer = await engine.client.post(
        "/sla/calendars/mainland/special-days", json=days, params={"published_until": "2027-12-31"}
    )
    assert answer.json()["published_until"] == "2027-12-31"
    await engine.rest()
    row = (await engine.ledger("c-year"))["reply.written#1"]
    assert (row["state"], row["binding"]) == ("running", True)
