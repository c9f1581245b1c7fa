"""The lexicons: readable files that an office can edit, checked at start with the line in the error."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, get_args

import ahocorasick
import yaml

from shared.folding import folded
from shared.glossary import Kind, Nature, Topic

FOLDER: Final = Path(__file__).parent / "lexicons"
_LABELS: Final[Mapping[str, tuple[Any, ...]]] = {
    "nature": get_args(Nature),
    "kind": get_args(Kind),
    "level": (1, 2, 3),
}


class LexiconError(ValueError):
    """A lexicon cannot be used; the message names file, line and reason."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What a term speaks for: ``value`` of ``label``, with its weight; ``term`` as the lexicon writes it."""

    label: str
    value: str
    term: str
    weight: float


@cache
def terms() -> tuple[Any, ...]:
    """Return one automaton per group of labels that are weighed against each other."""
    services = _entries_of_services(_read("services.yaml"))
    labels = _read("labels.yaml")
    groups = [services]
    for label, values in _LABELS.items():
        found = labels.get(label)
        if not isinstance(found, dict):
            raise LexiconError(f"labels.yaml: the part '{label}' is missing")
        groups.append([one for value, words in found.items() for one in _entries(label, value, values, words)])
    return tuple(_automaton(group) for group in groups)


def _entries_of_services(content: Mapping[str, Any]) -> list[Entry]:
    known = (*get_args(Topic), "none")
    return [one for topic, words in content.items() for one in _entries("topic_code", topic, known, words)]


def _entries(label: str, value: Any, known: tuple[Any, ...], words: Any) -> list[Entry]:
    name = "services.yaml" if label == "topic_code" else "labels.yaml"
    if value not in known:
        raise LexiconError(f"{name}, line {_line(name, str(value))}: there is no {label} '{value}'")
    if not isinstance(words, dict):
        raise LexiconError(f"{name}, line {_line(name, str(value))}: '{value}' needs words with their weights")
    for word, weight in words.items():
        if not isinstance(weight, int | float) or weight <= 0:
            raise LexiconError(f"{name}, line {_line(name, str(word))}: the weight of '{word}' must be above 0")
    return [Entry(label, str(value), str(word), float(weight)) for word, weight in words.items()]


def _automaton(entries: list[Entry]) -> Any:
    by_term: dict[str, list[Entry]] = {}
    for one in entries:
        by_term.setdefault(folded(one.term)[0], []).append(one)
    automaton = ahocorasick.Automaton()
    for term, spoken_for in by_term.items():
        automaton.add_word(term, (term, tuple(spoken_for)))
    automaton.make_automaton()
    return automaton


def _read(name: str) -> dict[str, Any]:
    try:
        content = yaml.safe_load((FOLDER / name).read_text("utf-8"))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else "?"
        raise LexiconError(f"{name}, line {line}: {error.problem}") from error
    if not isinstance(content, dict):
        raise LexiconError(f"{name}, line 1: no words in it")
    return content


def _line(name: str, word: str) -> int:
    lines = (FOLDER / name).read_text("utf-8").splitlines()
    wanted = re.compile(rf"(^|[\s{{,]){re.escape(word)}\s*:")
    return next((number for number, line in enumerate(lines, 1) if wanted.search(line)), 1)
