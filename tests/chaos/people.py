"""Who writes and who works while processes die: clients with an `Idempotency-Key`, and officers on their cases."""

import asyncio
import json
import math
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from tests.chaos.line import Answer, Line
from tests.chaos.tally import now

WORDS = (
    "昨天起整棟樓停水，到現在沒有任何人通知我們。",
    "上個月電費多收了三成，打電話問了兩次都沒有結果。",
    "門口路燈不亮，只影響我家一戶，維修人員態度惡劣。",
    "垃圾桶三天沒有人來清，整條巷子都有臭味。",
    "公交車司機不等老人坐好就開車，非常危險。",
    "燃氣表走得比以前快一倍，請派人來校驗。",
    "施工後路面沒有補平，騎車很容易摔倒。",
    "Water pressure on our floor has been very low for a week now.",
    "小区里自来水发黄，放了十分钟还是这样。",
    "隔壁餐館每晚油煙太大，請你們去查一查。",
)
LABELS = {
    "service": "water",
    "topic_code": "water.outage_notice",
    "nature": "service_quality",
    "kind": "complaint",
    "level": 3,
    "importance": "ordinary",
}
_LIVES = {"rests": 55, "accepted": 10, "urged": 8, "withdrawn": 8, "refused": 8, "whole_road": 4, "due_soon": 7}
_REFUSAL = {"reason": "other_authority", "where_to_turn": "environment_authority"}
_STEPS: Mapping[str, tuple[str, dict[str, Any]]] = {
    "acceptance": ("acceptance", {}),
    "investigation/plan": (
        "investigation/plan",
        {"investigators": ["{officer}"], "begins_at": "{now}", "place": "泵房", "questions": "為何沒有通知？"},
    ),
    "investigation/start": ("investigation/start", {}),
    "investigation/sessions": (
        "investigation/sessions",
        {
            "method": "on_site",
            "at": "{now}",
            "place": "泵房",
            "participants": ["物業"],
            "content": "水泵跳閘。",
            "observations": "二號泵已停。",
            "questioned": [{"who": "值班員", "said": "交接時漏了。"}],
        },
    ),
    "investigation/evidence": ("investigation/evidence", {"kind": "statement", "title": "記錄", "text": "03:10"}),
    "investigation/end": ("investigation/end", {}),
    "investigation/report": ("investigation/report", {"text": "水泵跳閘造成停水。"}),
    "cause": ("cause", {"cause": "service_quality", "root": "沒有備份", "text": "值班交接時漏發通知。"}),
    "opinion": ("opinion", {"outcome": "not_established", "text": "經查無從證實。", "legal_basis": "城市供水條例"}),
    "opinion/determination": ("opinion/determination", {}),
    "accountability": ("accountability", {"at_fault": False, "text": "無人有過失。"}),
    "closing": ("closing", {"basis": "replied"}),
}
_MANY = [{"id": str(n), "text": WORDS[n % len(WORDS)]} for n in range(500)]
_LOOKS: Mapping[str, tuple[str, str, str, Any]] = {
    "intake": ("operator1", "GET", "/intake/scope-checks", None),
    "classification": ("operator1", "POST", "/classification/suggestions", {"texts": _MANY}),
    "sla": ("director", "GET", "/sla/standing-duties", None),
    "casework": ("operator1", "GET", "/casework/alarms", None),
    "reply": ("operator2", "GET", "/reply/visits", None),
    "archive": ("archivist1", "GET", "/archive/files", None),
    "insight": ("director", "GET", "/insight/counts", None),
    "desk": ("director", "GET", "/desk/sign-in", None),
}
"""Who looks at something of each service."""


@dataclass
class People:
    """A crowd whose choices follow from the seed. ``sent`` counts the complaints that were begun."""

    line: Line
    seed: int
    complaints: int
    small: bool = False
    """Nobody goes the whole road, and what falls due does so within seconds."""
    answered: int = 0
    sent: int = 0
    news: asyncio.Condition = field(default_factory=asyncio.Condition)
    lives: set["asyncio.Task[None]"] = field(default_factory=set)
    pace: float = 0.0
    """Seconds between two complaints of one client."""
    most: float = math.inf
    """How many complaints may be begun so far, so that there are some for every kill; see ``allow``."""

    def __post_init__(self) -> None:
        """Read the channels' keys."""
        content = json.loads((self.line.settings.data / "demo-credentials.json").read_text("utf-8"))
        self._keys = {one["channel"]: one["key"] for one in content["channels"]}
        self._numbers = iter(range(self.complaints))

    # --- those who write --------------------

    async def write(self, clients: int) -> None:
        """Hand all complaints in, several clients at a time; returns when all are answered and all lives lived."""
        async with asyncio.TaskGroup() as crowd:
            for _ in range(clients):
                crowd.create_task(self._client())
        while self.lives:
            await asyncio.gather(*self.lives)

    async def look(self, service: str) -> None:
        """Somebody looks at something of a service until they are answered: some are seldom asked."""
        who, method, path, body = _LOOKS[service]
        await self.line.ask(method, path, lambda: self.line.person(who), body)

    async def until_sent(self, count: float) -> None:
        """Return when so many complaints were begun."""
        async with self.news:
            await self.news.wait_for(lambda: self.sent >= min(count, self.complaints))

    async def allow(self, most: float) -> None:
        """Let so many complaints be begun, from the first one on."""
        async with self.news:
            self.most = most
            self.news.notify_all()

    async def _client(self) -> None:
        for number in self._numbers:
            async with self.news:
                await self.news.wait_for(lambda: self.sent < self.most)
                self.sent += 1
                self.news.notify_all()
            await self._complaint(number)
            if self.pace:
                await asyncio.sleep(self.pace)

    async def _complaint(self, number: int) -> None:
        chance = random.Random(f"{self.seed}/{number}")
        life = chance.choices(list(_LIVES), list(_LIVES.values()))[0]
        life = "accepted" if self.small and life == "whole_road" else life
        body = _body(chance, number, life, 10.0 if self.small else 40.0)
        key = f"chaos-{self.seed}-{number}"
        answer = await self._hand_in(body, key)
        if answer is None:
            return
        self.line.tally.answers.append({"sent": body, "answer": answer})
        self.answered += 1
        if chance.random() < 0.1:  # asked once more, much later: the same key has the same answer
            self._live(self._ask_again(body, key, answer))
        if life not in {"rests", "due_soon"}:
            self._live(getattr(self, f"_{life}")(answer))

    async def _hand_in(self, body: dict[str, Any], key: str) -> dict[str, Any] | None:
        def headers() -> dict[str, str]:
            is_call = body["channel"] in {"phone", "letter"}
            who = self.line.person("operator1") if is_call else {"X-Api-Key": self._keys[body["channel"]]}
            return {"Idempotency-Key": key, **who}

        given = await self.line.ask("POST", "/intake/complaints", headers, body)
        assert given is not None
        if given.response.status_code != 201:
            self.line.tally.wrong.append(f"a complaint was answered {given.response.status_code} {given.response.text}")
            return None
        content: dict[str, Any] = given.response.json()
        return content

    async def _ask_again(self, body: dict[str, Any], key: str, before: dict[str, Any]) -> None:
        await asyncio.sleep(3)
        after = await self._hand_in(body, key)
        self.line.tally.counts["keys asked once more"] += 1
        if after != before:
            self.line.tally.wrong.append(f"{before['number']}: the same key was answered differently")

    # --- what follows --------------------

    def _live(self, life: Any) -> None:
        task = asyncio.create_task(life)
        self.lives.add(task)
        task.add_done_callback(self.lives.discard)

    async def _withdrawn(self, complaint: dict[str, Any]) -> None:
        await self._act(complaint, "withdraw")

    async def _urged(self, complaint: dict[str, Any]) -> None:
        await self._act(complaint, "urge", text="請快一點處理。")

    async def _act(self, complaint: dict[str, Any], act: str, **more: str) -> None:
        headers = {"X-Receipt-Code": complaint["receipt_code"]}
        path = f"/intake/complaints/{complaint['number']}/acts"
        self._count(act, await self.line.ask("POST", path, lambda: headers, {"act": act, **more}, again=False))

    async def _refused(self, complaint: dict[str, Any]) -> None:
        path = f"/intake/complaints/{complaint['id']}/refusal"
        self._count("refuse", await self._do("operator1", path, _REFUSAL, again=True))

    async def _accepted(self, complaint: dict[str, Any]) -> None:
        case = await self._case(complaint)
        if case and case["officer"]:
            place = f"/casework/complaints/{complaint['id']}"
            self._count("accept", await self._do(case["officer"], f"{place}/acceptance", {}, again=True))
            body = {"way": "phone", "finding": "in_progress", "text": "已通知搶修。"}
            self._count("follow up", await self._do(case["officer"], f"{place}/follow-ups", body))

    async def _whole_road(self, complaint: dict[str, Any]) -> None:
        for _ in range(60):  # what to do is what the case says, so that a lost answer is no riddle
            case = await self._case(complaint)
            steps = [one["action"] for one in case["next"]] if case else []
            if not case or case["stage"] in {"filed", "withdrawn", "refused"}:
                break
            step = next((one for one in steps if one in {*_STEPS, "letter", "filing"}), None)
            if step is None or not await self._step(step, case):
                await asyncio.sleep(0.5)
        self.line.tally.counts[f"roads that ended as {case['stage'] if case else 'nothing'}"] += 1

    async def _step(self, step: str, case: dict[str, Any]) -> bool:
        if step == "letter":
            return await self._letter(case)
        if step == "filing":
            return await self._file(case)
        path, body = _STEPS[step]
        filled = json.dumps(body).replace("{officer}", case["officer"]).replace("{now}", now().isoformat())
        place = f"/casework/complaints/{case['id']}/{path}"
        return _good(self._count(step, await self._do(case["officer"], place, json.loads(filled))))

    async def _letter(self, case: dict[str, Any]) -> bool:
        told = await self._see(case["officer"], f"/reply/complaints/{case['id']}")
        letters = [one for one in (told or {}).get("letters", ()) if one["purpose"] == "reply"]
        if not letters:
            path, body = f"/reply/complaints/{case['id']}/letters", {"purpose": "reply"}
            return _good(self._count("draft", await self._do(case["officer"], path, body)))
        letter = letters[-1]
        steps: dict[str, tuple[str, str, dict[str, Any]]] = {
            "draft": (case["officer"], "submission", {}),
            "submitted": (f"{case['department']}.head", "signature", {}),
            "checked": (f"{case['department']}.head", "signature", {}),
            "signed": (case["officer"], "sending", {}),
        }
        if letter["state"] not in steps:
            return False
        who, act, body = steps[letter["state"]]
        if act == "submission":
            await self._answer(case, letter)
        return _good(self._count(f"letter {act}", await self._do(who, f"/reply/letters/{letter['id']}/{act}", body)))

    async def _answer(self, case: dict[str, Any], letter: dict[str, Any]) -> None:
        """Answer what was raised; nobody looks long for evidence in the middle of a storm."""
        body = {"answer": "當時沒有記錄可查。", "established": False}
        for matter in letter["matters"]:
            if matter["state"] == "open":
                path = f"/reply/letters/{letter['id']}/matters/{matter['id']}"
                who = self.line.person(case["officer"])
                self._count("answer", await self.line.ask("PUT", path, lambda who=who: who, body))

    async def _file(self, case: dict[str, Any]) -> bool:
        found = await self._see("archivist1", f"/archive/files?number={case['number']}")
        for file in (found or {}).get("items", ()):
            if file["state"] == "collected":
                path = f"/archive/files/{file['id']}/acceptance"
                return _good(self._count("file", await self._do("archivist1", path, {"reason": "齊備。"})))
        return False

    async def _case(self, complaint: dict[str, Any]) -> dict[str, Any] | None:
        for _ in range(40):
            case = await self._see("director", f"/casework/complaints/{complaint['id']}")
            if case and case["officer"]:
                return case
            await asyncio.sleep(0.5)
        return None

    async def _see(self, username: str, path: str) -> dict[str, Any] | None:
        given = await self.line.ask("GET", path, lambda: self.line.person(username))
        return given.response.json() if given and given.response.is_success else None

    async def _do(self, username: str, path: str, body: dict[str, Any], *, again: bool = False) -> Answer | None:
        return await self.line.ask("POST", path, lambda: self.line.person(username), body, again=again)

    def _count(self, what: str, given: Answer | None) -> Answer | None:
        if given is None:
            self.line.tally.counts["acts left open"] += 1
        elif given.response.is_success:
            self.line.tally.counts[f"acts: {what}"] += 1
        elif given.response.status_code == 409:
            self.line.tally.counts["acts refused, for it was done or too late"] += 1
        else:
            self.line.tally.wrong.append(f"{what}: {given.response.status_code} {given.response.text}")
        return given


def _good(given: Answer | None) -> bool:
    return given is not None and given.response.is_success


def _body(chance: random.Random, number: int, life: str, longest_due: float) -> dict[str, Any]:
    person = chance.randrange(40)
    complainant = {"name": f"秦嘉{chr(0x4E00 + 40 * person)}", "phone": f"1390000{person:04}"}
    complainant |= {"email": f"person{person}@example.org"} if life == "whole_road" or chance.random() < 0.7 else {}
    body: dict[str, Any] = {"complainant": complainant, "text": f"{chance.choice(WORDS)}"}
    by_channel = life == "refused" or (life not in {"due_soon", "whole_road"} and chance.random() < 0.4)
    if by_channel:
        return body | {"channel": chance.choice(("website", "app"))}
    body |= {"channel": "phone", "registration": LABELS}
    if life == "due_soon":  # the first follow-up is owed 48 hours after receipt: in some seconds
        received = now() - timedelta(hours=48) + timedelta(seconds=chance.uniform(4, longest_due))
        body |= {"received_at": received.isoformat()}
    if number % 50 == 7:
        body |= {"danger": True}
    return body
