"""Who complains, and every word that anybody writes, stays where it is sealed: marked complaints go through everything.

Each field of each form gets a mark of its own. Then all that leaves a service is searched for them: journals, bus,
dead letters, parked events, wake-up calls, logs at their most talkative, errors, metrics, addresses - and the tables
and the data folder, where words lie sealed.
"""

import io
import json
import logging
import re
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
import pytest_asyncio
import structlog
from joserfc.jwk import OKPKey
from sqlalchemy import text

from services.intake import scope
from shared import logs
from shared.access import issue_token
from shared.database import dsn
from shared.events import ComplaintReclassified, OpinionDetermined
from shared.secrets import Secrets
from shared.settings import SERVICES, database_url
from tests.infrastructure.offices import cloned_office
from tests.infrastructure.postgres import PostgresServer
from tests.invariants import gather, tell, violations
from tests.journeys.bad_input import bad_requests
from tests.journeys.marks import Marks
from tests.journeys.story import WATER_COMPLAINT, Story, cited, end_of, good
from tests.office import Office, open_office

_CHANNELS = ("outbox", "journal", "bus", "changes")


@dataclass
class Outside:
    """Everything that left: by place, what was seen there."""

    office: Office
    log: io.StringIO
    marks: Marks = field(default_factory=Marks)
    answers: list[httpx.Response] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)

    async def places(self) -> dict[str, str]:
        """Return the content of each place, by its name."""
        office = self.office
        evidence = await gather(office.settings, office.answers)
        admin = await office.as_("admin")
        found = {
            "the logs": self.log.getvalue(),
            "the bus": repr(evidence.bus),
            "wake-up calls": repr(self.calls),
            "addresses": repr([one.headers.get("location") for one in self.answers]),
            "errors": "\n".join(map(_error, self.answers)),
            "files": repr([path.name for path in office.settings.data.rglob("*")]),
        }
        for service in SERVICES:
            found[f"the metrics of {service}"] = (await admin.get(f"/{service}/metrics")).text
            found[f"what stands still in {service}"] = (await admin.get(f"/{service}/parked")).text
            for table, rows in evidence.tables[service].items():
                found[f"{service}.{table}"] = repr(rows)
        for path in office.settings.data.rglob("*"):
            if path.is_file() and path.suffix != ".eml":  # a mail that is laid to be sent says what it has to say
                found[f"the file {path.name}"] = path.read_bytes().decode("latin-1")
        return found

    async def is_clean(self) -> None:
        leaks = {place: self.marks.found_in(content) for place, content in (await self.places()).items()}
        assert not any(leaks.values()), {place: sorted(found) for place, found in leaks.items() if found}


def _error(answer: httpx.Response) -> str:
    is_problem = answer.headers.get("content-type", "").startswith("application/problem+json")
    return answer.text if answer.status_code >= 400 and is_problem else ""


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Everything that is logged, at the most talkative level, as the product writes it."""
    stream, root = io.StringIO(), logging.getLogger()
    handlers, level = root.handlers[:], root.level
    monkeypatch.setattr(sys, "stderr", stream)
    logs.set_up("debug")
    yield stream
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()


@pytest_asyncio.fixture
async def outside(
    carrier: str,
    postgres: PostgresServer,
    tmp_path: Path,
    log: io.StringIO,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Outside]:
    choices = {"kafka_bootstrap": request.getfixturevalue("kafka").bootstrap} if carrier == "kafka" else {}
    async with cloned_office(postgres, tmp_path / "office", log_level="debug", **choices) as settings:
        async with open_office(settings) as office, AsyncExitStack() as lines:
            outside = Outside(office, log)
            _watch(outside, monkeypatch)
            for service in (*SERVICES, "bus"):
                line = await asyncpg.connect(dsn(database_url(settings, service)))
                lines.push_async_callback(line.close)
                for channel in _CHANNELS:
                    await line.add_listener(channel, lambda *said: outside.calls.append(repr(said[1:])))
            yield outside
            await office.settle()
            evidence = await gather(settings, office.answers)
        found = violations(evidence)
        assert not found, tell(found, evidence)


def _watch(outside: Outside, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = Office.client

    async def seen(answer: httpx.Response) -> None:
        await answer.aread()
        outside.answers.append(answer)

    def client(office: Office, headers: dict[str, str] | None = None) -> httpx.AsyncClient:
        watched = plain(office, headers)
        watched.event_hooks = {"response": [seen]}
        return watched

    monkeypatch.setattr(Office, "client", client)


# --- Marked complaints -----------------------------------------------------------------------------------------------


async def _marked(office: Office, who: httpx.AsyncClient, mark: Marks) -> dict[str, Any]:
    """A complaint in which every field is marked, with two attachments."""
    kept = []
    for name in ("attachment", "scan"):
        file = (f"{mark(name)}.txt", mark.words(f"{name}_content").encode(), "text/plain")
        kept.append((await good(await who.post("/intake/attachments", files={"file": file})))["id"])

    def person() -> dict[str, Any]:
        email = f"{mark('email')}@example.org"
        return {"name": mark("name"), "phone": mark.phone(), "email": email, "postal_address": mark("postal_address")}

    return {
        "complainant": person(),
        "representative": person(),
        "references": {name: mark(name) for name in ("customer", "meter", "asset")},
        "object": mark("object"),
        "matter": mark.words("matter"),
        "reason": mark.words("reason"),
        "remedy_sought": mark.words("remedy_sought"),
        "text": "昨天起整棟樓停水，沒有任何通知。" + mark.words("text"),
        "place": {"address": mark("place"), "district": "東區", "lat": 22.5, "lon": 114.0},
        "attachments": kept,
    }


async def _a_call(outside: Outside) -> Story:
    office, mark = outside.office, outside.marks
    operator = await office.as_("operator1")
    body = await _marked(office, operator, mark)
    return await Story.told(office, operator, channel="phone", registration=WATER_COMPLAINT | {"level": 2}, **body)


async def _worked_to_the_end(story: Story, mark: Marks) -> None:
    """Every step that casework and reply know, each of its words marked."""
    head, place = "water.head", "/casework/complaints/{id}"
    await story.as_(head, "POST", f"{place}/assignment", department="water", reason=mark.words("redispatched"))
    await story.handle("acceptance")
    officer = await story.handler()
    colleague = next(one for one in ("water.handler", "water.handler2") if one != officer)
    await story.handle("handover", officer=colleague, reason=mark.words("handover"))
    await story.handle("acceptance")
    labels = {name: value for name, value in WATER_COMPLAINT.items() if name != "level"} | {"level": 3}
    await story.as_(head, "POST", f"{place}/classification", **labels, reason=mark.words("reclassified"))
    for act in ("add", "urge"):
        assert (await story.act(act, text=mark.words(act))).status_code == 200
    urging = (await story.case())["urgings"][0]["id"]
    await story.handle(f"urgings/{urging}/answer", text=mark.words("urging_answer"))
    await story.handle("follow-ups", way="phone", finding="in_progress", text=mark.words("follow_up"))
    officer, now = await story.handler(), (await story.office.now()).isoformat()
    plan = {"investigators": [officer], "begins_at": now, "place": mark("plan"), "questions": mark.words("questions")}
    await story.handle("investigation/plan", **plan)
    await story.handle("investigation/start")
    session = {
        "method": "technical_test",
        "at": now,
        "place": mark("session_place"),
        "participants": [mark("participant")],
        "content": mark.words("session"),
        "instrument": mark("instrument"),
        "calibrated_on": "2026-01-15",
        "readings": [{"at": now, "value": 0.12, "unit": mark("unit")[:20], "limit": 0.14}],
        "analysis": mark.words("analysis_of_readings"),
    }
    await story.handle("investigation/sessions", **session)
    evidence = {"kind": "statement", "title": mark("evidence_title"), "text": mark.words("evidence")}
    await story.handle("investigation/evidence", **evidence)
    await story.handle("investigation/end")
    await story.handle("investigation/report", text=mark.words("report"))
    await story.handle("cause", cause="service_quality", root=mark("root"), text=mark.words("cause"))
    await _extended(story, mark)
    opinion = {"outcome": "upheld", "text": mark.words("opinion"), "legal_basis": mark("legal_basis")}
    opinion |= {"evidence": cited(await story.case())}
    await story.handle("opinion", **opinion)
    await story.handle("opinion/determination")
    planned = {"text": mark.words("measure"), "expectation": mark.words("expectation"), "owner": officer}
    measure = await story.handle("measures", **planned, due_on="2026-03-20")
    await story.handle(f"measures/{measure['measures'][0]['id']}/done", text=mark.words("measure_done"))
    await story.handle("accountability", at_fault=False, text=mark.words("accountability"))
    await _replied(story, mark)
    assert (await story.act("rate", score=2, text=mark.words("rating"))).status_code == 200
    await story.handle("closing", basis="measures_done")
    await story.filed()
    assert (await story.act("not_solved", text=mark.words("not_solved"))).status_code == 200


async def _extended(story: Story, mark: Marks) -> None:
    officer = await story.handler()
    asked = {"until": "2026-03-09", "reason": mark.words("extension")}
    extension = (await story.as_(officer, "POST", "/reply/complaints/{id}/extensions", **asked))["id"]
    await story.as_("water.head", "POST", f"/reply/extensions/{extension}/approval")
    for what in ("notice", "preliminary-opinion"):
        told = {"way": "phone", "text": mark.words(what.replace("-", "_"))}
        await story.as_(officer, "POST", f"/reply/extensions/{extension}/{what}", **told)


async def _replied(story: Story, mark: Marks) -> None:
    officer = await story.handler()
    told = {"way": "phone", "text": mark.words("result_notice")}
    await story.as_(officer, "POST", "/reply/complaints/{id}/result-notices", **told)
    letter = await story.letter()
    back = {"reason": mark.words("returned")}
    await story.as_("water.head", "POST", f"/reply/letters/{letter}/return", **back)
    draft = await story.as_(officer, "GET", f"/reply/letters/{letter}")
    parts = {name: mark.words(name) for name in ("summary", "analysis", "measures", "closing")}
    await story.as_(officer, "PUT", f"/reply/letters/{letter}", fields=parts, version=draft["version"])
    await story.as_(officer, "POST", f"/reply/letters/{letter}/submission")
    await story.as_("water.head", "POST", f"/reply/letters/{letter}/signature")
    await story.as_(officer, "POST", f"/reply/letters/{letter}/sending")


async def _refused_and_withdrawn(outside: Outside) -> None:
    office, mark = outside.office, outside.marks
    for channel in ("website", "third_party", "email"):
        who = office.channel(channel)
        body = await _marked(office, who, mark) | {"external_id": mark("external_id")}
        if channel == "third_party":
            body["platform"] = {"name": mark("platform"), "reference": mark("platform_reference")}
        else:
            body["text"] = f"你好。{mark.words('text')}"
        story = await Story.told(office, who, channel=channel, **body)
        if channel == "website" and await story.stage() == "received":
            bodies = await (await office.as_("operator1")).get("/intake/outside-bodies")
            where = bodies.json()[0]["code"]
            refusal = {"reason": "out_of_scope", "where_to_turn": where}
            await story.as_("operator1", "POST", "/intake/complaints/{id}/refusal", **refusal)
            assert (await story.act("review", text=mark.words("review"))).status_code == 200
        else:
            assert (await story.act("withdraw")).status_code == 200


# --- The desk --------------------------------------------------------------------------------------------------------


@dataclass
class Browser:
    """Somebody at the desk, signed in with the password."""

    client: httpx.AsyncClient
    token: str = ""
    """What the forms of this session carry."""

    @classmethod
    async def of(cls, office: Office, username: str) -> "Browser":
        password = next(one["password"] for one in office.credentials["accounts"] if one["username"] == username)
        browser = cls(office.client())
        await browser.look("/desk/sign-in")
        answer = await browser.send("/desk/sign-in", username=username, password=password)
        assert answer.status_code == 303, answer.text
        await browser.look("/desk/")
        return browser

    async def look(self, path: str) -> None:
        """Take the token from a page."""
        token = re.search(r'name="form_token" value="([0-9a-f]+)"', (await self.client.get(path)).text)
        assert token
        self.token = token[1]

    async def send(self, path: str, **form: Any) -> httpx.Response:
        return await self.client.post(path, data=form | {"form_token": self.token})


async def _at_the_desk(outside: Outside, story: Story) -> None:
    office, mark = outside.office, outside.marks
    async with office.client() as door:
        wrong = {"username": mark("username"), "password": mark("password")}
        assert (await door.post("/desk/token", data=wrong)).status_code == 401
    browser = await Browser.of(office, "operator1")
    try:
        fields = ("text", "object", "matter", "reason", "remedy_sought", "address", "name", "postal_address")
        call = {name: mark(name) for name in (*fields, "customer", "meter", "asset")}
        labels = {"topic_code": "water.outage_notice", "nature": "service_quality", "kind": "complaint", "level": "3"}
        call |= labels | {"channel": "phone", "danger": "no", "importance": "ordinary", "phone": mark.phone()}
        taken = await browser.send("/desk/new", **call)
        assert taken.status_code == 200, taken.text
        again = await browser.send("/desk/new", **call | {"phone": mark("no_phone"), "email": mark("no_email")})
        assert again.status_code == 422
        step = f"/desk/complaints/{story.id}/steps/follow_up"
        said = {"way": "phone", "finding": "in_progress", "text": mark.words("desk_follow_up")}
        assert (await browser.send(step, **said)).status_code == 303
        assert (await browser.send(step, **said | {"way": mark("no_way")})).status_code == 422
        assert (await browser.send("/desk/search", text=mark("searched"))).status_code in {200, 303}
        person = {"name": mark("searched_name"), "phone": mark.phone(), "email": f"{mark('mail')}@example.org"}
        assert (await browser.send("/desk/search/person", **person)).status_code in {200, 303}
        form = {"text": mark.words("web_form"), "name": mark("name"), "phone": mark.phone(), "token": mark("token")}
        assert (await browser.client.post("/intake/", data=form)).status_code == 201
        assert (await browser.client.post("/intake/", data=form | {"email": mark("no_email")})).status_code == 422
    finally:
        await browser.client.aclose()
    await office.settle()


# --- What goes wrong -------------------------------------------------------------------------------------------------


async def _parked(outside: Outside, monkeypatch: pytest.MonkeyPatch) -> None:
    """Handlers that raise with the words in their messages: their own, and a database's."""
    office, mark = outside.office, outside.marks

    async def raises(session: Any, event: Any) -> None:
        raise ValueError(mark.words("raised"))

    async def fails(session: Any, event: Any) -> None:
        await session.execute(text("SELECT CAST(CAST(:words AS text) AS int)"), {"words": mark.words("database")})

    story = await _a_call(outside)
    with monkeypatch.context() as broken:
        for service, handler in (("reply", raises), ("archive", fails)):
            handlers = office.apps[service].state.service.consumer.handlers
            fact = ComplaintReclassified if ComplaintReclassified in handlers else OpinionDetermined
            broken.setitem(handlers, fact, handler)
        labels = WATER_COMPLAINT | {"level": 1, "reason": mark.words("reclassified")}
        await story.as_("water.head", "POST", "/casework/complaints/{id}/classification", **labels)
        admin = await office.as_("admin")
        for service in ("reply", "archive"):
            standing = (await admin.get(f"/{service}/parked")).json()
            assert [one["subject"] for one in standing] == [story.id], service
        await outside.is_clean()
    for service in ("reply", "archive"):
        await good(await admin.post(f"/{service}/parked/{story.id}/release"))
    await office.settle()


async def _fault(outside: Outside, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mistake of ours inside a route, with the words in its message."""
    office, mark = outside.office, outside.marks

    async def raises(*_: Any) -> None:
        raise RuntimeError(mark.words("fault"))

    who = office.channel("website")
    story = await Story.told(office, who, channel="website", text=f"你好。{mark.words('text')}")
    with monkeypatch.context() as broken:
        broken.setattr(scope, "register", raises)
        operator = await office.as_("operator1")
        answer = await operator.post(f"/intake/complaints/{story.id}/registration", json=WATER_COMPLAINT)
        assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert (await story.act("withdraw")).status_code == 200


async def _bad_input(outside: Outside) -> None:
    """Everything that a body, a form, a header or a query can do wrong, to every route, from everybody."""
    office, mark = outside.office, outside.marks
    story = await _a_call(outside)
    key = OKPKey.import_key(Secrets(office.settings.keys_folder).private_pem("reply"))
    token = issue_token(key, "reply", "reply", {"service": True})
    people = [await office.as_(name) for name in ("admin", "director", "operator1", "archivist1")]
    people += [office.client({"Authorization": f"Bearer {token}"}), office.complainant(story.receipt_code)]
    browsers = [await Browser.of(office, name) for name in ("complaints.head", "admin")]
    statuses = set()
    for app in office.apps.values():
        admitted: dict[tuple[str, str], list[httpx.AsyncClient]] = {}
        for bad in bad_requests(app, mark, story.id, story.number):
            route, refused = (bad.method, bad.path), []
            # whoever is turned away at the door of a route does not send the rest of what is wrong
            for who in admitted.get(route, people):
                answer = await who.request(bad.method, bad.path, **bad.options)
                statuses.add(answer.status_code)
                refused += [who] if answer.status_code in {401, 403} else []
                assert answer.status_code < 500, f"{bad}: {answer.text}\n{outside.log.getvalue()[-500:]}"
            admitted.setdefault(route, [one for one in people if one not in refused][:1] or people[:1])
        for bad in bad_requests(app, mark, story.id, story.number, forms=True):
            for browser in browsers:
                answer = await browser.send(bad.path, **bad.options["data"])
                assert answer.status_code < 500, f"{bad}: {answer.text}"
    assert {401, 403, 404, 409, 413, 415, 422} & statuses >= {401, 403, 404, 422}
    for browser in browsers:
        token = browser.token
        await browser.look("/desk/")
        assert browser.token == token, "the session has ended on the way"
        await browser.client.aclose()
    await office.settle()


@pytest.mark.both_carriers
@pytest.mark.clause("4/5.2.5")
async def test_nothing_personal_leaves_when_complaints_are_worked(
    outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = await _a_call(outside)
    await _worked_to_the_end(story, outside.marks)
    assert await story.due("reply.phone#1") == end_of("2026-03-09")
    await _refused_and_withdrawn(outside)
    await _at_the_desk(outside, story)
    await outside.is_clean()
    await _parked(outside, monkeypatch)
    await _fault(outside, monkeypatch)
    await outside.is_clean()
    # so that the search is worth something: the words are there, for who may read them
    record = (await (await outside.office.as_("operator1")).get(f"/intake/complaints/{story.id}")).text
    assert len(outside.marks.found_in(record)) > 15
    kinds = {json.loads(line)["event"] for line in outside.log.getvalue().splitlines() if line.startswith("{")}
    assert {"parked", "request failed"} <= kinds


async def test_nothing_personal_leaves_when_the_input_is_bad(outside: Outside) -> None:
    await _bad_input(outside)
    await outside.is_clean()
