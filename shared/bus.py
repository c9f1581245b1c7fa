"""The bus: what both carriers promise (``embedded_bus.py``: a log in PostgreSQL; ``kafka.py``: Apache Kafka).

Events of one subject keep their order; each group reads everything, from the beginning, at least once.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Protocol

from pydantic import ConfigDict, ValidationError

from shared.events import CATALOGUE, Event, Fact

SERVICES: Final = ("intake", "classification", "sla", "casework", "reply", "archive", "insight", "desk")
LARGEST_EVENT: Final = 1_000_000
"""Bytes of a fact's JSON; below the one megabyte that Kafka takes by default, and the same on both carriers."""


def dead_letter(service: str) -> str:
    """The topic that gets a copy of what a service could not take in."""
    return f"complaints.{service}.dead-letter"


TOPICS: Final[dict[str, int]] = {
    "complaints": 6,
    "incidents": 1,
    "warnings": 1,
    "procedure": 1,
    **{dead_letter(service): 1 for service in SERVICES},
}
"""Each topic with its number of partitions; one partition has one reader in a group at a time."""


class EventTooLarge(ValueError):
    """A fact is larger than the bus carries; nothing was published."""


class Unreadable(Fact):
    """A fact that this version's catalogue cannot read, kept as it came: of a later version, or broken."""

    model_config = ConfigDict(extra="allow")


@dataclass(frozen=True, slots=True)
class Portion:
    """What was read of one partition; ``end`` is the offset to go on from once it is taken in."""

    topic: str
    partition: int
    end: int
    events: list[Event] = field(default_factory=list)


class Subscription(Protocol):
    """One reader of a group. Partitions are shared out among a group's readers, never doubled."""

    async def fetch(self, max_events: int, timeout: float) -> list[Portion]:  # noqa: ASYNC109 - the wire's own wait
        """The next events, in order within a partition; empty when none came within ``timeout`` seconds."""

    async def commit(self, portions: Sequence[Portion]) -> None:
        """Remembers for the group that these are taken in. A partition lost meanwhile is passed over silently."""

    async def rewind(self) -> None:
        """Goes back to the beginning of all partitions that this reader holds."""

    async def lag(self) -> int:
        """How many events of its topics the group has not taken in yet."""

    def healthy(self) -> bool:
        """False when this reader cannot bring itself to read any more."""

    async def stop(self) -> None:
        """Gives the partitions back."""


class Bus(Protocol):
    """A carrier. Faults of the infrastructure are OSError, or satisfy ``shared.faults.is_infrastructure``."""

    async def start(self) -> None:
        """Connects; makes sure that what the carrier needs is there."""

    async def append(self, events: Sequence[Event]) -> None:
        """Returns when all are stored durably. After an exception some may be stored: append all of them again."""

    async def subscribe(self, group: str, topics: Iterable[str]) -> Subscription:
        """A reader that goes on where its group stopped; a new group begins at the beginning."""

    async def end_offsets(self, topics: Iterable[str]) -> dict[tuple[str, int], int]:
        """The offset after the last event of each partition."""

    async def look(self) -> None:
        """Asks the carrier something small, over a line of its own where there is none. Raises when it is not there."""

    async def stop(self) -> None:
        """Closes the connections."""


def check_size(event_type: str, body: str | bytes) -> None:
    """Raises EventTooLarge for a fact that no carrier would take."""
    size = len(body.encode() if isinstance(body, str) else body)
    if size > LARGEST_EVENT:
        raise EventTooLarge(f"{event_type}: {size} bytes, at most {LARGEST_EVENT}")


def read_event(document: dict[str, Any], topic: str) -> Event:
    """The event of a CloudEvents document; a fact that cannot be read becomes ``Unreadable``."""
    return _event(document, topic, read_fact(document["type"], document["data"]))


def _event(document: dict[str, Any], topic: str, fact: Fact) -> Event:
    return Event(
        id=document["id"],
        source=document["source"].removeprefix("/"),
        type=document["type"],
        subject=document["subject"],
        sequence=int(document["sequence"]),
        time=datetime.fromisoformat(document["time"]),
        topic=topic,
        data=fact,
    )


def read_fact(event_type: str, data: Any) -> Fact:
    """The fact of a catalogue type, or ``Unreadable``."""
    try:
        return CATALOGUE[event_type].model_validate(data)
    except (KeyError, ValidationError):
        return Unreadable.model_validate(data if isinstance(data, dict) else {"value": data})


def read_fact_text(event_type: str, text: str | bytes) -> Fact:
    """The fact of a catalogue type from its JSON, or ``Unreadable``. Raises ``ValueError`` for what is no JSON."""
    try:
        return CATALOGUE[event_type].model_validate_json(text)
    except (KeyError, ValidationError):
        return read_fact(event_type, json.loads(text))


def read_message(topic: str, headers: Sequence[tuple[str, bytes]], value: bytes | None) -> Event | None:
    """The event of a Kafka message in CloudEvents' binary mode; None when it is not one at all."""
    try:
        attributes = {name.removeprefix("ce_"): content.decode() for name, content in headers}
        fact = read_fact_text(attributes["type"], value or b"null")
        return _event(attributes, topic, fact)
    except (KeyError, ValueError, AttributeError):
        return None
