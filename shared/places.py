"""Reads place and time from a message: district, road, line, stop, meter number, hour. Pure; for intake alone.

What is found is part of the complainant's words: it stays with intake, encrypted, and never goes on the bus.
"""

import re
from dataclasses import dataclass
from typing import Final

from shared.folding import folded, place

_NAME: Final = r"[\u4e00-\u9fffA-Za-z0-9]"
_ROAD: Final = "(?:大道|大街|公路|路|街|巷)"
_AND: Final = rf"和(?![平睦谐兴顺美畅义信丰泰][一二三东南西北中前后]?{_ROAD})"
"""The word between two roads; not the one with which 和平路 begins."""
_PATTERNS: Final = (
    (
        "meter",
        re.compile(
            r"(?:水表|电表|气表|燃气表|meter)(?:编号|号码|表号|号|no\.?|number)?(?:是|为|:|#| )*([a-z0-9]{6,16})"
        ),
    ),
    (
        "line",
        re.compile(
            r"([a-z]?\d{1,4}(?:路|号线)|[一二三四五六七八九十]{1,3}号线|(?:bus|route|line) (?:no\.? )?[a-z]?\d{1,4})"
        ),
    ),
    ("stop", re.compile(rf"((?:(?!在|到|从|的){_NAME}){{2,8}}(?:公交站|地铁站|站台|车站|站牌))")),
    (
        "road",
        re.compile(
            rf"((?:(?!在|到|从|的|{_AND}|与|区|县|镇|乡){_NAME}){{1,6}}?{_ROAD}(?:\d{{1,5}}号)?)(?!灯|面|口|段|人|边|上|公)"
        ),
    ),
    ("district", re.compile(rf"((?:(?!在|到|从|的|市|县|小|社){_NAME}){{1,4}}(?:新区|区|县|镇|乡|街道))(?!域)")),
    (
        "time",
        re.compile(
            r"(\d{4}年\d{1,2}月(?:\d{1,2}[日号])?|\d{1,2}月\d{1,2}[日号]|昨晚|昨天|今早|今天|前天|凌晨[\d一二三四五六]{1,2}点|(?:早上|晚上|下午|上午)\d{1,2}[点:时])"
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Found:
    """A place or time named at ``text[start:end]``; ``kind``: meter, line, stop, road, district or time."""

    kind: str
    words: str
    start: int
    end: int


def places(text: str) -> tuple[Found, ...]:
    """Return the places and times that ``text`` names, in their order; of overlapping ones the first kind above."""
    plain, offsets = folded(text)
    found: list[tuple[int, int, str]] = []
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(plain):
            start, end = match.span(1)
            if all(end <= begun or ended <= start for begun, ended, _ in found):
                found.append((start, end, kind))
    spans = ((kind, place(offsets, start), place(offsets, end - 1) + 1) for start, end, kind in sorted(found))
    return tuple(Found(kind, text[start:end], start, end) for kind, start, end in spans)
