"""How good predictions are, label by label: accuracy, macro-F1, confusion, calibration, share to a person. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

LABELS: Final = ("service", "topic", "kind", "nature", "level")
FOLLOWING: Final = ("in_scope", "department", "importance")
"""Labels that follow from others, each with a confidence of its own."""


@dataclass(frozen=True, slots=True)
class Pair:
    """What is right, what else is defensible, what was predicted, how surely, and whether a person would decide."""

    right: str
    also: tuple[str, ...]
    said: str
    sure: float
    person: bool


def pairs(rows: Sequence[Mapping[str, Any]], predictions: Sequence[Mapping[str, Any]], label: str) -> list[Pair]:
    """Return the pairs of one label; rows without it are left out (nature and level where nothing is in scope)."""
    found = []
    for row, said in zip(rows, predictions, strict=True):
        right = _value(row, label)
        if right is None:
            continue
        alternatives = [{key: value} for key, values in (row.get("alt") or {}).items() for value in _listed(values)]
        also = tuple(other for one in alternatives if (other := _value(one, label)) is not None)
        sure, person = said["confidence"][label], label in said["to_person"]
        unsaid = "ordinary" if label == "importance" else "none"
        found.append(Pair(right, also, _value(said, label) or unsaid, sure, person))
    return found


def _listed(values: Any) -> Sequence[Any]:
    """Return the other defensible answers: as a list, also where one stands alone."""
    return values if isinstance(values, list) else () if values is None else (values,)


def _value(row: Mapping[str, Any], label: str) -> str | None:
    """Return what ``row`` says of ``label``, itself or by the label that it follows from."""
    if label in {"in_scope", "department"}:
        service = row.get("service")
        if service is None or label == "in_scope":
            return None if service is None else str(service != "none")
        return None if service == "none" else str(service)
    if label == "importance":
        return None if row.get("level") is None else "major" if str(row["level"]) == "1" else "ordinary"
    return None if row.get(label) is None else str(row[label])


def by_class(found: Sequence[Pair]) -> dict[str, dict[str, float]]:
    """Return rows, precision, recall and F1 of each class."""
    classes: dict[str, dict[str, float]] = {}
    for value in sorted({one.right for one in found}):
        hit = sum(one.right == value == one.said for one in found)
        rows, said = sum(one.right == value for one in found), sum(one.said == value for one in found)
        classes[value] = {
            "rows": rows,
            "precision": hit / said if said else 0.0,
            "recall": hit / rows if rows else 0.0,
            "f1": 2 * hit / (rows + said) if rows + said else 0.0,
        }
    return classes


def macro_f1(found: Sequence[Pair]) -> float:
    """Return the mean F1 of the classes that occur."""
    classes = by_class(found)
    return sum(one["f1"] for one in classes.values()) / len(classes) if classes else 0.0


def lenient(found: Sequence[Pair]) -> list[Pair]:
    """Return the pairs with each defensible answer taken for right."""
    return [Pair(one.said if one.said in one.also else one.right, (), one.said, one.sure, one.person) for one in found]


def accuracy(found: Sequence[Pair]) -> float:
    """Return the share that is right."""
    return sum(one.right == one.said for one in found) / len(found) if found else 0.0


def calibration_error(found: Sequence[Pair], bins: int = 10) -> float:
    """Return how far confidence and share right lie apart, on average over equal bins of confidence."""
    total = 0.0
    for at in range(bins):
        inside = [one for one in found if at / bins <= one.sure < (at + 1) / bins + (at == bins - 1)]
        if inside:
            total += abs(sum(one.sure for one in inside) - sum(one.right == one.said for one in inside))
    return total / len(found) if found else 0.0


def measure(found: Sequence[Pair]) -> dict[str, Any]:
    """Return everything that is said of one label."""
    kept = [one for one in found if not one.person]
    confusion = Counter((one.right, one.said) for one in found)
    return {
        "rows": len(found),
        "strict accuracy": accuracy(found),
        "lenient accuracy": accuracy(lenient(found)),
        "strict macro-F1": macro_f1(found),
        "lenient macro-F1": macro_f1(lenient(found)),
        "calibration error": calibration_error(found),
        "sent to a person": 1 - len(kept) / len(found) if found else 0.0,
        "accuracy on the rest": accuracy(kept),
        "classes": by_class(found),
        "confusion": {f"{right} -> {said}": times for (right, said), times in confusion.most_common()},
    }
