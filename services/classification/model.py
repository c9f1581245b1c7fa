"""The statistical part: one weight a feature and value, plain numbers in a file (npz; never a pickle). numpy only."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO, Final

import numpy as np

FILE: Final = Path(__file__).parent / "model.npz"
FORM: Final = 2
"""What this program takes for features: to a model of another form most of a message would be new."""
LABELS: Final[Mapping[str, tuple[str, ...]]] = {
    "service": ("water", "power", "gas", "sanitation", "transport", "infrastructure", "none"),
    "kind": ("consultation", "complaint", "suggestion"),
    "nature": ("service_quality", "charging", "safety", "management"),
    "level": ("1", "2", "3"),
}
COLUMNS: Final = tuple((label, value) for label, values in LABELS.items() for value in values)


@dataclass(frozen=True)
class Model:
    """Weights by feature; ``about`` says version, when made, of how many examples, and how good on them."""

    names: dict[str, int]
    weights: "np.ndarray[Any, np.dtype[np.float32]]"
    bias: "np.ndarray[Any, np.dtype[np.float32]]"
    about: dict[str, Any]

    def scores(self, seen: Mapping[str, float]) -> dict[str, dict[str, float]]:
        """Return a score for each value of each label."""
        place = self.names.get
        places = np.fromiter((place(name, -1) for name in seen), np.intp, len(seen))
        values = np.fromiter(seen.values(), np.float32, len(seen))
        known = places >= 0
        total = self.bias + values[known] @ self.weights[places[known]]
        found: dict[str, dict[str, float]] = {label: {} for label in LABELS}
        for (label, value), score in zip(COLUMNS, total.tolist(), strict=True):
            found[label][value] = score
        return found


def fits(about: Mapping[str, Any]) -> bool:
    """Say whether a model was made of the features that this program sees."""
    return about.get("form") == FORM


def load(file: Path | BinaryIO) -> Model:
    """Read a model's file; ValueError where it does not fit this program."""
    with np.load(file, allow_pickle=False) as content:
        names = bytes(content["names"]).decode().split("\n")
        weights = content["weights"].astype(np.float32) * content["scale"].astype(np.float32)
        bias, about = content["bias"], json.loads(bytes(content["about"]).decode())
    if weights.shape != (len(names), len(COLUMNS)) or not fits(about):
        raise ValueError("the model does not fit this program: make it anew with services.classification.retrain")
    return Model({name: place for place, name in enumerate(names)}, weights, bias, about)


def save(file: Path | BinaryIO, model: Model) -> None:
    """Write a model's file: weights in 16 bits, names as text."""
    scale = np.maximum(np.abs(model.weights).max(axis=0), 1e-6).astype(np.float32)
    np.savez_compressed(
        file,
        names=np.frombuffer("\n".join(model.names).encode(), dtype=np.uint8),
        weights=(model.weights / scale).astype(np.float16),
        scale=scale,
        bias=model.bias.astype(np.float32),
        about=np.frombuffer(json.dumps(model.about).encode(), dtype=np.uint8),
    )


@cache
def shipped() -> Model:
    """Return the model that came with the program."""
    return load(FILE)


_current: list[Model] = []


def current() -> Model:
    """Return the model that is switched on: the shipped one unless the office has switched on another."""
    return _current[0] if _current else shipped()


def switch(model: Model | None) -> None:
    """Switch a model on in this process; ``None``: back to the shipped one."""
    _current[:] = [] if model is None else [model]
