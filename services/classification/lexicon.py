"""The lexicons: readable files that an office can edit, checked at start with the file and the line in the error.

One file a label; in it, for each value, patterns with what they weigh: ``停水: 4``. A pattern is a word, or several
that mean the same (``停水|斷水``), or words that follow one another within a sentence (``地鐵|修路 .. 擾民|噪音``).
``^`` before it: only in the head (title, or the first sentence); ``$`` after it: only in the last sentence. Both
scripts and cases are matched.
"""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, get_args

import ahocorasick

from shared.folding import folded
from shared.glossary import Kind, Nature, Topic
from shared.yaml_files import read_document

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
    following: Mapping[int, Rule]
    """By their last atom: the rules whose words follow one another."""
    words: Any


@cache
def lexicon() -> Lexicon:
    """Return the rules of all files; YamlMistake names what cannot be used."""
    rules: list[Rule] = []
    words: dict[str, list[int]] = {}
    for label in FILES:
        for value, term, weight, parts in _patterns(label):
            rules.append(_rule(len(rules), label, value, term, parts, weight, words))
    automaton = ahocorasick.Automaton()
    for word, atoms in words.items():
        automaton.add_word(word, (word, tuple(atoms)))
    automaton.make_automaton()
    single = {atom: rule for rule in rules if rule.follows is None for atom in rule.atoms}
    following = {max(rule.atoms): rule for rule in rules if rule.follows is not None}
    return Lexicon(tuple(rules), single, following, automaton)


def _patterns(label: str) -> Iterator[tuple[str, str, float, list[list[str]]]]:
    """Yield the patterns of a label's file: value, as it is written, weight, words."""
    name, known = FILES[label]
    document = read_document(name, (FOLDER / name).read_bytes())
    if not isinstance(document.data, dict):
        raise document.mistake((), "no words in it")
    for value, patterns in ((str(key), patterns) for key, patterns in document.data.items()):
        if value not in known and not (label == "topic_code" and value.startswith("none.")):
            raise document.mistake((value,), f"there is no {label} '{value}'")
        if not isinstance(patterns, dict):
            raise document.mistake((value,), f"'{value}' needs words with their weights")
        for term, weight in patterns.items():
            if not isinstance(term, str):
                raise document.mistake((value,), f"'{term}' is read as no word: put it in quotes")
            if isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 < weight < math.inf:
                raise document.mistake((value, term), f"the weight of '{term}' must be above 0")
            parts = _parts(term)
            if not all(word for part in parts for word in part):
                raise document.mistake((value, term), f"an empty word in '{term}'")
            yield value, term, float(weight), parts


def _parts(term: str) -> list[list[str]]:
    """Return the words of a pattern, as texts are folded: those that mean the same, for each that follows."""
    return [[folded(word)[0].strip() for word in part.split("|")] for part in term.strip("^$").split(" .. ")]


def _rule(
    number: int,
    label: str,
    value: str,
    term: str,
    parts: list[list[str]],
    weight: float,
    words: dict[str, list[int]],
) -> Rule:
    where = "head" if term.startswith("^") else "last" if term.endswith("$") else ""
    # the number of an atom is made of its rule's and its place, so that it is unique without a counter
    atoms = [number * 16 + place for place in range(len(parts))]
    for atom, part in zip(atoms, parts, strict=True):
        for word in part:
            words.setdefault(word, []).append(atom)
    gap = rf"[^。！？!?;；\n]{{0,{FARTHEST}}}?"
    follows = gap.join(f"(?:{'|'.join(map(re.escape, part))})" for part in parts) if len(parts) > 1 else None
    found = None if follows is None else re.compile(follows)
    return Rule(number, label, value, term.strip("^$"), weight, where, frozenset(atoms), found)
