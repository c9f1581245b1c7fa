"""The project's own labelled messages, and what the model is made of: read from files, varied in form. Pure."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from services.classification.learning import Example
from services.classification.model import LABELS

FOLDER: Final = Path(__file__).parent / "examples"


class ExampleError(ValueError):
    """A file of examples cannot be used; the message names file, line and reason."""


def rows(file: Path, *, to_learn: bool = False) -> Iterator[dict[str, Any]]:
    """Yield the rows of a file of messages, one JSON object a line; what is ``to_learn`` has no label but ours."""
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise ExampleError(f"{file.name}, line {number}: no JSON") from error
        if not isinstance(row, dict) or not isinstance(row.get("text"), str):
            raise ExampleError(f"{file.name}, line {number}: 'text' is missing")
        for label, values in LABELS.items() if to_learn else ():
            if row.get(label) is not None and str(row[label]) not in values:
                raise ExampleError(f"{file.name}, line {number}: '{label}' is none of {', '.join(values)}")
        yield row


def text_of(row: dict[str, Any]) -> str:
    """Return a message's words: its title is the first line."""
    title, text = (row.get("title") or "").strip(), row["text"]
    return f"{title}\n{text}" if title else text


def as_examples(found: Iterable[dict[str, Any]]) -> list[Example]:
    """Return each message as an example."""
    return [
        Example(text_of(row), {label: None if row.get(label) is None else str(row[label]) for label in LABELS})
        for row in found
    ]


def own() -> list[Example]:
    """Return the examples that the project itself contains."""
    return as_examples(row for file in sorted(FOLDER.glob("*.jsonl")) for row in rows(file, to_learn=True))
