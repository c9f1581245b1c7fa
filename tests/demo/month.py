"""The month: messages come in, people work their rounds, complainants come back, and time steps on in between."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final

from tests.demo import caller, duty, habits
from tests.demo.clock import Clock
from tests.demo.habits import Desk
from tests.demo.place import Place, Refused
from tests.demo.samples import BY_OPERATOR, DAYS, FIRST_DAY, OFFICE, Sample, last_moment
from tests.demo.words import said

_LOOKS: Final = (timedelta(days=3, hours=11), timedelta(days=7, hours=11), timedelta(days=12, hours=11))
"""When a complainant looks at the status page, after handing it in."""
Progress = Callable[[datetime, int], None]
Act = Callable[[], Awaitable[Any]]


@dataclass
class Complainant:
    """Somebody with a number and a receipt code, and what they have not done yet."""

    sample: Sample
    id: str
    number: str
    code: str
    rated: bool = False
    done: set[str] = field(default_factory=set)


@dataclass
class Month:
    """A month of the office in ``place``."""

    place: Place
    samples: list[Sample]
    told: Progress
    days: int = DAYS
    clock: Clock = field(init=False)
    desk: Desk = field(init=False)
    people: list[Complainant] = field(default_factory=list)
    planned: dict[datetime, list[Act]] = field(default_factory=dict)
    heard: set[str] = field(default_factory=set)
    """Alarms that somebody on duty has heard."""

    def __post_init__(self) -> None:
        """Put a clock and a script on the desk."""
        self.clock = Clock(self.place)
        self.desk = Desk(self.place, self.clock, {})

    async def live(self) -> None:
        """Live through it, from act to act and from deadline to deadline."""
        await self.clock.start((FIRST_DAY + timedelta(hours=7)).astimezone(UTC))
        await duty.roster(self.desk, FIRST_DAY + timedelta(hours=8), self.days)
        self._plan()
        while self.planned:
            at = min(self.planned)
            acts = self.planned.pop(at)
            if at > last_moment(self.days):
                return
            await self.clock.to(at)
            before = self.place.acts
            await asyncio.gather(*(act() for act in acts))
            if self.place.acts > before:
                await self.clock.settle()
                await self._hear_alarms()
            self.told(at, len(self.people))

    def _plan(self) -> None:
        """Plan what is known beforehand: what comes in, what complainants do, who goes to work when."""
        for sample in self.samples:
            self._at(sample.at, partial(self._receive, sample))
            for after in _LOOKS:
                self._at(_soon(sample.at + after), partial(self._look, sample))
            if sample.story in _ACTS:
                act, after, words = _ACTS[sample.story]
                more = {"text": said(words, sample.body)} if words else {}
                self._at(sample.at + after, partial(self._act, sample, act, **more))
        for day in range(self.days):
            today = FIRST_DAY + timedelta(days=day)
            if today.weekday() < 5:
                for hour in sorted({*habits.PUNCTUAL, *habits.ROUNDS}):
                    moment = datetime.fromisoformat(f"{today:%Y-%m-%d}T{hour}").replace(tzinfo=OFFICE)
                    self._at(moment.astimezone(UTC), partial(habits.work, self.desk, hour))

    def _at(self, moment: datetime, act: Act) -> None:
        self.planned.setdefault(moment, []).append(act)

    async def _hear_alarms(self) -> None:
        """Where an alarm begins to ring, somebody on duty takes it a few minutes later; once nobody does in time."""
        ringing = await self.place.as_("operator2", "GET", "/casework/alarms")
        new = [one for one in ringing if one["id"] not in self.heard]
        if new:
            late = any(self.desk.story(one["complaint"]) == "level1_climbs" for one in new)
            self.heard |= {one["id"] for one in new}
            after = timedelta(minutes=21 if late else 6)
            self._at(self.clock.now + after, partial(duty.on_duty, self.desk, "operator2"))

    async def _receive(self, sample: Sample) -> None:
        body, operator = dict(sample.body), None
        if body["channel"] in BY_OPERATOR:
            operator = "operator2"
            body |= caller.asked_first(sample)
        if body["channel"] == "phone":
            await caller.listen(self.place, "operator2", sample)
        if sample.story == "letter_ago":
            body["attachments"] = await caller.scanned(self.place, "operator2")
            body["received_at"] = (sample.at.astimezone(OFFICE) - timedelta(days=1)).date().isoformat()
        in_scope = sample.expected is not None and "refusal" not in sample.expected
        if body["channel"] in {"phone", "window"} and in_scope:
            body["registration"] = sample.expected  # the operator checks and registers in the same step
        answer = await self.place.hand_in(body, f"demo-{sample.id}", operator)
        self.people.append(Complainant(sample, answer["id"], answer["number"], answer["receipt_code"]))
        self.desk.script[answer["id"]] = sample

    def _who(self, sample: Sample) -> Complainant:
        return next(one for one in self.people if one.sample is sample)

    async def _act(self, sample: Sample, act: str, **more: Any) -> bool:
        who = self._who(sample)
        try:
            await self.place.complainant(who.number, who.code, {"act": act} | more)
        except Refused as refusal:
            if refusal.answer.status_code not in {409, 503}:
                raise
            return False
        return True

    async def _look(self, sample: Sample) -> None:
        """The complainant looks at the status page, and says what there is to say of the outcome."""
        who = self._who(sample)
        status = await self.place.complainant(who.number, who.code)
        acts = set(status["possible_acts"])
        wanted = _ASKS.get(sample.story)
        if wanted and wanted in acts and wanted not in who.done:
            if await self._act(sample, wanted, text=_SAYS[wanted]):
                who.done.add(wanted)
        elif "rate" in acts and not who.rated and (hash_of(sample) % 3 or sample.story == "dissatisfied"):
            who.rated = await self._rate(who)

    async def _rate(self, who: Complainant) -> bool:
        """On the status page; those who phoned are asked by the operator."""
        score = 2 if who.sample.story == "dissatisfied" else 3 + hash_of(who.sample) % 3
        if who.sample.body["channel"] != "phone":
            return await self._act(who.sample, "rate", score=score)
        asked = await self.desk.tries("operator1", f"/reply/complaints/{who.id}/satisfaction", {"score": score})
        return asked is not None


_ACTS: Final = {
    "urged": ("urge", timedelta(days=2), ""),
    "withdrawn": ("withdraw", timedelta(hours=3), ""),
    "supplemented": ("add", timedelta(days=1), "supplement"),
}
"""What a complainant does by themself, when, and with which words."""
_ASKS: Final = {"not_solved": "not_solved", "review": "review", "refusal_reviewed": "review"}
_SAYS: Final = {"not_solved": "It happened again this week.", "review": "請上級部門再看一次。"}


def hash_of(sample: Sample) -> int:
    """Return a number that a sample always has."""
    return sum(map(ord, sample.id))


def _soon(at: datetime) -> datetime:
    """Return half past seven in the evening of that day: people look at home."""
    return at.astimezone(OFFICE).replace(hour=19, minute=30).astimezone(UTC)
