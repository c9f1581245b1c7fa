"""Reading the project's YAML files; what cannot be used is refused with the file, the line and the reason.

By the loader written in C: the other takes eight times as long.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

_Model = TypeVar("_Model", bound=BaseModel)

Place = tuple[str | int, ...]
"""Where a part of a document stands: keys as they are written, and positions in lists from 0."""


class YamlMistake(ValueError):
    """A file cannot be used; the message names file, line (from 1) and reason."""

    def __init__(self, name: str, line: int, reason: str) -> None:
        super().__init__(f"{name}, line {line}: {reason}")
        self.line, self.reason = line, reason


@dataclass(frozen=True, slots=True)
class Document:
    """What a YAML file says, in plain values, and the line (from 1) of each of its parts."""

    name: str
    data: Any
    lines: Mapping[Place, int]

    def mistake(self, at: Place, reason: str) -> YamlMistake:
        """Return the mistake at a part; where it is not there, at the innermost part around it."""
        while at and at not in self.lines:
            at = at[:-1]
        return YamlMistake(self.name, self.lines.get(at, 1), reason)


def read_yaml(path: Path) -> Any:
    """Return what a YAML file says, in plain values. Raises ``yaml.MarkedYAMLError`` with the place."""
    return yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)


def read_as(path: Path, model: type[_Model]) -> _Model:
    """Return what a YAML file says as a model; YamlMistake names the line of what does not fit it."""
    document = read_document(path.name, path.read_bytes())
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        # a key that is not known is told first: another one that is missing is often the same, rightly spelt
        first = min(error.errors(), key=lambda one: one["type"] != "extra_forbidden")
        part = ".".join(str(step) for step in first["loc"] if step != "[key]")
        reason = first["msg"].removeprefix("Value error, ")
        raise document.mistake(first["loc"], f"{part}: {reason}" if part else reason) from error


def read_document(name: str, text: str | bytes) -> Document:
    """Return what the YAML text of a file says. YamlMistake also where a key stands twice in one mapping."""
    try:
        loader = yaml.CSafeLoader(text)
        root = loader.get_single_node()
        data = loader.construct_document(root) if root else None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise YamlMistake(name, mark.line + 1 if mark else 1, str(error.problem)) from error
    except (yaml.YAMLError, ValueError) as error:  # a byte that is no text, a date that is none
        raise YamlMistake(name, 1, str(error)) from error
    return Document(name, data, dict(_lines(name, root, ())) if root else {})


def _lines(name: str, node: yaml.Node, at: Place) -> Iterator[tuple[Place, int]]:
    yield at, node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        for index, child in enumerate(node.value):
            yield from _lines(name, child, (*at, index))
    if isinstance(node, yaml.MappingNode):
        seen = set()
        for key, child in node.value:
            if key.value in seen:
                raise YamlMistake(name, key.start_mark.line + 1, f"`{key.value}` stands here twice")
            seen.add(key.value)
            yield from _lines(name, child, (*at, key.value))
            yield (*at, key.value), key.start_mark.line + 1
