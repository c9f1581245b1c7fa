"""Danger cues: words that may mean danger to life or property, found at once and explained by their place.

Pure, and far below a millisecond for a message. A cue fails safe: what is not clearly denied rings; a person lowers it.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import ahocorasick

from shared.folding import folded, longest, place
from shared.glossary import Language
from shared.yaml_files import read_yaml

DANGER_FILE: Final = Path(__file__).parent / "procedure" / "danger.yaml"
DECLARED: Final = "declared"
"""The cue of a caller who says that there is danger, in whatever words."""


@dataclass(frozen=True, slots=True)
class Cue:
    """A cue, the list's word for it, and where it stands in the text as it was written: ``text[start:end]``."""

    code: str
    term: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Lexicon:
    terms: Any
    labels: dict[str, dict[str, str]]
    denied_zh: re.Pattern[str]
    denied_en: re.Pattern[str]


def danger_cues(text: str) -> tuple[Cue, ...]:
    """Return the cues of ``text`` in order; denied ones (「沒有煤氣味」) and harmless longer words are left out."""
    plain, offsets = folded(text)
    lexicon = _lexicon()
    found = (hit for hit in longest(lexicon.terms, plain) if hit[2])
    return tuple(
        Cue(code, term, place(offsets, start), place(offsets, start + len(term) - 1) + 1)
        for start, term, code in found
        if not _denied(lexicon, plain, start, start + len(term))
    )


def danger_codes(text: str) -> tuple[str, ...]:
    """Return the codes of the cues of ``text``, each once, in their order."""
    return tuple(dict.fromkeys(cue.code for cue in danger_cues(text)))


def danger_label(code: str, language: Language) -> str:
    """Return the words for a cue's code; the code itself when it is unknown."""
    return _lexicon().labels.get(code, {}).get(language, code)


def _denied(lexicon: _Lexicon, plain: str, start: int, end: int) -> bool:
    before = plain[max(0, start - 40) : start]
    if plain[start].isascii():
        return lexicon.denied_en.search(before) is not None
    denial = lexicon.denied_zh.search(before)
    # 「沒有發現洩漏的原因」 denies the cause, not the leak; 「有沒有」 and 「不是沒有」 deny nothing
    return denial is not None and plain[end : end + 1] != "的" and before[: denial.start()][-1:] not in {"有", "是"}


@cache
def _lexicon() -> _Lexicon:
    data = read_yaml(DANGER_FILE)
    terms = ahocorasick.Automaton()
    for code, cue in data["cues"].items():
        for word in cue["words"]:
            terms.add_word(word, (word, code))
        for word in cue.get("harmless", ()):
            terms.add_word(word, (word, ""))
    terms.make_automaton()
    zh, en = (_either(data["denials"][each]) for each in ("zh", "en"))
    return _Lexicon(
        terms=terms,
        labels={code: cue["label"] for code, cue in data["cues"].items()} | {DECLARED: data["declared"]["label"]},
        denied_zh=re.compile(f"(?:{zh})(?:{_either(data['between']['zh'])})?$"),
        denied_en=re.compile(rf"\b(?:{en}) (?:(?:{_either(data['between']['en'])}) ){{0,3}}$"),
    )


def _either(words: list[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
