"""A complaint's history in the one order that everybody agrees on, by time."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from heapq import heapify, heappop, heapreplace

from shared.events import Event

Placed = tuple[int, Event]
"""An event, and which place it had among all as they were delivered."""


def in_order(history: Iterable[Event]) -> list[Event]:
    """The events by time; those of one source in their own sequence, whatever their times; each once.

    At one instant (a simulated clock stands still while people act) they stand as they were delivered: the bus keeps
    a complaint's facts in causal order, so that a second reply comes after the re-opening that asked for it.
    """
    sources: dict[str, dict[int, Placed]] = {}
    for place, event in enumerate(history):
        sources.setdefault(event.source, {}).setdefault(event.sequence, (place, event))
    if len(sources) == 1:
        return [event for of_source in sources.values() for _, (_, event) in sorted(of_source.items())]
    return list(_merged(sources))


def _merged(sources: dict[str, dict[int, Placed]]) -> Iterator[Event]:
    queues = {source: iter(sorted(events.items())) for source, events in sources.items()}
    heads: list[tuple[datetime, int, str, Event]] = []
    for source, queue in queues.items():
        _, (place, event) = next(queue)
        heads.append((event.time, place, source, event))
    heapify(heads)
    while heads:
        reached, _, source, event = heads[0]
        yield event
        following = next(queues[source], None)
        if following is None:
            heappop(heads)
        else:
            # a source's later fact never comes before its earlier one, even if its time says so
            place, after = following[1]
            heapreplace(heads, (max(reached, after.time), place, source, after))
