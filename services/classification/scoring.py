"""From a reading to what the rules weigh for each value, and to the features of the statistical part. Pure."""

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Final

from services.classification.reading import HEAD, Reading, danger_loudness

HEAD_COUNTS: Final[Mapping[str, float]] = {"topic_code": 3.5, "nature": 2.4, "kind": 1.5, "level": 1.8}
"""How much more a pattern weighs in the head."""
READ: Final = 180
"""Characters of a message whose n-grams the statistical part sees."""
READ_ENGLISH: Final = 400
"""The same of an English message: the same is said with more letters."""
CUE: Final = 7.0
"""What a danger cue weighs for level 1 (2/1.1.15(1))."""
MIXED: Final = 40
"""Latin letters from which on a message with Chinese signs is one of both."""
PARTS: Final = (4, 5)
"""Letters of a part of an English word: what leaks, leaked and leaking share."""
ENGLISH: Final = "en "
"""What each feature of an English message begins with: it shares none with a Chinese one (learning.py)."""
_WORD: Final = re.compile(r"[a-z0-9']+")
_LATIN: Final = re.compile(r"[a-z]+")
_CHINESE: Final = re.compile(r"[\u3400-\u9fff]+")
NOTHING: Final = 2.0
"""What speaks for ``none`` before a word is read: a message without any word of a service is out of scope."""


def weights(reading: Reading) -> dict[str, dict[str, float]]:
    """Return, by label, what the rules weigh for each value; the same words again weigh half each time."""
    found: dict[str, dict[str, float]] = {label: defaultdict(float) for label in HEAD_COUNTS}
    # what no word speaks of: most messages complain of the service itself
    found["nature"]["service_quality"] = found["kind"]["complaint"] = 1.5
    times: dict[int, int] = defaultdict(int)
    if reading.cues:
        found["level"]["1"] += _danger(reading)
    for hit in sorted(reading.hits, key=lambda one: not one.head):
        rule = hit.rule
        loud = hit.loud * (HEAD_COUNTS[rule.label] if hit.head else 1.0)
        found[rule.label][rule.value] += rule.weight * loud * 0.5 ** times[rule.number]
        times[rule.number] += 1
    return {label: dict(values) for label, values in found.items()}


def _danger(reading: Reading) -> float:
    """Return what the danger cues weigh for level 1: the list that rings at intake is the one that is read here."""
    first = {cue.code: reading.after_head(cue.start) for cue in reversed(reading.cues)}
    return CUE * min(sum(1.5 if after < 0 else danger_loudness(after) for after in first.values()), 3.0)


def by_service(topics: Mapping[str, float]) -> dict[str, float]:
    """Return the weight of each service, ``none`` among them, from those of the topics."""
    services: dict[str, float] = defaultdict(float)
    services["none"] = NOTHING
    for topic, weight in topics.items():
        services[topic.split(".")[0]] += weight
    return dict(services)


def features(reading: Reading, found: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """Return what the statistical part sees: n-grams, the rules that speak, and what nature and kind weigh.

    Of an English message these are words, pairs of words and parts of words; of any other, characters.
    What service and level weigh is left out: their rules have their say beside it (classify.py), and a model that sees
    the sums, too, leans on them where the words are new.
    """
    seen: dict[str, float] = {}
    english = is_english(reading)
    head, body = _english_read(reading) if english else _read(reading)
    grams = _english_grams if english else _grams
    for gram in grams(body):
        seen[gram] = 0.5
    for gram in grams(head):
        seen["^" + gram] = 0.7
    for cue in reading.cues:
        seen[f"!{cue.code}"] = 1.5
    for hit in reading.hits:
        name = f"#{hit.rule.label}:{hit.rule.value}:{hit.rule.term}"
        seen[name] = max(seen.get(name, 0.0), 1.5 * hit.loud)
        if hit.head:
            seen["^" + name] = 1.5
    length = math.sqrt(sum(value * value for value in seen.values())) or 1.0
    seen = {name: value / length for name, value in seen.items()}
    for label in ("nature", "kind"):
        total = sum(found[label].values()) or 1.0
        for value, weight in found[label].items():
            seen[f"={label}:{value}"] = 0.5 * weight / total
            seen[f"~{label}:{value}"] = 0.25 * min(weight, 20.0) / 20.0
    return {ENGLISH + name: value for name, value in seen.items()} if english else seen


def is_english(reading: Reading) -> bool:
    """Say whether a message is written in Latin letters, but for a sign here and there.

    Of one that has both - an address, a mail's head or a foot above or below it - the words say it that speak for a
    service; else the signs of both kinds are counted, not figures and blanks.
    """
    chinese = sum(map(len, _CHINESE.findall(reading.heard)))
    latin = sum(map(len, _LATIN.findall(reading.heard)))
    if chinese and latin >= MIXED:
        spoke = [0.0, 0.0]
        for hit in reading.hits:
            if hit.rule.label == "topic_code":
                spoke[reading.plain[hit.start].isascii()] += hit.rule.weight
        if spoke[0] != spoke[1]:
            return spoke[1] > spoke[0]
    return 10 * chinese < latin


def _english_read(reading: Reading) -> tuple[str, str]:
    """Return the head and what is read of an English message."""
    return reading.heard[: reading.head], reading.heard[:READ_ENGLISH]


def _read(reading: Reading) -> tuple[str, str]:
    """Return the head and what is read of a Chinese message: from its first Chinese sign on, where much stands above.

    Its first line is no head then, but that of a mail.
    """
    first = _CHINESE.search(reading.heard)
    begin = first.start() if first and first.start() >= MIXED else 0
    return reading.heard[begin : max(reading.head, begin + HEAD if begin else 0)], reading.heard[begin : begin + READ]


def _grams(text: str) -> Iterator[str]:
    for size in (1, 2, 3):
        yield from (text[at : at + size] for at in range(len(text) - size + 1))


def _english_grams(text: str) -> Iterator[str]:
    words = _WORD.findall(text)
    yield from (f"{one} {two}" for one, two in pairwise(words))
    for word in words:
        whole = f"<{word}>"
        yield whole
        for size in PARTS:
            yield from (whole[at : at + size] for at in range(len(whole) - size + 1))
