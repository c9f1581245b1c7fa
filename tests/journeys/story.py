"""A complaint's story as a test tells it: people act through HTTP, and the ledger is read through HTTP."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from tests.office import Office

OFFICE_TIME = ZoneInfo("Asia/Shanghai")

WATER_COMPLAINT = {
    "service": "water",
    "topic_code": "water.outage_notice",
    "nature": "service_quality",
    "kind": "complaint",
    "level": 3,
    "importance": "ordinary",
}
GAS_LEAK = {
    "service": "gas",
    "topic_code": "gas.facility_safety",
    "nature": "safety",
    "kind": "complaint",
    "level": 1,
    "importance": "major",
}
UNCLEAR = "有一件事想麻煩你們。"
"""Words that the machine leaves to a person."""
SAID = "昨天起整棟樓停水，事先沒有通知。"
"""What a caller usually says: neither danger nor doubt is heard in it."""
CALLER = {"name": "秦嘉樂", "phone": "13900001234", "email": "qin.jiale@example.org"}

ENTERED = {"particulars#1": ("fulfilled", None), "person_responsible#1": ("fulfilled", None)}
"""Rows without a clock that registration fulfils (1/1.1.6, 1/1.1.10)."""
TO_FIND_OUT = {"plan#1": ("running", None), "investigation#1": ("running", None)}
"""Rows without a clock that begin with the assignment of a complaint (3/3.1, 4/5.2.8(1))."""


def at(moment: str) -> datetime:
    """Return a moment of the office's clock: ``at("2026-03-02 09:00")``."""
    return datetime.fromisoformat(moment).replace(tzinfo=OFFICE_TIME)


def end_of(day: str) -> datetime:
    """Return the instant at which a due date is over: 24:00 in the office."""
    return at(f"{day} 00:00") + timedelta(days=1)


def moment(text: str) -> datetime:
    """Return a moment of an answer in the office's time."""
    return datetime.fromisoformat(text).astimezone(OFFICE_TIME)


async def good(answer: httpx.Response) -> Any:
    """Return the JSON of an answer that must be good."""
    assert answer.is_success, f"{answer.request.method} {answer.request.url.path}: {answer.status_code} {answer.text}"
    return answer.json() if answer.content else None


def cited(case: dict[str, Any]) -> list[str]:
    """Return what an opinion on a case can rest on: its evidence, else its sessions (4/5.2.1)."""
    found = case["investigation"]
    return [one["id"] for one in found["evidence"] or found["sessions"]]


@dataclass
class Story:
    """One complaint in one office."""

    office: Office
    id: str
    number: str
    receipt_code: str
    promised: list[dict[str, Any]]

    # --- how it begins --------------------

    @classmethod
    async def told(cls, office: Office, who: httpx.AsyncClient, **body: Any) -> "Story":
        """Somebody hands a complaint in."""
        answer = await office.receive(who, **body)
        story = cls(office, answer["id"], answer["number"], answer["receipt_code"], answer["promised"])
        await office.settle()
        return story

    @classmethod
    async def by_phone(cls, office: Office, labels: dict[str, Any] | None = None, **body: Any) -> "Story":
        """An operator takes a call, checks and registers it in the same step."""
        content = {"channel": "phone", "complainant": CALLER, "text": SAID} | body
        operator = await office.as_("operator1")
        return await cls.told(office, operator, **content, registration=labels or WATER_COMPLAINT)

    @classmethod
    async def through(cls, office: Office, channel: str, **body: Any) -> "Story":
        """A channel hands it in with its key; it waits for its scope check."""
        content = {"complainant": CALLER, "text": UNCLEAR} | body
        return await cls.told(office, office.channel(channel), channel=channel, **content)

    async def registered(self, labels: dict[str, Any] | None = None, by: str = "operator1") -> None:
        """A person checks the scope and registers it."""
        await self.as_(by, "POST", "/intake/complaints/{id}/registration", **(labels or WATER_COMPLAINT))

    async def until(self, moment: str) -> None:
        """Time goes by in the office until a moment of its clock: ``until("2026-03-03 09:30")``."""
        await self.office.advance_to(at(moment))

    async def leap(self, moment: str) -> None:
        """Time goes by until that moment with nobody looking: what fell due meanwhile is told then."""
        await self.office.leap(at(moment))

    # --- who does what --------------------

    async def as_(self, username: str, method: str, path: str, /, **body: Any) -> Any:
        """A person of the office acts; ``{id}`` in the path is the complaint. What follows from it has happened."""
        content = await self._do(username, method, path, body)
        if method != "GET":
            await self.office.settle()
        return content

    async def _do(self, username: str, method: str, path: str, body: dict[str, Any]) -> Any:
        client = await self.office.as_(username)
        options = {"json": body} if method != "GET" else {}
        return await good(await client.request(method, path.replace("{id}", self.id), **options))

    async def refused(self, username: str, path: str, /, **body: Any) -> httpx.Response:
        """A person of the office tries something that is refused; return the problem."""
        client = await self.office.as_(username)
        answer = await client.post(path.replace("{id}", self.id), json=body)
        assert answer.status_code >= 400, answer.text
        assert answer.headers["content-type"].startswith("application/problem+json")
        return answer

    async def case(self) -> dict[str, Any]:
        """Return the case as its department sees it."""
        content: dict[str, Any] = await self.as_("director", "GET", "/casework/complaints/{id}")
        return content

    async def handler(self) -> str:
        """Return the account of the officer responsible."""
        return str((await self.case())["officer"])

    async def handle(self, path: str, /, **body: Any) -> Any:
        """The officer responsible takes a step in casework."""
        return await self.as_(await self.handler(), "POST", f"/casework/complaints/{{id}}/{path}", **body)

    async def act(self, act: str, /, **body: Any) -> httpx.Response:
        """The complainant acts with number and receipt code."""
        client = self.office.complainant(self.receipt_code)
        answer = await client.post(f"/intake/complaints/{self.number}/acts", json={"act": act} | body)
        await self.office.settle()
        return answer

    async def status(self) -> dict[str, Any]:
        """Return what the complainant sees with number and receipt code."""
        client = self.office.complainant(self.receipt_code)
        content: dict[str, Any] = await good(await client.get(f"/intake/complaints/{self.number}/status"))
        return content

    # --- the steps of the road --------------------

    async def begun(self) -> None:
        """The investigation is planned and started."""
        officer, begins = await self.handler(), (await self.office.now()).isoformat()
        plan = {"investigators": [officer], "begins_at": begins, "place": "泵房", "questions": "為何沒有通知？"}
        await self._do(officer, "POST", "/casework/complaints/{id}/investigation/plan", plan)
        await self.handle("investigation/start")

    async def measure(self, due_on: str, text: str = "通知流程增加備份人員。", owner: str = "") -> str:
        """The handler plans a measure, of which it is said what is expected; return its id."""
        body = {"text": text, "owner": owner or await self.handler(), "due_on": due_on}
        made = await self.handle("measures", **body, expectation="三個月內不再漏發通知。")
        return str(made["measures"][-1]["id"])

    async def investigated(self, *, reported: bool = True) -> None:
        """Planned, started, one session with evidence, ended; with the report and the cause."""
        await self.begun()
        officer, begins = await self.handler(), (await self.office.now()).isoformat()
        steps: list[tuple[str, dict[str, Any]]] = [
            (
                "investigation/sessions",
                {
                    "method": "on_site",
                    "at": begins,
                    "place": "泵房",
                    "participants": ["江濤", "物業"],
                    "content": "水泵跳閘，通知沒有發出。",
                    "observations": "二號泵已停，值班臺上沒有通知記錄。",
                    "questioned": [{"who": "值班員", "said": "交接時沒有人提起要通知。"}],
                },
            ),
            ("investigation/evidence", {"kind": "statement", "title": "泵房值班記錄", "text": "跳閘時間 03:10"}),
            ("investigation/end", {}),
        ]
        for path, body in steps:
            await self._do(officer, "POST", f"/casework/complaints/{{id}}/{path}", body)
        if reported:
            await self.reported()
        else:
            await self.office.settle()

    async def reported(self) -> None:
        """The report is in, and the cause found."""
        officer, place = await self.handler(), "/casework/complaints/{id}"
        report = {"text": "水泵跳閘造成停水；值班人員沒有按規定發出通知。"}
        await self._do(officer, "POST", f"{place}/investigation/report", report)
        cause = {"cause": "service_quality", "root": "通知流程沒有備份", "text": "值班交接時漏發通知。"}
        await self.as_(officer, "POST", f"{place}/cause", **cause)

    async def decided(self, outcome: str = "upheld") -> None:
        """The opinion is proposed and determined: at levels 1 and 2, and above the officer, by the head."""
        case = await self.case()
        officer, place = case["officer"], "/casework/complaints/{id}"
        opinion = {"outcome": outcome, "text": "投訴屬實，已恢復供水並改進通知流程。", "legal_basis": "城市供水條例"}
        opinion |= {"evidence": cited(case)}
        await self._do(officer, "POST", f"{place}/opinion", opinion)
        determines = f"{case['department']}.head" if case["level"] in (1, 2) else officer
        await self.as_(determines, "POST", f"{place}/opinion/determination")

    async def letter(self, purpose: str = "reply") -> str:
        """The handler drafts a letter, answers all that was raised, and submits it; return the letter's id."""
        officer = await self.handler()
        draft = await self._do(officer, "POST", "/reply/complaints/{id}/letters", {"purpose": purpose})
        await self.answered(draft)
        await self._do(officer, "POST", f"/reply/letters/{draft['id']}/submission", {})
        return str(draft["id"])

    async def answered(self, letter: dict[str, Any], answer: str = "經查屬實，已按上述措施處理。") -> None:
        """The handler answers each open matter of a draft, with what the case has found (5/1.1)."""
        case = await self.case()
        evidence = [one["id"] for part in ("evidence", "sessions") for one in case["investigation"][part]][:1]
        body = {"answer": answer, "evidence": evidence, "established": bool(evidence)}
        for matter in letter["matters"]:
            if matter["state"] == "open":
                await self._do(case["officer"], "PUT", f"/reply/letters/{letter['id']}/matters/{matter['id']}", body)

    async def signed(self) -> str:
        """A letter is drafted by the handler, checked and signed by others; return its id."""
        letter, case = await self.letter(), await self.case()
        department = case["department"]
        if case["kind"] == "complaint" and case["level"] in (1, 2):
            colleagues = (f"{department}.handler", f"{department}.handler2")
            checker = next(one for one in colleagues if one != case["officer"])
            await self._do(checker, "POST", f"/reply/letters/{letter}/check", {})
        await self._do(f"{department}.head", "POST", f"/reply/letters/{letter}/signature", {})
        return letter

    async def replied(self, way: str | None = None) -> str:
        """Drafted by the handler, checked and signed by others, sent; return the letter's id."""
        letter, officer = await self.signed(), await self.handler()
        await self._do(officer, "POST", f"/reply/letters/{letter}/sending", {"way": way} if way else {})
        await self._past("sending", lambda: self._do(officer, "GET", f"/reply/letters/{letter}", {}))
        await self.office.settle()
        return letter

    async def visited(self) -> None:
        """Another unit makes the return visit: it is solved."""
        visits = await self.as_("complaints.head", "GET", "/reply/visits")
        visit = next(one["id"] for one in visits if one["complaint"] == self.id)
        said = {"way": "phone", "solved": True, "score": 5, "text": "確認已解決。"}
        questions = dict.fromkeys(("solved", "speed", "attitude", "reply"), 5)
        await self.as_("operator2", "POST", f"/reply/visits/{visit}/result", **said, questions=questions)

    async def closed(self, basis: str = "replied") -> None:
        """Visited and accountability recorded where the level asks for it, result told, closed."""
        if "visit_open" in (await self.case())["still_open"]:
            await self.visited()
        if (await self.case())["level"] == 3:
            await self.handle("accountability", at_fault=False, text="流程問題，無人有過失。")
        await self.handle("closing", basis=basis)

    async def file(self) -> dict[str, Any]:
        """Return the newest volume of the complaint's file, as the catalogue shows it."""
        archivist = await self.office.as_("archivist1")
        found = await good(await archivist.get("/archive/files", params={"number": self.number}))
        newest: dict[str, Any] = max(found["items"], key=lambda one: one["volume"])
        return newest

    async def filed(self) -> dict[str, Any]:
        """The archivist accepts the file once it is collected; return it."""
        # what arrived last in another process may have its file collected anew just now
        found = await self._past("collecting", self.file)
        return dict(await self.as_("archivist1", "POST", f"/archive/files/{found['id']}/acceptance"))

    async def _past(self, state: str, look: Callable[[], Awaitable[dict[str, Any]]]) -> dict[str, Any]:
        """Return what is looked at once its worker, maybe in another process, has brought it out of a state."""
        async with asyncio.timeout(60):
            while (found := await look())["state"] == state:  # noqa: ASYNC110 - looked at, never told
                await asyncio.sleep(0.05)
        return found

    # --- what is on record --------------------

    async def told_story(self) -> dict[str, Any]:
        """Return the story as insight tells it."""
        content: dict[str, Any] = await self.as_("director", "GET", "/insight/complaints/{id}")
        return content

    async def ledger(self) -> dict[str, dict[str, Any]]:
        """Return the ledger's rows by name; insight and the duty engine must agree on it."""
        shown = {row["row"]: row for row in (await self.told_story())["ledger"]}
        engine = {row["row"]: row for row in (await self.as_("director", "GET", "/sla/complaints/{id}/ledger"))["rows"]}
        assert {name: row["state"] for name, row in shown.items()} == {n: row["state"] for n, row in engine.items()}
        return shown

    async def cause(self, row: str) -> str:
        """Return the type of the fact that started a row, as the duty engine understood it."""
        rows = (await self.as_("director", "GET", "/sla/complaints/{id}/ledger"))["rows"]
        return str(next(one for one in rows if one["row"] == row)["history"][0]["cause"])

    async def stage(self) -> str:
        """Return the stage; intake, casework and insight must agree on it."""
        shown, known = (await self.told_story())["stage"], (await self.status())["stage"]
        assert shown == known, f"insight says {shown}, the complainant is told {known}"
        return str(shown)

    async def due(self, row: str) -> datetime:
        """Return when a row is due, in the office's time."""
        return moment((await self.ledger())[row]["due_at"])

    async def state(self, row: str) -> str:
        """Return the state of a row."""
        return str((await self.ledger())[row]["state"])

    async def stands(self, expected: Mapping[str, tuple[str, datetime | None]]) -> None:
        """The ledger is exactly this: for each row its state and when it is due."""
        rows = await self.ledger()
        found = {name: (row["state"], row["due_at"] and moment(row["due_at"])) for name, row in rows.items()}
        assert found == expected, "\n".join(
            f"{name}: {found.get(name)} (expected {expected.get(name)})"
            for name in sorted(found.keys() | expected.keys())
            if found.get(name) != expected.get(name)
        )

    async def has(self, **expected: str) -> None:
        """These duties' newest rows are in these states (``reply_phone="late"`` for ``reply.phone``)."""
        rows = await self.ledger()
        newest: dict[str, str] = {}
        for name, row in rows.items():
            newest[name.split("#")[0].replace(".", "_")] = row["state"]
        assert {name: newest.get(name) for name in expected} == expected

    async def proofs(self) -> dict[str, str]:
        """Return by what each duty was proved: the type of the event that its newest row names."""
        told = await self.told_story()
        types = {one["id"]: one["type"] for one in told["events"]}
        return {row["row"].split("#")[0]: types[row["proof"]] for row in told["ledger"] if row["proof"]}

    async def events(self, *types: str) -> list[dict[str, Any]]:
        """Return the events of these types, as the story tells them."""
        return [one for one in (await self.told_story())["events"] if one["type"] in types]

    async def types(self) -> list[str]:
        """Return the types of everything that has happened, in order."""
        return [one["type"] for one in (await self.told_story())["events"]]
