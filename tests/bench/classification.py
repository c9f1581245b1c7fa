"""The classifier on one core: how soon its words and model are there, how quickly it labels, rings, and learns."""

import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import psutil

from services.classification.classify import classify
from services.classification.examples import own, rows, text_of
from services.classification.learning import learn
from services.classification.lexicon import lexicon
from services.classification.model import shipped
from services.classification.settings import settings
from shared.danger import danger_cues, danger_lexicon
from tests.bench.row import Row

A_SECOND: Final = 500.0
"""Messages that one core labels: a large office's day in minutes."""
CUES_MS: Final = 1.0
"""What intake, which answers at once, may wait for the danger cues."""
LOAD_SECONDS: Final = 1.0
LOAD_MB: Final = 100.0
LEARN_SECONDS: Final = 60.0
"""How long somebody at the desk waits for a new model."""
_MESSAGES: Final = Path(__file__).parents[1] / "services" / "classification" / "messages"
_ROUNDS: Final = 5
_TOGETHER: Final = 3


def measure() -> list[Row]:
    """Return the rows ``model-load``, ``classification``, ``danger-cues`` and ``learning``; times are of the core."""
    loaded = _load()
    texts = _letters([text_of(row) for file in sorted(_MESSAGES.glob("*.jsonl")) for row in rows(file)])
    return [loaded, _classification(texts), _danger_cues(texts), _learning()]


def _letters(texts: Sequence[str]) -> list[str]:
    """Return letters as long as people write them: the test messages are short."""
    return ["\n".join(texts[at : at + _TOGETHER]) for at in range(0, len(texts), _TOGETHER)]


def _load() -> Row:
    before, begun = _megabytes(), time.process_time()
    for each in (lexicon, danger_lexicon, settings, shipped):
        each()
    seconds, megabytes = time.process_time() - begun, _megabytes() - before
    told = f"words, settings and model; {megabytes:.0f} MB more than Python and its libraries (limit {LOAD_MB:g})"
    reached = seconds < LOAD_SECONDS and megabytes < LOAD_MB
    ratio = round(seconds / LOAD_SECONDS, 2)
    return Row("model-load", round(seconds, 2), "s", LOAD_SECONDS, ratio, reached, where=told)


def _classification(texts: Sequence[str]) -> Row:
    each = sorted(_times(classify, texts))
    rate = len(each) / sum(each)
    told = f"messages of {statistics.mean(map(len, texts)):.0f} characters"
    p50, p99 = _at(each, 0.5), _at(each, 0.99)
    return Row(
        "classification", round(rate), "/s", A_SECOND, round(rate / A_SECOND, 2), rate >= A_SECOND, p50, p99, told
    )


def _danger_cues(texts: Sequence[str]) -> Row:
    each = sorted(_times(danger_cues, texts))
    most = _at(each, 0.99)
    told = f"the 99th of a hundred; at most {1000 * each[-1]:.2f} ms"
    ratio = round(most / CUES_MS, 2)
    return Row("danger-cues", round(most, 3), "ms", CUES_MS, ratio, most < CUES_MS, _at(each, 0.5), most, told)


def _learning() -> Row:
    examples = own()
    begun = time.process_time()
    learn(examples, "bench")
    seconds = time.process_time() - begun
    told = f"{len(examples)} examples; most of the time is spent on what each example has in common with each"
    ratio = round(seconds / LEARN_SECONDS, 2)
    return Row("learning", round(seconds, 1), "s", LEARN_SECONDS, ratio, seconds < LEARN_SECONDS, where=told)


def _times(does: Callable[[str], object], texts: Sequence[str]) -> list[float]:
    """Return the seconds of each text, after a first round that is not counted."""
    for text in texts:
        does(text)
    return [_seconds(does, text) for _ in range(_ROUNDS) for text in texts]


def _seconds(does: Callable[[str], object], text: str) -> float:
    begun = time.process_time()
    does(text)
    return time.process_time() - begun


def _at(times: Sequence[float], share: float) -> float:
    """Return the milliseconds within which this share of the sorted ``times`` lies."""
    return 1000 * times[int(share * (len(times) - 1))]


def _megabytes() -> float:
    return psutil.Process().memory_info().rss / 2**20
