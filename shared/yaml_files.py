"""Reading the project's YAML files; what an office edits is refused with the file, the line and the reason.

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
        self.line = line


class MistakeAt(ValueError):
    """What a check of a whole part finds wrong at a ``place`` within that part."""

    def __init__(self, place: Place, reason: str) -> None:
        super().__init__(reason)
        self.place = place


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

    def fitted(self, model: type[_Model], part: Any, at: Place = ()) -> _Model:
        """Return the ``part`` that stands at a place as a model; YamlMistake names the line of what does not fit it."""
        try:
            return model.model_validate(part)
        except ValidationError as error:
            # a key that is not known is told first: another one that is missing is often the same, rightly spelt
            first = min(error.errors(), key=lambda one: one["type"] != "extra_forbidden")
            wrong = first.get("ctx", {}).get("error")
            inside = (*first["loc"], *(wrong.place if isinstance(wrong, MistakeAt) else ()))
            # pydantic's own steps: into a key, and into one of the types that a value may have
            told = ".".join(str(step) for step in inside if "[" not in str(step))
            reason = first["msg"].removeprefix("Value error, ")
            raise self.mistake((*at, *inside), f"{told}: {reason}" if told else reason) from error


def read_yaml(path: Path) -> Any:
    """Return what a YAML file says, in plain values. Raises ``yaml.MarkedYAMLError`` with the place."""
    return yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)


def read_as(path: Path, model: type[_Model]) -> _Model:
    """Return what a YAML file says as a model; YamlMistake names the line of what does not fit it."""
    document = read_document(path.name, path.read_bytes())
    return document.fitted(model, document.data)


def read_document(name: str, text: str | bytes) -> Document:
    """Return what the YAML text of a file says. YamlMistake also where a key stands twice in one mapping."""
    loader = None
    try:
        loader = _Loader(text)
        root = loader.get_single_node()
        # before anything is made of the nodes: what is merged by `<<` then stands among a mapping's own keys
        lines = dict(_lines(name, root, (), set())) if root else {}
        data = loader.construct_document(root) if root else None
    except YamlMistake:
        raise
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise YamlMistake(name, mark.line + 1 if mark else 1, str(error.problem)) from error
    except (yaml.YAMLError, ValueError, LookupError, AttributeError, TypeError, RecursionError) as error:
        # a byte that is no text, a date that is none, a number without digits
        raise YamlMistake(name, loader.line if loader else 1, str(error) or type(error).__name__) from error
    return Document(name, data, lines)


class _Loader(yaml.CSafeLoader):
    """Knows the line of what it is making."""

    line = 1

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:  # noqa: FBT001, FBT002 - as yaml calls it
        self.line = node.start_mark.line + 1
        return super().construct_object(node, deep)


def _lines(name: str, node: yaml.Node, at: Place, walked: set[int]) -> Iterator[tuple[Place, int]]:
    yield at, node.start_mark.line + 1
    if isinstance(node, yaml.ScalarNode) or id(node) in walked:  # an alias: its parts stand elsewhere
        return
    walked.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        for index, child in enumerate(node.value):
            yield from _lines(name, child, (*at, index), walked)
    if isinstance(node, yaml.MappingNode):
        seen = set()
        for key, child in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise YamlMistake(name, key.start_mark.line + 1, "a key is one word or several, no list")
            if key.value in seen:
                raise YamlMistake(name, key.start_mark.line + 1, f"`{key.value}` stands here twice")
            seen.add(key.value)
            yield from _lines(name, child, (*at, key.value), walked)
            yield (*at, key.value), key.start_mark.line + 1
