"""A complaint's story as a test tells it: people act through HTTP, and the ledger is read through HTTP."""

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
CALLER = {"name": "秦嘉樂", "phone": "13900001234", "email": "qin.jiale@example.org"}


def at(moment: str) -> datetime:
    """Return a moment of the office's clock: ``at("2026-03-02 09:00")``."""
    return datetime.fromisoformat(moment).replace(tzinfo=OFFICE_TIME)


def end_of(day: str) -> datetime:
    """Return the instant at which a due date is over: 24:00 in the office."""
    return at(f"{day} 00:00") + timedelta(days=1)


async def good(answer: httpx.Response) -> Any:
    """Return the JSON of an answer that must be good."""
    assert answer.is_success, f"{answer.request.method} {answer.request.url.path}: {answer.status_code} {answer.text}"
    return answer.json() if answer.content else None


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
        content = {"channel": "phone", "complainant": CALLER, "text": "昨天起整棟樓停水，沒有任何通知。"} | body
        operator = await office.as_("operator1")
        return await cls.told(office, operator, **content, registration=labels or WATER_COMPLAINT)

    # --- who does what --------------------

    async def as_(self, username: str, method: str, path: str, /, **body: Any) -> Any:
        """A person of the office acts; ``{id}`` in the path is the complaint."""
        client = await self.office.as_(username)
        options = {"json": body} if method != "GET" else {}
        content = await good(await client.request(method, path.replace("{id}", self.id), **options))
        if method != "GET":
            await self.office.settle()
        return content

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

    async def investigated(self) -> None:
        """Planned, started, one session with evidence, ended, reported, and the cause found."""
        officer = await self.handler()
        begins = (await self.office.now()).isoformat()
        await self.handle(
            "investigation/plan", investigators=[officer], begins_at=begins, place="泵房", questions="為何沒有通知？"
        )
        await self.handle("investigation/start")
        await self.handle(
            "investigation/sessions",
            method="on_site",
            at=begins,
            place="泵房",
            participants=["江濤", "物業"],
            content="水泵跳閘，通知沒有發出。",
        )
        await self.handle("investigation/evidence", kind="statement", title="泵房值班記錄", text="跳閘時間 03:10")
        await self.handle("investigation/end")
        await self.handle("investigation/report", text="水泵跳閘造成停水；值班人員沒有按規定發出通知。")
        await self.handle("cause", cause="service_quality", root="通知流程沒有備份", text="值班交接時漏發通知。")

    async def decided(self, outcome: str = "upheld") -> None:
        """The opinion is proposed and determined."""
        await self.handle(
            "opinion", outcome=outcome, text="投訴屬實，已恢復供水並改進通知流程。", legal_basis="城市供水條例"
        )
        await self.handle("opinion/determination")

    async def letter(self, purpose: str = "reply") -> str:
        """The handler drafts and submits a letter; return its id."""
        officer = await self.handler()
        draft = await self.as_(officer, "POST", "/reply/complaints/{id}/letters", purpose=purpose)
        await self.as_(officer, "POST", f"/reply/letters/{draft['id']}/submission")
        return str(draft["id"])

    async def replied(self, way: str | None = None) -> str:
        """Drafted by the handler, checked and signed by others, sent; return the letter's id."""
        letter = await self.letter()
        case = await self.case()
        department = case["department"]
        if case["kind"] == "complaint" and case["level"] in (1, 2):
            colleagues = (f"{department}.handler", f"{department}.handler2")
            checker = next(one for one in colleagues if one != case["officer"])
            await self.as_(checker, "POST", f"/reply/letters/{letter}/check")
        await self.as_(f"{department}.head", "POST", f"/reply/letters/{letter}/signature")
        await self.as_(case["officer"], "POST", f"/reply/letters/{letter}/sending", **({"way": way} if way else {}))
        return letter

    async def closed(self, basis: str = "replied") -> None:
        """Accountability recorded where the level asks for it, result told, closed."""
        await self.handle("accountability", at_fault=False, text="流程問題，無人有過失。")
        await self.handle("closing", basis=basis)

    async def filed(self) -> dict[str, Any]:
        """The archivist accepts the collected file; return it."""
        archivist = await self.office.as_("archivist1")
        found = await good(await archivist.get("/archive/files", params={"number": self.number}))
        items = found["items"] if isinstance(found, dict) else found
        return dict(await self.as_("archivist1", "POST", f"/archive/files/{items[-1]['id']}/acceptance"))

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

    async def stage(self) -> str:
        """Return the stage; intake, casework and insight must agree on it."""
        shown, known = (await self.told_story())["stage"], (await self.status())["stage"]
        assert shown == known, f"insight says {shown}, the complainant is told {known}"
        return str(shown)

    async def due(self, row: str) -> datetime:
        """Return when a row is due, in the office's time."""
        return datetime.fromisoformat((await self.ledger())[row]["due_at"]).astimezone(OFFICE_TIME)

    async def state(self, row: str) -> str:
        """Return the state of a row."""
        return str((await self.ledger())[row]["state"])
