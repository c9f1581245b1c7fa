"""Makes the statistical part from examples: ridge regression on the features, solved in one step. numpy only; pure.

Deterministic and quick (some fifteen seconds of a core for 3,500 examples). What it says of an example that it was not
shown is known without training again (leave one out), so that two models can be compared before one is switched on.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
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


@dataclass(frozen=True, slots=True)
class Example:
    """A text and its labels; ``None`` where a label is not known or not there."""

    text: str
    labels: Mapping[str, str | None]


def learn(examples: Sequence[Example], version: str, own: int | None = None) -> Model:
    """Return a model that tells, by label, which share of examples it labels rightly when it was not shown them.

    Only the first ``own`` examples give it features: of a complaint's words nothing new enters the model (4/5.2.5).
    """
    seen = [_features(one.text) for one in examples]
    counts = Counter(name for one in seen[: len(examples) if own is None else own] for name in one)
    names = {name: place for place, name in enumerate(sorted(name for name, times in counts.items() if times >= RARE))}
    matrix = np.zeros((len(seen), len(names) + 1), dtype=np.float32)
    matrix[:, -1] = 0.5
    for row, one in zip(matrix, seen, strict=True):
        for name, value in one.items():
            if name in names:
                row[names[name]] = value
    alike = matrix @ matrix.T
    solved = np.zeros((len(names) + 1, len(COLUMNS)), dtype=np.float32)
    right: dict[str, float] = {}
    for label, values in LABELS.items():
        known = np.array([n for n, one in enumerate(examples) if one.labels.get(label) in values], dtype=int)
        if not len(known):
            continue
        wanted = np.array([[examples[n].labels[label] == value for value in values] for n in known], dtype=np.float32)
        shares, guessed = _ridge(alike[np.ix_(known, known)], wanted)
        each = np.zeros((len(seen), len(values)), dtype=np.float32)
        each[known] = shares
        solved[:, [COLUMNS.index((label, value)) for value in values]] = matrix.T @ each
        right[label] = round(float((guessed.argmax(axis=1) == wanted.argmax(axis=1)).mean()), 4)
    about = {"version": version, "examples": len(examples), "of": digest(examples), "left_out_right": right}
    return Model(names, solved[:-1], (solved[-1] * 0.5).astype(np.float32), about)


def _features(text: str) -> dict[str, float]:
    reading = read(text)
    return features(reading, weights(reading))


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
