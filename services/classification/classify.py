"""From a text to its labels (chapter 2), each with confidence and the words that decided. Pure.

First version: weighed words. A label below the threshold, or without any word, is left to a person; danger cues and
words of gravity can only raise a level, and a machine's level 1 rings (2/1.1.16(1), "Level 1 fails safe").
"""

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast

from services.classification.lexicon import Entry, terms
from shared.danger import danger_cues
from shared.folding import folded, longest, place
from shared.glossary import Category, Importance, Kind, Level, Nature, Service, Topic
from shared.procedure import load

PERSON_BELOW: Final = 0.75
"""Confidence below which a person decides a label."""
_OWN_NATURE: Final[Mapping[str, str]] = {
    "water.billing": "charging",
    "power.billing": "charging",
    "gas.price": "charging",
    "transport.fares": "charging",
    "gas.facility_safety": "safety",
}
_DENIED: Final = re.compile(r"(没有|没|无|未|不是|并非|不存在|\b(?:no|not|without|never)\s)$")
_HALF: Final = 2.5
"""Weight at which a lone word is worth a confidence of about 0.63."""


@dataclass(frozen=True, slots=True)
class Reason:
    """The words ``text[start:end]`` spoke for ``value`` of ``label``; ``term`` is the lexicon's."""

    label: str
    value: str
    term: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Labels:
    """The proposal for one text; ``None`` where the machine does not know."""

    in_scope: bool
    service: Service | None
    topic_code: Topic | None
    nature: Nature | None
    kind: Kind
    category: Category | None
    level: Level | None
    importance: Importance
    department: str | None
    confidence: dict[str, float]
    p_level_1: float
    danger_cues: tuple[str, ...]
    to_person: tuple[str, ...]
    reasons: tuple[Reason, ...] = field(default=())


def classify(text: str) -> Labels:
    """Return the proposal for ``text``."""
    plain, offsets = folded(text)
    found = [list(_reasons(plain, offsets, automaton)) for automaton in terms()]
    cues = danger_cues(text)
    topics, natures, kinds, levels = (_weighed(hits) for hits in found)
    services = _by_service(topics)
    service, sure_of_service = _best(services, against=topics.get("none", 0.0))
    topic, sure_of_topic = _best({one: w for one, w in topics.items() if one.startswith(f"{service}.")}, against=0.0)
    in_scope = service is not None and services[service] > topics.get("none", 0.0)
    nature, sure_of_nature = _best(natures | _nature_of(topic, natures), against=0.0)
    kind, sure_of_kind = _kind(kinds, plain)
    level, sure_of_level, p_level_1 = _level(levels, len(cues))
    confidence = {
        "in_scope": _scope(services.get(service or "", 0.0), topics.get("none", 0.0)),
        "service": sure_of_service,
        "topic": sure_of_topic,
        "nature": sure_of_nature,
        "kind": sure_of_kind,
        "level": sure_of_level,
        "importance": max(sure_of_level, 0.8),
        "department": sure_of_service,
    }
    return Labels(
        in_scope=in_scope,
        service=cast("Service | None", service if in_scope else None),
        topic_code=cast("Topic | None", topic if in_scope else None),
        nature=cast("Nature | None", nature if in_scope else None),
        kind=kind,
        category=_category(topic, nature) if in_scope else None,
        level=level if in_scope else None,
        importance="major" if level == 1 else "ordinary",
        department=service if in_scope else None,
        confidence={name: round(value, 3) for name, value in confidence.items()},
        p_level_1=round(p_level_1, 3),
        danger_cues=tuple(dict.fromkeys(cue.code for cue in cues)),
        to_person=tuple(name for name, value in confidence.items() if value < PERSON_BELOW),
        reasons=tuple(one for hits in found for one, _ in hits)
        + tuple(Reason("level", "1", cue.code, cue.start, cue.end) for cue in cues),
    )


def _reasons(plain: str, offsets: list[int] | None, automaton: Any) -> Iterable[tuple[Reason, float]]:
    for start, term, entries in longest(automaton, plain):
        if _DENIED.search(plain[max(0, start - 12) : start]) and not term.startswith(("没", "无", "不", "no ")):
            continue
        end = place(offsets, start + len(term) - 1) + 1
        for entry in cast("tuple[Entry, ...]", entries):
            yield Reason(entry.label, entry.value, entry.term, place(offsets, start), end), entry.weight


def _weighed(hits: Iterable[tuple[Reason, float]]) -> dict[str, float]:
    """Return the weight of each value: a word counts once in full, and half for each time it comes again."""
    weights: dict[str, float] = defaultdict(float)
    times: dict[tuple[str, str], int] = defaultdict(int)
    for reason, weight in hits:
        weights[reason.value] += weight * 0.5 ** times[reason.value, reason.term]
        times[reason.value, reason.term] += 1
    return dict(weights)


def _by_service(topics: Mapping[str, float]) -> dict[str, float]:
    services: dict[str, float] = defaultdict(float)
    for topic, weight in topics.items():
        if topic != "none":
            services[topic.split(".")[0]] += weight
    return dict(services)


def _best(weights: Mapping[str, float], against: float) -> tuple[str | None, float]:
    """Return the heaviest value, and how sure that is: how much it weighs, and how far the next one is."""
    if not weights:
        return None, 0.0
    ranked = sorted(weights.items(), key=lambda one: (-one[1], one[0]))
    value, weight = ranked[0]
    rest = sum(other for _, other in ranked[1:]) + against
    return value, (1 - math.exp(-weight / _HALF)) * weight / (weight + rest)


def _scope(service: float, none: float) -> float:
    heavier, lighter = max(service, none), min(service, none)
    return (1 - math.exp(-heavier / _HALF)) * heavier / (heavier + lighter) if heavier else 0.0


def _nature_of(topic: str | None, natures: Mapping[str, float]) -> dict[str, float]:
    """A topic of billing speaks for charging, one of gas safety for safety, any other a little for service quality."""
    own = _OWN_NATURE.get(topic or "", "service_quality")
    return {own: natures.get(own, 0.0) + (3.0 if topic in _OWN_NATURE else 1.0)}


def _kind(kinds: Mapping[str, float], plain: str) -> tuple[Kind, float]:
    asked = 1.0 if plain.rstrip().endswith(("?", "吗", "呢")) else 0.0
    weights = {
        "consultation": kinds.get("consultation", 0.0) + asked,
        "suggestion": kinds.get("suggestion", 0.0),
        # what nothing else is said of is a complaint: most messages are, and it is the safer road
        "complaint": kinds.get("complaint", 0.0) + 1.5,
    }
    value, sure = _best({kind: weight for kind, weight in weights.items() if weight}, against=0.0)
    return cast("Kind", value), sure


def _level(levels: Mapping[str, float], cues: int) -> tuple[Level, float, float]:
    grave = levels.get("1", 0.0) + 5.0 * cues
    p_level_1 = 1 - math.exp(-grave / 6.0) if grave else 0.02
    if grave >= 5.0:
        return 1, p_level_1, p_level_1
    wide, single = levels.get("2", 0.0) + 0.5, levels.get("3", 0.0)
    value: Level = 2 if wide >= single else 3
    heavier = max(wide, single)
    return value, (1 - math.exp(-heavier / _HALF)) * heavier / (wide + single), p_level_1


def _category(topic: str | None, nature: str | None) -> Category | None:
    if topic is None or nature is None:
        return None
    return load().policy.category(cast("Topic", topic), cast("Nature", nature))
