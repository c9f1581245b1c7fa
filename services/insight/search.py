"""Searching words in either script: what is folded, cut into grams, hashed, and found again in a text. Pure.

Chinese is cut into single characters and pairs, everything else into words and numbers and their beginnings. What
looks like a phone number, a card number or a mail address is left out: people are found by intake's blind indexes.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from shared.folding import folded, place

_CJK: Final = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_LETTER: Final = rf"[^\W\d_{_CJK}]"
_PIECE: Final = re.compile(rf"[{_CJK}]+|\d+|{_LETTER}+")
_DATES: Final = r"(?:19|20)\d\d[-.](?:\d{1,2}[-.]\d{1,2}|(?:19|20)\d\d)(?![-.]?\d)"
_CONTACT: Final = re.compile(
    rf"(?<![a-z0-9._%+-])[a-z0-9._%+-]++@[a-z0-9.-]+|(?<!\d)(?!{_DATES})\+?\d(?:[\s\-().]{{0,2}}\d){{6,}}"
)
_LONGEST_BEGINNING: Final = 8
_MOST_TERMS: Final = 20
_AROUND: Final = 30

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that is searched for: words that stand together."""

    pieces: tuple[str, ...]
    pattern: "re.Pattern[str]"


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A part of a text around what was found; ``marks`` are places in it."""

    text: str
    marks: tuple[Span, ...]


def without_contacts(plain: str) -> str:
    """Return a text in lower case with numbers of 7 digits or more, and mail addresses, blanked out."""
    return _CONTACT.sub(lambda found: " " * len(found.group()), plain)


def grams_of(texts: Iterable[str]) -> set[str]:
    """Return everything that texts can be found by."""
    return {gram for text in texts for piece in _pieces(text) for gram in _all_grams(piece)}


def terms_of(query: str) -> list[Term]:
    """Return what a query asks for: each of its parts between spaces, all of which must be there."""
    terms = []
    for part in without_contacts(query.lower()).split():
        pieces = tuple(_PIECE.findall(folded(part)[0]))
        if pieces:
            terms.append(Term(pieces, re.compile(_begin(pieces[0]) + r"[\W_]*".join(map(re.escape, pieces)))))
    return list(dict.fromkeys(terms))[:_MOST_TERMS]


def wanted_grams(terms: Iterable[Term]) -> set[str]:
    """Return the grams that a text must have to hold all terms; whether they stand together is looked at later."""
    return {gram for term in terms for piece in term.pieces for gram in _needed_grams(piece)}


def hashed(grams: Iterable[str], key: bytes) -> list[int]:
    """Return the grams as keyed 64-bit hashes, in order: without the key nobody can say what they were."""
    return sorted(
        int.from_bytes(hashlib.blake2b(gram.encode(errors="replace"), key=key, digest_size=8).digest(), signed=True)
        for gram in grams
    )


def places(texts: Sequence[str], terms: Sequence[Term]) -> list[list[Span]] | None:
    """Return where the terms stand in each text; ``None`` when one of them stands in none."""
    plain = [folded(text) for text in texts]
    searched = [without_contacts(words) for words, _ in plain]
    found: list[list[Span]] = [[] for _ in texts]
    for term in terms:
        hits = [[hit.span() for hit in term.pattern.finditer(text)] for text in searched]
        if not any(hits):
            return None
        for spans, more in zip(found, hits, strict=True):
            spans.extend(more)
    return [
        [(place(offsets, start), place(offsets, end - 1) + 1) for start, end in _joined(spans)]
        for spans, (_, offsets) in zip(found, plain, strict=True)
    ]


def excerpts(text: str, spans: Sequence[Span], most: int = 2) -> list[Excerpt]:
    """Return at most ``most`` excerpts of a text around places in it."""
    cuts: list[Span] = []
    for start, end in spans:
        around = max(0, start - _AROUND), min(len(text), end + _AROUND)
        if cuts and around[0] <= cuts[-1][1]:
            cuts[-1] = cuts[-1][0], around[1]
        else:
            cuts.append(around)
    return [_excerpt(text, cut, spans) for cut in cuts[:most]]


def _excerpt(text: str, cut: Span, spans: Sequence[Span]) -> Excerpt:
    start, end = cut
    before, after = "…" if start else "", "…" if end < len(text) else ""
    shift = len(before) - start
    marks = tuple((a + shift, b + shift) for a, b in spans if start <= a and b <= end)
    return Excerpt(before + text[start:end] + after, marks)


def _joined(spans: Iterable[Span]) -> list[Span]:
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


def _begin(piece: str) -> str:
    """Return what must not stand before a piece: words and numbers are found by their beginnings."""
    return "" if _is_cjk(piece) else r"(?<!\d)" if piece.isdigit() else f"(?<!{_LETTER})"


def _is_cjk(piece: str) -> bool:
    return re.match(f"[{_CJK}]", piece) is not None


def _pieces(text: str) -> Iterator[str]:
    yield from _PIECE.findall(without_contacts(folded(text)[0]))


def _all_grams(piece: str) -> Iterator[str]:
    if _is_cjk(piece):
        yield from piece
        yield from _pairs(piece)
    else:
        yield from (piece[:length] for length in range(1, min(len(piece), _LONGEST_BEGINNING) + 1))


def _needed_grams(piece: str) -> Iterable[str]:
    if _is_cjk(piece):
        return _pairs(piece) if len(piece) > 1 else piece
    return [piece[:_LONGEST_BEGINNING]]


def _pairs(piece: str) -> list[str]:
    return [piece[at : at + 2] for at in range(len(piece) - 1)]
