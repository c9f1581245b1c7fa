"""Whether a reply speaks as it should: polite, plain, on nobody's side, no one's personal data (5/1.2, 4/5.2.5).

Pure. The words are data (``language.yaml``); both scripts and English are read. Each finding says why, and where.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import ahocorasick

from shared.folding import folded, longest, place
from shared.glossary import LANGUAGES, Language
from shared.yaml_files import read_yaml

LANGUAGE_FILE: Final = Path(__file__).parent / "language.yaml"
_PERSONAL: Final = re.compile(
    r"(?<![\dA-Za-z])(?:"
    r"\d{17}[\dXx]"  # identity card
    r"|(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}"  # mobile phones: mainland,
    r"|\+?852[- ]?[4-9]\d{3}[- ]?\d{4}"  # Hong Kong,
    r"|(?:\+?886[- ]?|0)9\d{2}[- ]?\d{3}[- ]?\d{3}"  # Taiwan
    r"|[A-Z]{1,2}\d{6}\([\dA]\)"  # Hong Kong identity card
    r")(?![\dA-Za-z])"
    r"|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
)
QUOTING: Final = frozenset({"summary", "matters"})
_SENTENCE: Final = re.compile(r"[^。！？；!?;\n]+?(?:[。！？；!?;\n]|\.(?=\s|$)|$)")
_WORD: Final = re.compile(r"[A-Za-z0-9'’-]+")
_SIGN: Final = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, and where: ``words[part][start:end]``. A ``grave`` one keeps the letter from being handed in."""

    rule: str
    clause: str
    grave: bool
    part: str
    start: int
    end: int
    why: Mapping[Language, str]
    instead: str | None = None


def language_check(parts: Mapping[str, str], own: Iterable[str] = ()) -> list[Finding]:
    """Return what is wrong with the words of a letter, part by part and in the order of the text.

    ``own``: addresses and numbers that may stand in it (the company's own). Summary and matters repeat what the
    complainant said: their words are theirs, so that only personal data is looked for in them.
    """
    allowed = frozenset(each.lower() for each in own)
    found: list[Finding] = []
    for part, text in parts.items():
        said = [] if part in QUOTING else [*_words_of(part, text), *_long_sentences(part, text)]
        found += sorted([*said, *_personal_data(part, text, allowed)], key=lambda each: (each.start, each.end))
    return [*found, *_too_long(parts)]


def masked(text: str) -> str:
    """Return a text with telephone and identity numbers and e-mail addresses struck out, for a letter's draft."""
    return _PERSONAL.sub("***", text)


def _words_of(part: str, text: str) -> Iterator[Finding]:
    rules, terms = _words()
    plain, offsets = folded(text)
    for start, term, code in longest(terms, plain):
        rule, _, instead = code.partition("\n")
        given = rules[rule]
        begin, end = place(offsets, start), place(offsets, start + len(term) - 1) + 1
        yield Finding(rule, given["clause"], given["grave"], part, begin, end, given["why"], instead or None)


def _personal_data(part: str, text: str, own: frozenset[str]) -> Iterator[Finding]:
    rule = _document()["rules"]["personal_data"]
    for match in _PERSONAL.finditer(text):
        if match.group().lower() not in own:
            clause, grave = rule["clause"], rule["grave"]
            yield Finding("personal_data", clause, grave, part, match.start(), match.end(), rule["why"])


def _long_sentences(part: str, text: str) -> Iterator[Finding]:
    lengths = _document()["lengths"]
    for sentence in _SENTENCE.finditer(text):
        if _exceeds(sentence.group(), lengths["sentence"]):
            begin = sentence.start() + len(sentence.group()) - len(sentence.group().lstrip())
            yield _hint(part, begin, sentence.end(), "why")


def _too_long(parts: Mapping[str, str]) -> list[Finding]:
    lengths = _document()["lengths"]
    if not parts or not _exceeds("\n".join(parts.values()), lengths["letter"]):
        return []
    longest_part = max(parts, key=lambda part: len(parts[part]))
    end = len(parts[longest_part])
    return [_hint(longest_part, 0, end, "why_letter")]


def _hint(part: str, start: int, end: int, why: str) -> Finding:
    lengths = _document()["lengths"]
    return Finding("length", lengths["clause"], grave=False, part=part, start=start, end=end, why=lengths[why])


def _exceeds(text: str, limits: Mapping[str, int]) -> bool:
    signs, words = len(_SIGN.findall(text)), len(_WORD.findall(text))
    return signs > limits["zh"] or words > limits["en"]


@cache
def _document() -> dict[str, Any]:
    return check_file(LANGUAGE_FILE)


@cache
def _words() -> tuple[dict[str, Any], Any]:
    rules, terms = _document()["rules"], ahocorasick.Automaton()
    for code, rule in rules.items():
        for one in rule["words"]:
            word, instead = (one["word"], one["instead"]) if isinstance(one, dict) else (one, "")
            terms.add_word(word, (word, f"{code}\n{instead}"))
    terms.make_automaton()
    return rules, terms


def check_file(path: Path) -> dict[str, Any]:
    """Return the words of a file. Raises ``ValueError`` naming the rule and what is wrong with it."""
    document: dict[str, Any] = read_yaml(path)
    for code, rule in document["rules"].items():
        if not {"clause", "grave", "why", "words"} <= rule.keys() or set(rule["why"]) != set(LANGUAGES):
            raise ValueError(f"{path.name}: rule {code}: needs clause, grave, words, and why in three languages")
        for one in rule["words"]:
            word = one["word"] if isinstance(one, dict) else one
            if not isinstance(word, str) or folded(word)[0] != word:
                raise ValueError(f"{path.name}: rule {code}: {word!r} must be in simplified script and lower case")
    return document
