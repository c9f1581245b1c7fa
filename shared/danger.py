"""Danger cues: words that may mean danger to life or property, found at once and explained by their place.

Pure, and far below a millisecond for a message. A cue fails safe: what is not clearly denied rings; a person lowers it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Final

import ahocorasick
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, field_validator

from shared.folding import folded, longest, place
from shared.glossary import Language
from shared.procedure.policy import Titles
from shared.yaml_files import MistakeAt, read_as

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


Word = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(lambda word: folded(word)[0])
]
"""A word as texts are folded before they are searched, however it is written in the file."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Named(_Part):
    label: Titles


class _Words(_Named):
    """A cue: the words that ring, and longer ones that only look like them."""

    words: tuple[Word, ...] = Field(min_length=1)
    harmless: tuple[Word, ...] = ()


class _ByLanguage(_Part):
    zh: tuple[Word, ...] = Field(min_length=1)
    en: tuple[Word, ...] = Field(min_length=1)


class _File(_Part):
    cues: dict[str, _Words] = Field(min_length=1)
    declared: _Named
    denials: _ByLanguage
    between: _ByLanguage

    @field_validator("cues")
    @classmethod
    def _each_word_once(cls, cues: dict[str, _Words]) -> dict[str, _Words]:
        """A word of two cues would ring for one of them only, and one that is also harmless for none."""
        of = {word: code for code, cue in cues.items() for word in cue.harmless}
        for code, cue in cues.items():
            for at, word in enumerate(cue.words):
                if word in of:
                    raise MistakeAt((code, "words", at), f"{word} stands under {of[word]}, too")
                of[word] = code
        return cues


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What finds the cues, and their names by language."""

    terms: Any
    labels: dict[str, dict[Language, str]]
    denied_zh: re.Pattern[str]
    denied_en: re.Pattern[str]


@cache
def danger_lexicon() -> Lexicon:
    """Return the list of the cues; YamlMistake names the line of what cannot be used."""
    file = read_as(DANGER_FILE, _File)
    terms = ahocorasick.Automaton()
    for code, cue in file.cues.items():
        for word in cue.words:
            terms.add_word(word, (word, code))
        for word in cue.harmless:
            terms.add_word(word, (word, ""))
    terms.make_automaton()
    zh, en = (_either(words) for words in (file.denials.zh, file.denials.en))
    named = {**file.cues, DECLARED: file.declared}
    return Lexicon(
        terms=terms,
        labels={code: one.label.by_language() for code, one in named.items()},
        denied_zh=re.compile(f"(?:{zh})(?:{_either(file.between.zh)})?$"),
        denied_en=re.compile(rf"\b(?:{en}) (?:(?:{_either(file.between.en)}) ){{0,3}}$"),
    )


def danger_cues(text: str) -> tuple[Cue, ...]:
    """Return the cues of ``text`` in order; denied ones (「沒有煤氣味」) and harmless longer words are left out."""
    return cues_in(*folded(text))


def cues_in(plain: str, offsets: list[int] | None) -> tuple[Cue, ...]:
    """Return the same of a text that is folded already."""
    lexicon = danger_lexicon()
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
    return danger_lexicon().labels.get(code, {}).get(language, code)


def _denied(lexicon: Lexicon, plain: str, start: int, end: int) -> bool:
    before = plain[max(0, start - 40) : start]
    if plain[start].isascii():
        return lexicon.denied_en.search(before) is not None
    denial = lexicon.denied_zh.search(before)
    # 「沒有發現洩漏的原因」 denies the cause, not the leak; 「有沒有」 and 「不是沒有」 deny nothing
    return denial is not None and plain[end : end + 1] != "的" and before[: denial.start()][-1:] not in {"有", "是"}


def _either(words: Sequence[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
