"""From a text to its labels (chapter 2), each with confidence and the words that decided. Pure.

Two parts speak: the rules of the lexicons, and a model made from examples. Level 1 fails safe: it is proposed from a
low probability on (2/1.1.15(1)). A label below its threshold is left to a person.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast, get_args

from services.classification.model import LABELS, current
from services.classification.reading import Reading, read
from services.classification.scoring import by_service, features, weights
from services.classification.settings import settings
from shared.glossary import Category, Importance, Kind, Level, Nature, Service, Topic
from shared.procedure import load

ORDER: Final = ("kind", "nature", "service", "level")
"""What is decided after what."""
HAZARD: Final = 0.5
"""Probability of a hazard from which on a message is kept in scope more readily: a danger must not be missed."""
GRAVE: Final = 20.0
"""The most that words of danger weigh together."""
SELDOM: Final = 0.7
"""By how much a question or a suggestion is less often of level 1 than its words say."""


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
    reading = read(text)
    found = weights(reading)
    cues = reading.cues
    chances = probabilities(reading, found)
    service, in_scope = _service(chances["service"])
    topics = _topics(found["topic_code"], service)
    topic = max(topics, key=lambda one: (topics[one], one)) if topics else None
    nature, kind = (max(chances[label], key=chances[label].__getitem__) for label in ("nature", "kind"))
    level = level_of(chances["level"], heard=bool(found["level"].get("1")))
    heard = _heard(found["topic_code"])
    sure = {
        "in_scope": (1 - chances["service"]["none"] if in_scope else chances["service"]["none"]) * heard,
        "service": chances["service"][service or "none"] * heard,
        "topic": chances["service"][service or "none"] * heard * _share(topics, topic),
        "nature": chances["nature"][nature],
        "kind": chances["kind"][kind],
        "level": chances["level"][str(level)],
    }
    sure["importance"] = chances["level"]["1"] if level == 1 else 1 - chances["level"]["1"]
    sure["department"] = sure["service"]
    return Labels(
        in_scope=in_scope,
        service=cast("Service | None", service),
        topic_code=cast("Topic | None", topic if in_scope else None),
        nature=cast("Nature | None", nature if in_scope else None),
        kind=cast("Kind", kind),
        category=_category(topic, nature) if in_scope else None,
        level=level if in_scope else None,
        importance="major" if level == 1 and in_scope else "ordinary",
        department=service,
        confidence={name: round(value, 3) for name, value in sure.items()},
        p_level_1=round(chances["level"]["1"], 3),
        danger_cues=tuple(dict.fromkeys(cue.code for cue in cues)),
        to_person=_to_person(sure, service),
        reasons=_reasons(
            reading, {"kind": kind, "nature": nature, "level": str(level), "topic_code": service or "none"}
        ),
    )


def probabilities(reading: Reading, found: Mapping[str, Mapping[str, float]]) -> dict[str, dict[str, float]]:
    """Return the probability of each value of each label: both parts together, level after kind and nature."""
    learned = current().scores(features(reading, found))
    how = settings().labels
    chances: dict[str, dict[str, float]] = {}
    for label in ORDER:
        values = LABELS[label]
        weighed = by_service(found["topic_code"]) if label == "service" else dict(found[label])
        if label == "service" and chances["nature"]["safety"] >= HAZARD:
            weighed["none"] *= 0.7
        if label == "level":
            weighed = _level_after(weighed, chances)
        total = sum(weighed.values()) + 4.0
        lead = {
            value: how[label].rules * weighed.get(value, 0.0) / total
            + how[label].learned * learned[label][value]
            + how[label].ahead.get(value, 0.0)
            for value in values
        }
        chances[label] = _softmax(lead, how[label].sharp)
    chances["level"] = _seldom_grave(chances["level"], chances["kind"]["complaint"])
    return chances


def _seldom_grave(level: Mapping[str, float], complaint: float) -> dict[str, float]:
    """Return the probabilities of the levels, the first one lowered: who asks or proposes is seldom in danger now."""
    weighed = dict(level) | {"1": level["1"] * (1 - SELDOM * (1 - complaint))}
    total = sum(weighed.values())
    return {value: chance / total for value, chance in weighed.items()}


def _level_after(found: dict[str, float], chances: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """A suggestion concerns many; a question is small, above all one for plans; a hazard is grave; a bill is one's own.

    Words of danger are loud also in anger about rules and bills: there they count for less, as they do where nothing
    else says that there is a hazard; and many of them do not outweigh everything else.
    """
    kind, nature = chances["kind"], chances["nature"]
    grave = min(found.get("1", 0.0), GRAVE) * (0.75 + 0.25 * nature["safety"])
    grave *= 1 - 0.8 * nature["management"] - 0.6 * nature["charging"]
    asked = 16.0 * kind["consultation"] * (1 + nature["management"])
    return {
        "1": (grave + 10.0 * nature["safety"]) * kind["complaint"],
        "2": found.get("2", 0.0) * 0.6 + 4.0 + 20.0 * kind["suggestion"],
        "3": found.get("3", 0.0) * (1 - kind["suggestion"]) + 2.0 + asked + 3.0 * nature["charging"],
    }


def level_of(chances: Mapping[str, float], *, heard: bool) -> Level:
    """Return the level: 1 from a low probability on, and from a very low one where a word of danger was heard."""
    if chances["1"] >= (settings().level_1_from if heard else settings().level_1_unheard_from):
        return 1
    return 2 if chances["2"] >= chances["3"] else 3


def _softmax(lead: Mapping[str, float], sharp: float) -> dict[str, float]:
    most = max(lead.values())
    powers = {value: math.exp(sharp * (score - most)) for value, score in lead.items()}
    total = sum(powers.values())
    return {value: power / total for value, power in powers.items()}


def _service(chances: Mapping[str, float]) -> tuple[str | None, bool]:
    best = max(chances, key=chances.__getitem__)
    return (None, False) if best == "none" else (best, best in get_args(Service))


def _heard(topics: Mapping[str, float]) -> float:
    """Return how much there is to go by: where hardly a word of the lexicon was read, nothing is sure."""
    return max(0.5, 1 - math.exp(-sum(topics.values()) / 1.5))


def _topics(found: Mapping[str, float], service: str | None) -> dict[str, float]:
    """Return what each topic of ``service`` weighs; words that any message of it uses say little of the topic."""
    how = settings().topic
    return {
        topic: weight * (how.general_counts if topic in how.general else 1.0)
        for topic, weight in found.items()
        if topic.startswith(f"{service}.")
    }


def _share(topics: Mapping[str, float], topic: str | None) -> float:
    """Return how sure a topic is within its service: never more than the settings say."""
    return settings().topic.surest * topics[topic] / sum(topics.values()) if topic else 0.0


def _to_person(sure: Mapping[str, float], service: str | None) -> tuple[str, ...]:
    how = settings()
    below = {label: how.labels.get(label, how.labels["service"]).person_below for label in sure}
    below["topic"] = how.topic.person_below
    asked = set(sure) if service else {"in_scope", "service", "kind"}
    return tuple(label for label, value in sure.items() if value < below[label] and label in asked)


def _reasons(reading: Reading, decided: Mapping[str, Any]) -> tuple[Reason, ...]:
    """Return the words that decided: those of the values that were chosen, and every danger cue."""
    spoke = [hit for hit in reading.hits if hit.rule.value.split(".")[0] == decided[hit.rule.label]]
    return tuple(
        Reason(hit.rule.label, hit.rule.value, hit.rule.term, *reading.span(hit.start, hit.end)) for hit in spoke
    ) + tuple(Reason("level", "1", cue.code, cue.start, cue.end) for cue in reading.cues)


def _category(topic: str | None, nature: str | None) -> Category | None:
    if topic is None or nature is None:
        return None
    return load().policy.category(cast("Topic", topic), cast("Nature", nature))
