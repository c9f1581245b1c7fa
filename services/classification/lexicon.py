"""The lexicons: readable files that an office can edit, checked at start with the file and the line in the error.

One file a label; in it, for each value, patterns with what they weigh: ``停水: 4``. A pattern is a word, or several
that mean the same (``停水|斷水``), or words that follow one another within a sentence (``地鐵|修路 .. 擾民|噪音``).
``^`` before it: only in the head (title, or the first sentence); ``$`` after it: only in the last sentence. Both
scripts and cases are matched.
"""

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
from shared.yaml_files import read_yaml

FOLDER: Final = Path(__file__).parent / "lexicons"
FILES: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "topic_code": ("services.yaml", (*get_args(Topic), "none")),
    "nature": ("nature.yaml", get_args(Nature)),
    "kind": ("kind.yaml", get_args(Kind)),
    "level": ("level.yaml", ("1", "2", "3")),
}
"""For each label: its file, and the values that may stand in it (``none.something`` for what is out of scope)."""
FARTHEST: Final = 30
"""Characters that may lie between two words of a pattern."""


class LexiconError(ValueError):
    """A lexicon cannot be used; the message names file, line and reason."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern and what it speaks for: ``value`` of ``label``, with its weight; ``term`` as the lexicon writes it."""

    number: int
    label: str
    value: str
    term: str
    weight: float
    where: str
    """``head``, ``last`` or empty: anywhere."""
    atoms: frozenset[int]
    follows: "re.Pattern[str] | None"
    """What finds words that follow one another; ``None`` for a pattern of single words."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All rules, and the one automaton that finds their words: word -> (word, numbers of the atoms it belongs to)."""

    rules: tuple[Rule, ...]
    single: Mapping[int, Rule]
    """By atom: the rules that are one word."""
    following: tuple[Rule, ...]
    words: Any


@cache
def lexicon() -> Lexicon:
    """Return the rules of all files; LexiconError names what cannot be used."""
    rules: list[Rule] = []
    words: dict[str, list[int]] = {}
    for label, (name, known) in FILES.items():
        for value, patterns in _read(name).items():
            if str(value) not in known and not (label == "topic_code" and str(value).startswith("none.")):
                raise LexiconError(f"{name}, line {_line(name, str(value))}: there is no {label} '{value}'")
            if not isinstance(patterns, dict):
                raise LexiconError(f"{name}, line {_line(name, str(value))}: '{value}' needs words with their weights")
            for term, weight in patterns.items():
                if not isinstance(weight, int | float) or weight <= 0:
                    raise LexiconError(f"{name}, line {_line(name, str(term))}: the weight of '{term}' must be above 0")
                rules.append(_rule(len(rules), label, str(value), str(term), float(weight), words, name))
    automaton = ahocorasick.Automaton()
    for word, atoms in words.items():
        automaton.add_word(word, (word, tuple(atoms)))
    automaton.make_automaton()
    single = {atom: rule for rule in rules if rule.follows is None for atom in rule.atoms}
    return Lexicon(tuple(rules), single, tuple(rule for rule in rules if rule.follows is not None), automaton)


def _rule(
    number: int, label: str, value: str, term: str, weight: float, words: dict[str, list[int]], name: str
) -> Rule:
    where = "head" if term.startswith("^") else "last" if term.endswith("$") else ""
    parts = [part.split("|") for part in term.strip("^$").split(" .. ")]
    plain = [[folded(word)[0].strip() for word in part] for part in parts]
    if not all(word for part in plain for word in part):
        raise LexiconError(f"{name}, line {_line(name, term)}: an empty word in '{term}'")
    # the number of an atom is made of its rule's and its place, so that it is unique without a counter
    atoms = [number * 16 + place for place in range(len(plain))]
    for atom, part in zip(atoms, plain, strict=True):
        for word in part:
            words.setdefault(word, []).append(atom)
    gap = rf"[^。！？!?;；\n]{{0,{FARTHEST}}}?"
    follows = re.compile(gap.join(f"(?:{'|'.join(map(re.escape, part))})" for part in plain))
    return Rule(
        number, label, value, term.strip("^$"), weight, where, frozenset(atoms), follows if len(plain) > 1 else None
    )


def _read(name: str) -> dict[Any, Any]:
    try:
        content = read_yaml(FOLDER / name)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else "?"
        raise LexiconError(f"{name}, line {line}: {error.problem}") from error
    if not isinstance(content, dict):
        raise LexiconError(f"{name}, line 1: no words in it")
    return content


def _line(name: str, word: str) -> int:
    lines = (FOLDER / name).read_text("utf-8").splitlines()
    wanted = re.compile(rf"(^|[\s{{,\"']){re.escape(word)}[\"']?\s*:")
    return next((number for number, line in enumerate(lines, 1) if wanted.search(line)), 1)
