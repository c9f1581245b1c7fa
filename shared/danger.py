"""Danger cues: words that may mean danger to life or property, found at once and explained by their place.

Pure, and far below a millisecond for a message. A cue fails safe: what is not clearly denied rings; a person lowers it.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import ahocorasick
import opencc
import yaml

from shared.glossary import Language

DANGER_FILE: Final = Path(__file__).parent / "procedure" / "danger.yaml"
DECLARED: Final = "declared"
"""The cue of a caller who says that there is danger, in whatever words."""

_CJK: Final = "\u3400-\u9fff\uf900-\ufaff"
_GAP: Final = re.compile(rf"(?<=[{_CJK}])\s+(?=[{_CJK}])|\s+")


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
    folded, offsets = _folded(text)
    lexicon = _lexicon()
    found = (hit for hit in _longest(lexicon.terms, folded) if hit[2])
    return tuple(
        Cue(code, term, _place(offsets, start), _place(offsets, start + len(term) - 1) + 1)
        for start, term, code in found
        if not _denied(lexicon, folded, start, start + len(term))
    )


def danger_codes(text: str) -> tuple[str, ...]:
    """Return the codes of the cues of ``text``, each once, in their order."""
    return tuple(dict.fromkeys(cue.code for cue in danger_cues(text)))


def danger_label(code: str, language: Language) -> str:
    """Return the words for a cue's code; the code itself when it is unknown."""
    return _lexicon().labels.get(code, {}).get(language, code)


def _longest(terms: Any, folded: str) -> Iterator[tuple[int, str, str]]:
    """Yield (start, term, code) of whole words, the longest where several overlap from one start or inside it."""
    hits = [(last - len(term) + 1, term, code) for last, (term, code) in terms.iter(folded)]
    covered = 0
    for start, term, code in sorted(hits, key=lambda hit: (hit[0], -len(hit[1]))):
        end = start + len(term)
        if end > covered and _whole(folded, term, start, end):
            covered = end
            yield start, term, code


def _whole(folded: str, term: str, start: int, end: int) -> bool:
    """Say whether an English term stands as words of its own."""
    if not term[0].isascii():
        return True
    before, after = folded[start - 1 : start], folded[end : end + 1]
    return not (before.isascii() and before.isalnum()) and not (after.isascii() and after.isalnum())


def _denied(lexicon: _Lexicon, folded: str, start: int, end: int) -> bool:
    before = folded[max(0, start - 40) : start]
    if folded[start].isascii():
        return lexicon.denied_en.search(before) is not None
    denial = lexicon.denied_zh.search(before)
    # 「沒有發現洩漏的原因」 denies the cause, not the leak; 「有沒有」 and 「不是沒有」 deny nothing
    return denial is not None and folded[end : end + 1] != "的" and before[: denial.start()][-1:] not in {"有", "是"}


class _Fold(dict[int, str]):
    """One character to one: simplified, half width, lower case; filled as characters are met."""

    def __missing__(self, code: int) -> str:
        normal = unicodedata.normalize("NFKC", chr(code)).lower()
        folded = _to_simplified().convert(normal) if len(normal) == 1 else chr(code)
        self[code] = folded if len(folded) == 1 else chr(code)
        return self[code]


_FOLD: Final = _Fold()


@cache
def _to_simplified() -> Any:
    return opencc.OpenCC("t2s")


def _folded(text: str) -> tuple[str, list[int] | None]:
    """Return the text for searching, and for each of its characters the place in ``text`` (``None``: the same)."""
    plain = text.translate(_FOLD)
    gaps = [gap for gap in _GAP.finditer(plain) if gap.group() != " " or _between_cjk(plain, gap)]
    if not gaps:
        return plain, None
    parts: list[str] = []
    offsets: list[int] = []
    last = 0
    for gap in gaps:
        parts.append(plain[last : gap.start()])
        offsets.extend(range(last, gap.start()))
        if not _between_cjk(plain, gap):
            parts.append(" ")
            offsets.append(gap.start())
        last = gap.end()
    parts.append(plain[last:])
    offsets.extend(range(last, len(plain)))
    return "".join(parts), offsets


def _between_cjk(plain: str, gap: "re.Match[str]") -> bool:
    around = plain[max(0, gap.start() - 1) : gap.start()], plain[gap.end() : gap.end() + 1]
    return all("\u3400" <= each <= "\u9fff" for each in around)


def _place(offsets: list[int] | None, at: int) -> int:
    return at if offsets is None else offsets[at]


@cache
def _lexicon() -> _Lexicon:
    data = yaml.safe_load(DANGER_FILE.read_text("utf-8"))
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
