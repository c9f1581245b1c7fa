"""How like two messages are, in words and place: a few numbers, so that no text has to leave intake. Pure."""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final

from shared.folding import folded
from shared.places import places

_RUN: Final = re.compile(r"[\u4e00-\u9fff]+|[a-z]{3,}")
_EVERYWHERE: Final = frozenset("的了是在我有不没个们和就都也要到说很吗呢请您你他她这那还从给让把被对上下中里")
_SPOKEN: Final = frozenset(
    ("the", "and", "for", "was", "has", "have", "not", "our", "you", "are", "with", "that", "this")
)
_PLACES: Final = frozenset(("road", "stop", "line", "meter"))
"""What names one spot; a district is too wide."""
_HOUSE: Final = re.compile(r"\d+号$")
_LONGEST: Final = 2000
_EARTH_METRES: Final = 6_371_000


@dataclass(frozen=True, slots=True)
class Said:
    """What is compared of one message; never shown to anybody."""

    words: frozenset[str]
    spots: frozenset[str]
    at: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Likeness:
    """``words``: share of the shorter one's words that the other has, too; ``metres`` where both have coordinates."""

    words: float
    same_place: bool
    metres: int | None


def said(record: Mapping[str, Any]) -> Said:
    """Return what is compared of a message: its text and matter, and its place."""
    place = record.get("place") or {}
    text = " ".join(str(record[name]) for name in ("matter", "text") if record.get(name))[:_LONGEST]
    spots = f"{text} {place.get('address') or ''}"
    lat, lon = place.get("lat"), place.get("lon")
    return Said(
        words=frozenset(_words(folded(text)[0])),
        spots=frozenset(_HOUSE.sub("", folded(one.words)[0]) for one in places(spots) if one.kind in _PLACES),
        at=(lat, lon) if lat is not None and lon is not None else None,
    )


def _words(text: str) -> Iterable[str]:
    for run in _RUN.findall(text):
        if run[0].isascii():
            if run not in _SPOKEN:
                yield run
        else:
            yield from (sign for sign in run if sign not in _EVERYWHERE)
            yield from (run[at : at + 2] for at in range(len(run) - 1))


def likeness(one: Said, other: Said) -> Likeness:
    """Compare two messages."""
    shorter = min(len(one.words), len(other.words))
    shared = len(one.words & other.words)
    return Likeness(
        words=round(shared / shorter, 2) if shorter else 0.0,
        same_place=not one.spots.isdisjoint(other.spots),
        metres=round(_metres(one.at, other.at) / 10) * 10 if one.at and other.at else None,
    )


def pairs(messages: Mapping[str, Said]) -> Iterable[tuple[str, str, Likeness]]:
    """Compare each message with each other."""
    for (a, one), (b, other) in combinations(messages.items(), 2):
        yield a, b, likeness(one, other)


def _metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    (lat, lon), (lat2, lon2) = (tuple(math.radians(value) for value in point) for point in (one, other))
    half = math.sin((lat2 - lat) / 2) ** 2 + math.cos(lat) * math.cos(lat2) * math.sin((lon2 - lon) / 2) ** 2
    return 2 * _EARTH_METRES * math.asin(min(1.0, math.sqrt(half)))
