"""Pure: which open complaints share cause, place and time, and are proposed as one incident. A person declares it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations, groupby

from shared.folding import folded
from shared.procedure.policy import Incidents

MOST_OF_A_TOPIC = 100
"""The newest ones of a topic are compared; more than that is one incident to whoever looks at the queue."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An open complaint with its codes; ``incident``: the one it belongs to already. Times in UTC."""

    complaint: str
    service: str
    topic_code: str
    district: str | None
    received_at: datetime
    incident: str | None = None


@dataclass(frozen=True, slots=True)
class Likeness:
    """What intake says of two complaints: share of the words, one spot named by both, metres between them."""

    words: float
    same_place: bool = False
    metres: int | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """Complaints that seem to have one cause, the oldest first; ``incident``: an open one that they may join."""

    service: str
    topic_code: str
    district: str | None
    complaints: tuple[str, ...]
    incident: str | None = None


Likenesses = Mapping[frozenset[str], Likeness]
"""By pair of complaints; a pair that is not there has nothing in common."""


def district_name(name: str | None) -> str:
    """Return a district's name as it is compared: 浦東新區 and 浦东新区 are one."""
    return folded(name)[0].strip() if name else ""


def by_topic(candidates: Iterable[Candidate]) -> list[list[Candidate]]:
    """Return those worth comparing: of one service and topic, the newest, two at least."""

    def topic(one: Candidate) -> tuple[str, str]:
        return one.service, one.topic_code

    groups = (list(group) for _, group in groupby(sorted(candidates, key=topic), key=topic))
    newest = (sorted(group, key=lambda one: (one.received_at, one.complaint))[-MOST_OF_A_TOPIC:] for group in groups)
    return [group for group in newest if len(group) > 1 and any(one.incident is None for one in group)]


def one_cause(one: Candidate, other: Candidate, like: Likeness | None, policy: Incidents) -> bool:
    """Say whether two complaints seem to have one cause: of one topic, near in time, place and words."""
    if (one.service, one.topic_code) != (other.service, other.topic_code):
        return False
    if abs(one.received_at - other.received_at) > timedelta(hours=policy.within_hours):
        return False
    like = like or Likeness(0.0)
    if like.metres is not None:
        return like.metres <= policy.within_metres and (like.same_place or like.words >= policy.words_alike)
    districts = district_name(one.district), district_name(other.district)
    if all(districts) and districts[0] != districts[1]:
        return False
    return like.same_place or (all(districts) and like.words >= policy.words_alike)


def proposals(candidates: Sequence[Candidate], like: Likenesses, policy: Incidents) -> list[Proposal]:
    """Return what is proposed, the largest first: two free complaints at least, or one that fits an open incident."""
    found = [proposal for group in by_topic(candidates) for proposal in _of_topic(group, like, policy)]
    return sorted(found, key=lambda one: (-len(one.complaints), one.complaints))


def _of_topic(group: Sequence[Candidate], like: Likenesses, policy: Incidents) -> Iterator[Proposal]:
    """Yield the proposals of one topic: who is alike, directly or through a third one, belongs together."""
    belongs = {one.complaint: one.complaint for one in group}

    def root(one: str) -> str:
        while belongs[one] != one:
            one = belongs[one]
        return one

    for one, other in combinations(group, 2):
        if one_cause(one, other, like.get(frozenset((one.complaint, other.complaint))), policy):
            belongs[root(other.complaint)] = root(one.complaint)
    together: dict[str, list[Candidate]] = {}
    for one in group:
        together.setdefault(root(one.complaint), []).append(one)
    for members in together.values():
        free = [one for one in members if one.incident is None]
        incident = next((one.incident for one in members if one.incident is not None), None)
        if len(free) > 1 or (free and incident):
            yield Proposal(
                service=free[0].service,
                topic_code=free[0].topic_code,
                district=next((one.district for one in free if one.district), None),
                complaints=tuple(one.complaint for one in free),
                incident=incident,
            )
