"""Makes the statistical part from examples: ridge regression on the features, solved in one step. numpy only; pure.

Deterministic and quick (some thirty-five seconds of a core for 4,800 examples). What it says of an example that it was
not shown is known without training again (leave one out), so that two models can be compared before one is switched on.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from services.classification.model import COLUMNS, LABELS, Model
from services.classification.reading import read
from services.classification.scoring import features, weights

STRENGTH: Final = 0.3
"""How much the weights are held back (ridge)."""
RARE: Final = 2
"""A feature seen in fewer examples is left out."""
EVERY: Final = 0.5
"""How much of the feature of all each example has."""
_AT_ONCE: Final = 4096


@dataclass(frozen=True, slots=True)
class Example:
    """A text and its labels; ``None`` where a label is not known or not there."""

    text: str
    labels: Mapping[str, str | None]


def learn(examples: Sequence[Example], version: str, own: int | None = None) -> Model:
    """Return a model that tells, by label, which share of examples it labels rightly when it was not shown them.

    Only the first ``own`` examples give it features: of a complaint's words nothing new enters the model (4/5.2.5).
    """
    names, cells = _seen(examples, own)
    # beside its features each example has one of all: what each value has before a word is read
    alike = np.full((len(examples), len(examples)), EVERY * EVERY, dtype=np.float32)
    for _, block in cells.blocks():
        alike += block @ block.T
    solved = np.zeros((cells.width, len(COLUMNS)), dtype=np.float32)
    dual = np.zeros((len(examples), len(COLUMNS)), dtype=np.float32)
    right: dict[str, float] = {}
    for label, values in LABELS.items():
        known = np.array([n for n, one in enumerate(examples) if one.labels.get(label) in values], dtype=int)
        if not len(known):
            continue
        wanted = np.array([[examples[n].labels[label] == value for value in values] for n in known], dtype=np.float32)
        shares, guessed = _ridge(alike[np.ix_(known, known)], wanted)
        dual[np.ix_(known, np.array([COLUMNS.index((label, value)) for value in values]))] = shares
        right[label] = round(float((guessed.argmax(axis=1) == wanted.argmax(axis=1)).mean()), 4)
    for columns, block in cells.blocks():
        solved[columns] = block.T @ dual
    about = {"version": version, "examples": len(examples), "of": digest(examples), "left_out_right": right}
    return Model(names, solved, EVERY * EVERY * dual.sum(axis=0), about)


@dataclass(frozen=True, slots=True)
class _Cells:
    """Which example (row) has which feature (column), and how much: most have few of them."""

    rows: "np.ndarray[Any, np.dtype[np.int32]]"
    columns: "np.ndarray[Any, np.dtype[np.int32]]"
    values: "np.ndarray[Any, np.dtype[np.float32]]"
    height: int
    width: int

    def blocks(self) -> Iterator[tuple[slice, Any]]:
        """Yield the whole matrix, so many columns at once: all of it would take a gigabyte."""
        for begin in range(0, self.width, _AT_ONCE):
            end = min(begin + _AT_ONCE, self.width)
            block = np.zeros((self.height, end - begin), dtype=np.float32)
            here = (self.columns >= begin) & (self.columns < end)
            block[self.rows[here], self.columns[here] - begin] = self.values[here]
            yield slice(begin, end), block


def _seen(examples: Sequence[Example], own: int | None) -> tuple[dict[str, int], _Cells]:
    """Return the features that are kept, each with its column, and what each example has of them."""
    found: dict[str, int] = {}
    each, values = [], []
    for one in examples:
        reading = read(one.text)
        has = features(reading, weights(reading))
        each.append(np.fromiter((found.setdefault(name, len(found)) for name in has), np.int32, len(has)))
        values.append(np.fromiter(has.values(), np.float32, len(has)))
    times = np.bincount(np.concatenate([*each[:own], np.empty(0, np.int32)]), minlength=len(found))
    names = {name: place for place, name in enumerate(sorted(name for name, at in found.items() if times[at] >= RARE))}
    column = np.array([names.get(name, -1) for name in found], dtype=np.int32)
    columns = column[np.concatenate(each)]
    rows = np.repeat(np.arange(len(each), dtype=np.int32), [len(one) for one in each])
    kept = columns >= 0
    return names, _Cells(rows[kept], columns[kept], np.concatenate(values)[kept], len(each), len(names))


def _ridge(alike: Any, wanted: Any) -> tuple[Any, Any]:
    """Return each row's share in the weights, and what is said of it by the weights that its own removal would leave.

    ``alike`` is the product of each row with each: computed once for all labels, it is most of the work.
    """
    share = wanted.mean(axis=0)
    # a rare value counts more, so that it is not drowned by the common ones
    importance = np.sqrt((wanted @ (1.0 / np.maximum(share, 1e-3))) / len(share)).astype(np.float32)
    target = wanted * importance[:, None]
    kernel = alike * np.outer(importance, importance)
    kernel[np.diag_indices_from(kernel)] += STRENGTH
    inverse = np.linalg.inv(kernel)
    dual = inverse @ target
    guessed = (target - dual / np.diag(inverse)[:, None]) / importance[:, None]
    return dual * importance[:, None], guessed


def digest(examples: Sequence[Example]) -> str:
    """Return what tells these examples, texts and labels, from others: the same examples make the same model."""
    said = json.dumps([(one.text, dict(one.labels)) for one in examples], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:16]
