"""Folding for matching and search: simplified script, half width, lower case. Never to rewrite a person's words.

Pure. Each character is folded to one, so that what is found can be shown in the text as it was written.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

import opencc

_CJK: Final = "\u3400-\u9fff"
_GAP: Final = re.compile(rf"((?<=[{_CJK}])\s+(?=[{_CJK}]))|\s{{2,}}|[^\S ]")
"""White space that is nothing (the first group: between Chinese characters) or one space; a single space is one."""


def longest(terms: Any, text: str) -> Iterator[tuple[int, str, str]]:
    """Yield (start, term, code) of whole words, the longest where several overlap from one start or inside it."""
    hits = [(last - len(term) + 1, term, code) for last, (term, code) in terms.iter(text)]
    covered = 0
    for start, term, code in sorted(hits, key=lambda hit: (hit[0], -len(hit[1]))):
        end = start + len(term)
        if end > covered and _whole(text, term, start, end):
            covered = end
            yield start, term, code


def _whole(text: str, term: str, start: int, end: int) -> bool:
    """Say whether an English term stands as words of its own."""
    if not term[0].isascii():
        return True
    before, after = text[start - 1 : start], text[end : end + 1]
    return not (before.isascii() and before.isalnum()) and not (after.isascii() and after.isalnum())


class _Fold(dict[int, str]):
    """One character to one: simplified, half width, lower case; filled as characters are met."""

    def __missing__(self, code: int) -> str:
        normal = unicodedata.normalize("NFKC", chr(code)).lower()
        folded = _to_simplified().convert(normal) if len(normal) == 1 else chr(code)
        self[code] = folded if len(folded) == 1 else chr(code)
        return self[code]


_FOLD: Final = _Fold({ord("仃"): "停"})  # as many still write 停水 and 停电


@cache
def _to_simplified() -> Any:
    return opencc.OpenCC("t2s")


def folded(text: str) -> tuple[str, list[int] | None]:
    """Return the text for searching, and for each of its characters the place in ``text`` (``None``: the same)."""
    plain = text.translate(_FOLD)
    gaps = list(_GAP.finditer(plain))
    if not gaps:
        return plain, None
    parts: list[str] = []
    offsets: list[int] = []
    last = 0
    for gap in gaps:
        parts.append(plain[last : gap.start()])
        offsets.extend(range(last, gap.start()))
        if gap[1] is None:
            parts.append(" ")
            offsets.append(gap.start())
        last = gap.end()
    parts.append(plain[last:])
    offsets.extend(range(last, len(plain)))
    return "".join(parts), offsets


def place(offsets: list[int] | None, at: int) -> int:
    """Return where a character of the folded text stands in the text as it was written."""
    return at if offsets is None else offsets[at]
