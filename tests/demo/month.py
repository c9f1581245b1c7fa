"""The month: messages come in, people work their rounds, complainants come back, and time steps on in between."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from tests.demo import duty, habits
from tests.demo.clock import Clock
from tests.demo.habits import Desk
from tests.demo.place import Place, Refused
from tests.demo.samples import BY_OPERATOR, DAYS, FIRST_DAY, OFFICE, Sample, last_moment

_LOOKS: Final = (timedelta(days=3, hours=11), timedelta(days=7, hours=11), timedelta(days=12, hours=11))
"""When a complainant looks at the status page, after handing it in."""
Progress = Callable[[datetime, int], None]


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

    def __post_init__(self) -> None:
        """Put a clock and a script on the desk."""
        self.clock = Clock(self.place)
        self.desk = Desk(self.place, self.clock, {})

    async def live(self) -> None:
        """Live through it, from act to act and from deadline to deadline."""
        await self.clock.start((FIRST_DAY + timedelta(hours=7)).astimezone(UTC))
        await duty.roster(self.desk, FIRST_DAY + timedelta(hours=8), self.days)
        for at, acts in self._agenda():
            await self.clock.to(at)
            before = self.place.acts
            await asyncio.gather(*(act() for act in acts))
            if self.place.acts > before:
                await self.clock.settle()
            self.told(at, len(self.people))

    def _agenda(self) -> Iterator[tuple[datetime, list[Any]]]:
        """Return what is planned, by moment."""
        planned: dict[datetime, list[Any]] = {}
        for sample in self.samples:
            planned.setdefault(sample.at, []).append(lambda s=sample: self._receive(s))
            if sample.story.startswith("level1"):
                planned.setdefault(sample.at + timedelta(minutes=6), []).append(self._take_alarms)
            for after in _LOOKS:
                planned.setdefault(_soon(sample.at + after), []).append(lambda s=sample: self._look(s))
            for story, after in (("urged", timedelta(days=2)), ("withdrawn", timedelta(hours=3))):
                if sample.story == story:
                    act = {"urged": "urge", "withdrawn": "withdraw"}[story]
                    planned.setdefault(sample.at + after, []).append(lambda s=sample, a=act: self._act(s, a))
        for day in range(self.days):
            today = FIRST_DAY + timedelta(days=day)
            if today.weekday() < 5:
                for hour in sorted({*habits.PUNCTUAL, *habits.ROUNDS}):
                    moment = datetime.fromisoformat(f"{today:%Y-%m-%d}T{hour}").replace(tzinfo=OFFICE)
                    planned.setdefault(moment.astimezone(UTC), []).append(lambda h=hour: habits.work(self.desk, h))
        return iter((at, planned[at]) for at in sorted(planned) if at <= last_moment(self.days))

    async def _receive(self, sample: Sample) -> None:
        body, operator = dict(sample.body), None
        if body["channel"] in BY_OPERATOR:
            operator = "operator2"
        if sample.story == "letter_ago":
            body["received_at"] = (sample.at.astimezone(OFFICE) - timedelta(days=1)).date().isoformat()
        in_scope = sample.expected is not None and "refusal" not in sample.expected
        if body["channel"] in {"phone", "window"} and in_scope:
            body["registration"] = sample.expected  # the operator checks and registers in the same step
        answer = await self.place.hand_in(body, f"demo-{sample.id}", operator)
        self.people.append(Complainant(sample, answer["id"], answer["number"], answer["receipt_code"]))
        self.desk.script[answer["id"]] = sample

    async def _take_alarms(self) -> None:
        await duty.on_duty(self.desk, "operator2")

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
        wanted = {"not_solved": "not_solved", "review": "review"}.get(sample.story)
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


_SAYS: Final = {"not_solved": "It happened again this week.", "review": "請上級部門再看一次。"}


def hash_of(sample: Sample) -> int:
    """Return a number that a sample always has."""
    return sum(map(ord, sample.id))


def _soon(at: datetime) -> datetime:
    """Return half past seven in the evening of that day: people look at home."""
    return at.astimezone(OFFICE).replace(hour=19, minute=30).astimezone(UTC)
