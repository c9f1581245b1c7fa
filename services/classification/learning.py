"""Makes the statistical part from examples: ridge regression on the features, solved in one step. numpy only; pure.

Deterministic and quick (for 16,000 examples a minute of a core, 1.2 GB): English messages, which share no
feature with Chinese ones, are solved apart. What it says of an example that it was not shown is nearly known without
training again (leave one out): two models can be compared beforehand.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from services.classification.lexicon import lexicon
from services.classification.model import COLUMNS, FORM, LABELS, Model
from services.classification.reading import read
from services.classification.scoring import ENGLISH, features, weights

STRENGTH: Final = 0.5
"""How much the weights are held back (ridge)."""
RARE: Final = 4
"""A feature seen in fewer examples is left out."""
COMMON: Final = 192
"""A feature of more examples than this is common: multiplying it as a matrix is quicker."""
SMALL: Final = 1024
"""Rows of a matrix that is inverted at once, or multiplied in one step."""
_PROBES: Final = (
    "路燈不亮\n整條街的路燈三天沒亮，沒有漏電，請問幾時修好？建議換新的。",
    "No water since Monday\nThe whole street is dry; is the leak dangerous?",
    "Re: Flat 12B, Block 3 " + "整棟樓停水，請派人來。" * 40,
    "The lift lobby is dark again and nobody answers. " * 10,
)
"""Messages by which a program that sees other features in a message is told from this one."""
_VALUES: Final = {label: [COLUMNS.index((label, value)) for value in values] for label, values in LABELS.items()}
"""The columns of each label."""


@dataclass(frozen=True, slots=True)
class Example:
    """A text and its labels; ``None`` where a label is not known or not there."""

    text: str
    labels: Mapping[str, str | None]


def learn(examples: Sequence[Example], version: str, own: int | None = None) -> Model:
    """Return a model that tells, by label, which share of examples it labels rightly when it was not shown them.

    Only the first ``own`` examples give it features: of a complaint's words nothing new enters the model (4/5.2.5).
    """
    names, cells, scripts = _seen(examples, own)
    wanted = np.array([[one.labels.get(label) == value for label, value in COLUMNS] for one in examples], np.float32)
    before = _before(wanted)
    shares, guessed = np.zeros_like(wanted), np.zeros_like(wanted)
    for script in scripts:
        mine = script[np.argsort(-wanted[script].sum(axis=1), kind="stable")]
        shares[mine], guessed[mine] = _solved(cells.alike(mine), wanted[mine], before)
    about = {"version": version, "form": FORM, "examples": len(examples), "of": digest(examples)}
    about["left_out_right"] = _right(wanted, guessed + before)
    return Model(names, cells.summed(shares), before, about)


def _solved(alike: Any, wanted: Any, before: Any) -> tuple[Any, Any]:
    """Return each example's share in the weights, and what is said of it, beyond ``before``, by those of the others.

    ``alike`` is used up.
    """
    shares, guessed = np.zeros_like(wanted), np.zeros_like(wanted)
    alike[np.diag_indices_from(alike)] += STRENGTH
    for known, labels, white in _whitened(alike, _known(wanted)):
        columns = np.concatenate([_VALUES[label] for label in labels])
        at = np.ix_(known, columns)
        shares[at], guessed[at] = _ridge(white, wanted[at] - before[columns])
    return shares, guessed


def _before(wanted: Any) -> Any:
    """Return what each value has before a word is read: its share of the examples whose label is known."""
    shares = [wanted[wanted[:, at].any(axis=1)][:, at].sum(axis=0) for at in _VALUES.values()]
    return np.concatenate([share / max(share.sum(), 1.0) for share in shares]).astype(np.float32)


def _right(wanted: Any, guessed: Any) -> dict[str, float]:
    """Return, by label, the share of the examples whose label is known that is guessed rightly."""
    right = {}
    for label, at in _VALUES.items():
        known = wanted[:, at].any(axis=1)
        if known.any():
            same = guessed[known][:, at].argmax(axis=1) == wanted[known][:, at].argmax(axis=1)
            right[label] = round(float(same.mean()), 4)
    return right


@dataclass(frozen=True, slots=True)
class _Cells:
    """Which example (row) has which feature (column), and how much: most have few of them."""

    rows: "np.ndarray[Any, np.dtype[np.int32]]"
    columns: "np.ndarray[Any, np.dtype[np.int32]]"
    values: "np.ndarray[Any, np.dtype[np.float32]]"
    height: int
    width: int

    def alike(self, mine: Any) -> "np.ndarray[Any, np.dtype[np.float32]]":
        """Return the product of each example of ``mine`` with each, below the diagonal and on it: above it is the same.

        Common features are multiplied as a matrix; of the rare ones, which are most, pair by pair: the whole matrix is
        nearly empty.
        """
        rows, columns, values = self._of(mine)
        times = np.bincount(columns, minlength=self.width)
        common = np.flatnonzero(times > COMMON)
        place = np.full(self.width, -1, dtype=np.int32)
        place[common] = np.arange(len(common))
        block = np.zeros((len(mine), len(common)), dtype=np.float32)
        here = place[columns] >= 0
        block[rows[here], place[columns[here]]] = values[here]
        alike = np.zeros((len(mine), len(mine)), dtype=np.float32)
        for begin, end in _steps(len(mine)):
            alike[begin:end, :end] = block[begin:end] @ block[:end].T
        order = np.argsort(columns, kind="stable")
        begins = np.concatenate([[0], np.cumsum(times)[:-1]])
        for size in range(1, COMMON + 1):
            cells = order[begins[times == size][:, None] + np.arange(size)]
            one, other = np.tril_indices(size)
            first, second = rows[cells[:, one]], rows[cells[:, other]]
            below = np.maximum(first, second), np.minimum(first, second)
            np.add.at(alike, below, values[cells[:, one]] * values[cells[:, other]])
        return alike

    def _of(self, mine: Any) -> tuple[Any, Any, Any]:
        """Return the cells of the examples ``mine``, whose rows are their places in it."""
        place = np.full(self.height, -1, dtype=np.int32)
        place[mine] = np.arange(len(mine))
        here = place[self.rows] >= 0
        return place[self.rows[here]], self.columns[here], self.values[here]

    def summed(self, shares: Any) -> "np.ndarray[Any, np.dtype[np.float32]]":
        """Return each feature's weights: the shares of the examples that have it."""
        each = [np.bincount(self.columns, self.values * share[self.rows], minlength=self.width) for share in shares.T]
        return np.array(each, dtype=np.float32).T


def _seen(examples: Sequence[Example], own: int | None) -> tuple[dict[str, int], _Cells, list[Any]]:
    """Return the features that are kept, each with its column, what each example has of them, and which examples are
    English and which are not: they share no feature, and are learned apart.
    """
    found: dict[str, int] = {}
    each, values, english = [], [], np.zeros(len(examples), dtype=bool)
    for number, one in enumerate(examples):
        reading = read(one.text)
        has = features(reading, weights(reading))
        english[number] = all(name.startswith(ENGLISH) for name in has)
        each.append(np.fromiter((found.setdefault(name, len(found)) for name in has), np.int32, len(has)))
        values.append(np.fromiter(has.values(), np.float32, len(has)))
    times = np.bincount(np.concatenate([*each[:own], np.empty(0, np.int32)]), minlength=len(found))
    names = {name: place for place, name in enumerate(sorted(name for name, at in found.items() if times[at] >= RARE))}
    column = np.array([names.get(name, -1) for name in found], dtype=np.int32)
    columns = column[np.concatenate(each)]
    rows = np.repeat(np.arange(len(each), dtype=np.int32), [len(one) for one in each])
    kept = columns >= 0
    cells = _Cells(rows[kept], columns[kept], np.concatenate(values)[kept], len(each), len(names))
    return names, cells, [np.flatnonzero(english), np.flatnonzero(~english)]


def _known(wanted: Any) -> list[tuple[Any, list[str]]]:
    """Return examples, and the labels that are known of just these: they are solved at once."""
    together: dict[bytes, tuple[Any, list[str]]] = {}
    for label, values in _VALUES.items():
        known = np.flatnonzero(wanted[:, values].any(axis=1))
        together.setdefault(known.tobytes(), (known, []))[1].append(label)
    return [one for one in together.values() if len(one[0])]


def _whitened(alike: Any, groups: Sequence[tuple[Any, list[str]]]) -> Iterator[tuple[Any, list[str], Any]]:
    """Yield each group with its whitening matrix; ``alike`` is used up, as it is large.

    Where a group is the first of all examples, as those in scope are, its matrix is the corner of the whole one.
    """
    for known, labels in groups:
        if not _are_first(known):
            white = alike[np.ix_(known, known)]
            _whiten(white)
            yield known, labels, white
    _whiten(alike)
    for known, labels in groups:
        if _are_first(known):
            yield known, labels, alike[: len(known), : len(known)]


def _are_first(known: Any) -> bool:
    return bool(known[-1] == len(known) - 1)


def _ridge(white: Any, wanted: Any) -> tuple[Any, Any]:
    """Return each row's share in the weights, and what is said of it by the weights that its own removal would leave.

    ``white`` whitens what each row is to each, ``STRENGTH`` added.
    """
    shares = white.T @ (white @ wanted)
    return shares, wanted - shares / np.einsum("ij,ij->j", white, white)[:, None]


def _whiten(matrix: Any) -> None:
    """Turn a symmetric positive matrix, in its place, into the inverse W of its Cholesky root: W.T @ W is its inverse.

    What stands above the diagonal is not read. By halves and in steps, as numpy's own inverse takes thrice the memory,
    and as half of every product is known to be zero or the same as the other half.
    """
    if len(matrix) <= SMALL:
        matrix[:] = np.linalg.inv(np.linalg.cholesky(matrix))
        return
    half = len(matrix) // 2
    first, last, lower = matrix[:half, :half], matrix[half:, half:], matrix[half:, :half]
    _whiten(first)
    across = np.empty_like(lower)
    for begin, end in _steps(half):
        across[:, begin:end] = lower[:, :end] @ first[begin:end, :end].T
    for begin, end in _steps(len(last)):
        last[begin:end, :end] -= across[begin:end] @ across[:end].T
    _whiten(last)
    for begin, end in _steps(len(last)):
        lower[begin:end] = last[begin:end, :end] @ across[:end]
    for begin, end in _steps(half):
        lower[:, begin:end] = -lower[:, begin:] @ first[begin:, begin:end]
    matrix[:half, half:] = 0.0


def _steps(size: int) -> Iterator[tuple[int, int]]:
    return ((begin, min(begin + SMALL, size)) for begin in range(0, size, SMALL))


def digest(examples: Sequence[Example]) -> str:
    """Return what tells these examples, read with these lexicons, from others: the same ones make the same model."""
    texts = [(one.text, dict(one.labels)) for one in examples]
    words = [(rule.label, rule.value, rule.where, rule.term, rule.weight) for rule in lexicon().rules]
    seen = [features(reading, weights(reading)) for reading in map(read, _PROBES)]
    said = json.dumps([FORM, STRENGTH, RARE, words, seen, texts], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:16]
