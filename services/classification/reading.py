"""Reads a message: its head, its sentences, and which patterns of the lexicon speak in it. Pure.

What is denied does not speak (「沒有漏氣」); danger that is only feared, past or put right speaks more softly.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from services.classification.lexicon import Rule, lexicon
from shared.danger import Cue, cues_in
from shared.folding import folded, place

HEAD: Final = 60
"""Characters of the head, where no line ends earlier."""
NEAR: Final = 130
"""What stands more than this many characters after the head speaks at half weight: what it is about is said first."""
FAR: Final = 200
"""From here on a word of danger hardly speaks: a long letter names many that it is not about."""
IN_PASSING: Final = 0.4
"""What a word of danger counts for below a title that speaks of none: what a message is about, its title says."""
PLAIN: Final = 3.0
"""Weight from which on a word speaks of danger plainly."""
DENIED: Final = -1.0
"""How loud a word is that is denied."""
_END: Final = re.compile(r"[。！？!?;；\n]")
_DENIED: Final = re.compile(
    r"(?:(?<!有)(?<!是)(?:没有|没|无|未)|并不是|不是(?!没)|并非|不存在|\b(?:no|not|without|never|isn't|wasn't|aren't))"
    r"(?:发生|发现|闻到|任何|出现|看到|\s(?:any|a|an|the|been))?\s?$"
)
_OWN_DENIAL: Final = re.compile(r"^(?:没|无|未|不|no |not |without |never |isn't|never)")
_FEARED: Final = re.compile(
    r"万一|如果|一旦|假如|倘若|以免|避免|防止|预防|担心|会不会|有朝一日|等到|"
    r"\bif\b|in case|\bmay\b|\bmight\b"
)
_PAST: Final = re.compile(
    r"曾经|以前|去年|前年|之前|当时|早已|已修好|已经修好|已恢复|已经恢复|"
    r"used to|last year|was fixed|has been fixed|restored"
)

_Word = tuple[int, int, tuple[int, ...]]


class Hit(NamedTuple):
    """A rule that speaks at ``plain[start:end]``, how loudly, and whether in the head."""

    rule: Rule
    start: int
    end: int
    loud: float
    head: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """A message as it was read; ``offsets`` leads from ``plain`` back to the words as they were written."""

    plain: str
    offsets: list[int] | None
    head: int
    last: int
    hits: tuple[Hit, ...]
    heard: str
    """``plain`` without the words that are denied."""
    cues: tuple[Cue, ...] = ()
    """The danger cues, as intake reads them."""

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where ``plain[start:end]`` stands in the text as it was written."""
        return place(self.offsets, start), place(self.offsets, end - 1) + 1

    def after_head(self, at: int) -> int:
        """Return how many characters ``at``, a place in the text as it was written, lies after the head."""
        return at - (place(self.offsets, min(self.head, len(self.plain) - 1)) if self.plain else 0)


def read(text: str) -> Reading:
    """Return what the lexicons find in ``text``; its first line, or first sentence, is the head."""
    first = text.lstrip().split("\n", 1)[0] if "\n" in text.strip() else ""
    plain, offsets = folded(text)
    first_line = len(folded(first)[0])
    head = _head(plain, first_line)
    last = _last(plain)
    words = _words(plain)
    found = [*_single(plain, head, last, words), *_following(plain, head, last, words)]
    if _titled(first_line):
        found = _in_passing(found)
    heard = list(plain)
    for hit in found:
        if hit.loud == DENIED:
            heard[hit.start : hit.end] = " " * (hit.end - hit.start)
    speaking = tuple(hit for hit in found if hit.loud > 0)
    return Reading(plain, offsets, head, last, speaking, "".join(heard), cues_in(plain, offsets))


def _head(plain: str, first_line: int) -> int:
    if _titled(first_line):
        return first_line
    end = _END.search(plain, 4)
    return min(end.start() if end else len(plain), HEAD)


def _titled(first_line: int) -> bool:
    """Say whether a first line of so many characters is a title."""
    return 4 <= first_line <= 2 * HEAD


def _in_passing(found: list[Hit]) -> list[Hit]:
    """Return the hits, words of danger the softer where the title speaks of no danger."""
    if any(hit.head and _dangerous(hit.rule) and hit.rule.weight >= PLAIN for hit in found):
        return found
    return [
        hit._replace(loud=hit.loud * IN_PASSING) if hit.loud > 0 and _dangerous(hit.rule) and not hit.head else hit
        for hit in found
    ]


def _dangerous(rule: Rule) -> bool:
    return rule.value in {"1", "safety"}


def _last(plain: str) -> int:
    """Return where the last sentence begins: what is asked for stands there; thanks and signature do not count."""
    begins = [end.end() for end in _END.finditer(plain) if len(plain) - end.end() > 8]
    return begins[-1] if begins else 0


def _words(plain: str) -> list[_Word]:
    """Return every word of the lexicons that stands in the text: from, to, and the atoms that it belongs to."""
    spans = ((at - len(word) + 1, at + 1, word, atoms) for at, (word, atoms) in lexicon().words.iter(plain))
    return [(start, end, atoms) for start, end, word, atoms in spans if _whole(plain, word, start, end)]


def _single(plain: str, head: int, last: int, words: Sequence[_Word]) -> Iterator[Hit]:
    single = lexicon().single
    by_label: dict[str, list[tuple[int, int, Rule]]] = {}
    for start, end, atoms in words:
        for atom in atoms:
            rule = single.get(atom)
            if rule is not None:
                by_label.setdefault(rule.label, []).append((start, end, rule))
    for hits in by_label.values():
        hits.sort(key=lambda hit: (hit[0], -hit[1]))
        covered, longest = 0, (-1, -1)
        for start, end, rule in hits:
            if end <= covered and (start, end) != longest:
                continue
            covered, longest = max(covered, end), (start, end)
            yield _hit(plain, head, last, rule, start, end)


def _following(plain: str, head: int, last: int, words: Sequence[_Word]) -> Iterator[Hit]:
    there = {atom for _, _, atoms in words for atom in atoms}
    following = lexicon().following
    # in the order of the rules, as the same message is to be read the same way every time
    for rule in (following[atom] for atom in sorted(there & following.keys())):
        if rule.atoms <= there and rule.follows is not None:
            match = rule.follows.search(plain)
            if match:
                yield _hit(plain, head, last, rule, match.start(), match.end())


def _hit(plain: str, head: int, last: int, rule: Rule, start: int, end: int) -> Hit:
    in_head = start < head
    loud = 1.0 if start < NEAR + head else 0.5
    if (rule.where == "head" and not in_head) or (rule.where == "last" and start < last):
        loud = 0.0
    elif not _OWN_DENIAL.match(rule.term) and not _OWN_DENIAL.match(plain[start:end]):
        if _deniable(rule) and _DENIED.search(plain[max(0, start - 14) : start]):
            loud = DENIED
        elif _dangerous(rule):
            loud = danger_loudness(start - head)
            clause = plain[_clause(plain, start) : start]
            if _FEARED.search(clause):
                loud *= 0.6
            if _PAST.search(clause) or _PAST.search(plain[end : end + 6]):
                loud *= 0.4
    return Hit(rule, start, end, loud, in_head)


def danger_loudness(after: int) -> float:
    """Return how loud a word of danger is that stands ``after`` so many characters after the head."""
    return 1.0 if after < NEAR else 0.5 if after < FAR else 0.2


def _deniable(rule: Rule) -> bool:
    """A missing bus is a matter of the bus; a leak that is denied is no leak."""
    return rule.label != "topic_code" or rule.value == "gas.facility_safety" or rule.value.startswith("none")


def _clause(plain: str, start: int) -> int:
    return max((plain.rfind(mark, max(0, start - 25), start) for mark in ",，。！？!?;；\n"), default=-1) + 1 or max(
        0, start - 25
    )


def _whole(plain: str, word: str, start: int, end: int) -> bool:
    """Say whether an English word stands for itself."""
    if not word[0].isascii():
        return True
    before, after = plain[start - 1 : start], plain[end : end + 1]
    if after == "s":
        after = plain[end + 1 : end + 2]
    return not (before.isascii() and before.isalnum()) and not (after.isascii() and after.isalnum())
