"""The matters that a complaint raises, so that a reply answers each of them (5/1.1). Pure.

Object and matter as registered, the remedy sought, each sentence of the text that asks or complains, each supplement,
and what was said of an earlier outcome. A person has the last word: adds, words anew, merges, removes.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from services.reply.language_check import masked
from shared.folding import folded

MatterSource = Literal["matter", "remedy", "text", "supplement", "dispute", "added"]
MOST_SENTENCES: Final = 12
"""Of one text; what comes after stands together in the last one, so that nothing is lost."""
LONGEST: Final = 1000
_SENTENCE: Final = re.compile(r"[^。！？；!?;\n]+?(?:[。！？；!?;\n]+|\.(?=\s|$)|$)")
_ASKS: Final = re.compile(
    r"[?？]|吗|呢|为何|为什么|什么|怎么|怎样|如何|何时|几时|是否|能否|可否|哪|多少|请|要求|希望|盼|应该|必须"
    r"|\b(?:why|when|how|what|where|who|which|please|ask|want|would like|demand|request|should|must|can you)\b"
)
_COMPLAINS: Final = re.compile(
    r"不|没|无|未|非|坏|漏|停|断|低|臭|脏|差|慢|迟|晚|乱|错|多收|少|吵|噪|堵|塞|溢|裂|塌|倒|危|险|故障|损|伤|污|投诉|问题|态度"
    r"|涨|贵|收费|扣|骂|拒|推|拖|等了|一直|又|仍|还是|异|黄|浊|味|跳闸|熄|灭|闪|烧|爆"
    r"|\b(?:no|not|never|without|nothing|nobody|broken?|leak\w*|late|delay\w*|off|since|wrong\w*|dirty|rude\w*|noise|noisy|smell\w*"
    r"|overcharg\w*|unfair\w*|outage|cut|fail\w*|still|again|problem|complain\w*|bad|poor|low|dark|danger\w*|slow\w*)\b"
    r"|n't\b"
)


@dataclass(frozen=True, slots=True)
class Raised:
    """One matter in the complainant's words; numbers and addresses of people are struck out."""

    source: MatterSource
    said: str


def raised(text: Mapping[str, Any], disputes: Iterable[str] = ()) -> list[Raised]:
    """Return what a complaint raises, in its order, nothing twice; there is always at least one matter.

    ``text``: as intake tells it (``POST /intake/texts``); ``disputes``: what was said of earlier outcomes.
    """
    found: list[Raised] = []
    seen: list[str] = []
    for one in _all(text, disputes):
        plain = known_as(one.said)
        if plain and not any(plain in other for other in seen):
            seen.append(plain)
            found.append(one)
    if not any(one.source in {"matter", "text"} for one in found):
        found.insert(0, Raised("text", _short(text.get("text") or "—")))
    return found


def known_as(said: str) -> str:
    """Return a matter without script, case, spaces and signs: two that are the same are known for one."""
    return re.sub(r"[\W_]+", "", folded(said)[0])


def _all(text: Mapping[str, Any], disputes: Iterable[str]) -> Iterator[Raised]:
    matter = "：".join(_short(text[name]) for name in ("object", "matter") if text.get(name))
    if matter:
        yield Raised("matter", matter)
    if text.get("remedy_sought"):
        yield Raised("remedy", _short(text["remedy_sought"]))
    yield from (Raised("text", one) for one in sentences(str(text.get("text") or "")))
    for supplement in text.get("supplements") or ():
        yield from _whole("supplement", supplement.get("text"))
    for dispute in disputes:
        yield from _whole("dispute", dispute)


def _whole(source: MatterSource, text: str | None) -> Iterator[Raised]:
    """Yield its sentences that ask or complain; all of it where none does: it was said later, and for a reason."""
    if text and text.strip():
        yield from (Raised(source, one) for one in sentences(text) or [_short(text)])


def sentences(text: str) -> list[str]:
    """Return the sentences that ask or complain; beyond ``MOST_SENTENCES`` the rest stands together."""
    found = [_short(one) for one in _SENTENCE.findall(text) if one.strip() and _speaks(one)]
    if len(found) <= MOST_SENTENCES:
        return found
    return [*found[: MOST_SENTENCES - 1], _short("".join(found[MOST_SENTENCES - 1 :]))]


def _speaks(sentence: str) -> bool:
    plain = folded(sentence)[0]
    return bool(_ASKS.search(plain) or _COMPLAINS.search(plain))


def _short(text: object) -> str:
    flat = masked(" ".join(str(text).split()))
    return flat if len(flat) <= LONGEST else flat[: LONGEST - 1] + "…"
