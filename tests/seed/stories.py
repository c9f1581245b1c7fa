"""The patterns: complaints of many kinds, lived through by officers over HTTP to the stage that their age allows."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from tests.journeys.story import UNCLEAR, Story
from tests.seed.crowd import Crowd

PLACES: Final = (
    ("water", "water.outage_notice", "供水", "海棠里"),
    ("power", "power.voltage_quality", "供電", "木棉街"),
    ("gas", "gas.meter_accuracy", "燃氣", "銀杏路"),
    ("sanitation", "sanitation.refuse_collection", "環衛", "梧桐巷"),
    ("transport", "transport.routes", "公交", "紫荊道"),
    ("infrastructure", "infrastructure.roads", "市政", "楓林橋"),
)
CHANNELS: Final = ("website", "app", "email", "official_account", "social_media")
_FAMILY: Final = "趙錢孫李周吳鄭王馮陳褚衛蔣沈韓楊朱尤許何"
_GIVEN: Final = "嘉樂子軒雨欣浩然思遠若蘭文博佳琪明哲靜宜天佑雪梅志強麗華建國曉彤俊傑美玲永康淑芬"


@dataclass(frozen=True, slots=True)
class Person:
    """What tells one complainant from another; ``mark`` is the number of their meter, and stands in the text."""

    name: str
    phone: str
    email: str
    mark: str

    @classmethod
    def number(cls, n: int) -> "Person":
        """Return the ``n``-th; no two are alike in phone, mail address and meter."""
        first, second = divmod(n // len(_FAMILY), len(_GIVEN))
        given = _GIVEN[first % len(_GIVEN)] + _GIVEN[(second + 7) % len(_GIVEN)]
        return cls(_FAMILY[n % len(_FAMILY)] + given, f"138{n:08}", f"resident{n}@example.org", f"WM{100_000 + n:06}")


@dataclass
class Book:
    """The office, the stories that were told in it, and who told each: by the complaint's id."""

    office: Crowd
    end: datetime
    """The time at which all this is over."""
    people: dict[str, Person] = field(default_factory=dict)
    weights: dict[str, float] = field(default_factory=dict)
    """How often a complaint's pattern is to be copied, beside the others."""

    async def begin(self, n: int, labels: dict[str, Any], weight: float, channel: str | None = None) -> Story:
        """The ``n``-th complaint comes in: by phone and registered at once, or through a channel."""
        service, _, what, street = PLACES[n % len(PLACES)]
        person = Person.number(n)
        body: dict[str, Any] = {
            "complainant": {"name": person.name, "phone": person.phone, "email": person.email},
            "text": f"{street}的{what}問題一直沒有解決，表號 {person.mark} ，請儘快派人處理並給我答覆。",
            "references": {"meter": person.mark},
            "place": {"address": f"{street}社區", "district": street},
        }
        if channel is None:
            story = await Story.by_phone(self.office, labels, **body)
        else:
            # too little for the machine: a person decides about it
            body["text"] = f"{UNCLEAR}{street}，表號 {person.mark}。"
            story = await Story.through(self.office, channel, **body, service=service)
        self.people[story.id], self.weights[story.id] = person, weight
        return story


def labels_of(n: int, level: int = 3, kind: str = "complaint") -> dict[str, Any]:
    """What a person would register the ``n``-th complaint as."""
    service, topic, *_ = PLACES[n % len(PLACES)]
    chosen = {
        "service": service, "topic_code": topic, "nature": "service_quality", "kind": kind, "importance": "ordinary",
    }  # fmt: skip
    return chosen | ({"level": level} if kind == "complaint" else {})


_REFUSAL: Final = {"reason": "other_authority", "where_to_turn": "environment_authority"}
_LEVELS: Final = (2, 3, 2, 3, 1, 3)
_PLAN: Final = "/casework/complaints/{id}/emergency-plan"


async def _worked(book: Book, n: int, weight: float, days: float = 1.0) -> Story:
    """Its alarm heard where one rings, accepted, at level 1 its emergency over, investigated and decided."""
    labels = labels_of(n, _LEVELS[n % len(_LEVELS)])
    story = await book.begin(n, labels, weight)
    head = f"{labels['service']}.head"
    if any(one["action"] == "alarm/acceptance" for one in (await story.case())["next"]):
        await story.as_(head, "POST", "/casework/complaints/{id}/alarm/acceptance")
    if labels["level"] == 1:
        await story.as_(head, "POST", _PLAN, departments=[labels["service"]])
        await story.as_(head, "POST", f"{_PLAN}/restoration", text="現場檢測正常，無須恢復。")
    await story.handle("acceptance")
    await book.office.advance(days=days)
    await story.investigated()
    await story.decided("upheld" if n % 2 else "not_upheld")
    return story


async def filed(book: Book, n: int) -> None:
    """Worked, replied, closed and filed."""
    story = await _worked(book, n, 6)
    await story.replied()
    await book.office.advance(days=1)
    await story.closed()
    await story.filed()


async def closed_late(book: Book, n: int) -> None:
    """As above, but too late, and not filed yet."""
    story = await _worked(book, n, 3, days=9)
    await story.replied()
    await story.closed()


async def refused(book: Book, n: int) -> None:
    """Out of scope: refused in writing, filed."""
    story = await book.begin(n, {}, 8, CHANNELS[n % len(CHANNELS)])
    await story.as_("operator1", "POST", "/intake/complaints/{id}/refusal", **_REFUSAL)
    await book.office.advance(days=1)
    await story.filed()


async def withdrawn(book: Book, n: int) -> None:
    """Withdrawn before anybody had begun."""
    story = await book.begin(n, {}, 5, CHANNELS[n % len(CHANNELS)])
    await book.office.advance(hours=2)
    await story.act("withdraw")


async def replied(book: Book, n: int) -> None:
    """The reply is out, the case still open."""
    story = await _worked(book, n, 3)
    await story.replied()


async def review_asked(book: Book, n: int) -> None:
    """The reply is out, and its complainant asks the next higher department for a review."""
    story = await _worked(book, n, 1)
    await story.replied()
    await story.act("review", text="請上級部門再看一次。")


async def to_sign(book: Book, n: int) -> None:
    """A letter waits for somebody to check or sign it."""
    story = await _worked(book, n, 2)
    await story.letter()


async def assigned(book: Book, n: int) -> None:
    """Registered from a channel; nobody has accepted it."""
    story = await book.begin(n, {}, 4, CHANNELS[n % len(CHANNELS)])
    await story.registered(labels_of(n, 2))


async def accepted(book: Book, n: int) -> None:
    """Accepted, no more."""
    story = await book.begin(n, labels_of(n, 2 + n % 2), 4)
    await story.handle("acceptance")


async def received(book: Book, n: int) -> None:
    """It waits for its scope check."""
    await book.begin(n, {}, 2, CHANNELS[n % len(CHANNELS)])


Tell = Callable[[Book, int], Awaitable[None]]
WAVES: Final[tuple[tuple[float, tuple[Tell, ...]], ...]] = (
    (30, (filed, refused, filed, filed, withdrawn, filed)),
    (0.05, (received, accepted, assigned, received)),
    (2, (to_sign, accepted, replied, assigned, refused, filed)),
    (12, (filed, closed_late, refused, filed, accepted, replied)),
    (21, (filed, filed, refused, closed_late, filed, withdrawn)),
    (7, (replied, review_asked, to_sign, filed, refused, withdrawn)),
)
"""How many days before now they begin, and what becomes of them."""


def tales(book: Book, most: int) -> list[tuple[float, Callable[[], Awaitable[None]]]]:
    """Return at most ``most`` patterns: of each wave some, as many as there is room for."""
    rounds = [(days, tells[turn % len(tells)], turn) for turn in range(12) for days, tells in WAVES]
    chosen = [(days, tell, n) for n, (days, tell, _) in enumerate(rounds[:most], 1)]
    return [(days, _tale(book, tell, n, days)) for days, tell, n in chosen]


def _tale(book: Book, tell: Tell, n: int, days: float) -> Callable[[], Awaitable[None]]:
    async def told() -> None:
        await book.office.advance_to(book.end - timedelta(days=days))
        await tell(book, n)

    return told
