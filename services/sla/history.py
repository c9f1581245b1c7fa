"""A complaint's history in the one order that everybody agrees on, however it was delivered."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from heapq import heapify, heappop, heapreplace
from typing import Final

from shared.events import CATALOGUE, Event

_RANK: Final = {name: rank for rank, name in enumerate(CATALOGUE)}
"""At one instant, facts of different services stand in the order in which a complaint lives."""


def in_order(history: Iterable[Event]) -> list[Event]:
    """The events by time; those of one source in their own sequence, whatever their times; each once."""
    sources: dict[str, dict[int, Event]] = {}
    for event in history:
        sources.setdefault(event.source, {})[event.sequence] = event
    if len(sources) == 1:
        return [event for of_source in sources.values() for _, event in sorted(of_source.items())]
    return list(_merged(sources))


def _merged(sources: dict[str, dict[int, Event]]) -> Iterator[Event]:
    queues = {source: iter(sorted(events.items())) for source, events in sources.items()}
    heads = [(*_place(event, event.time), source, event) for source in queues for _, event in [next(queues[source])]]
    heapify(heads)
    while heads:
        reached, _, source, event = heads[0]
        yield event
        following = next(queues[source], None)
        if following is None:
            heappop(heads)
        else:
            # a source's later fact never comes before its earlier one, even if its time says so
            heapreplace(heads, (*_place(following[1], max(reached, following[1].time)), source, following[1]))


def _place(event: Event, reached: datetime) -> tuple[datetime, int]:
    return reached, _RANK.get(event.type, len(_RANK))
