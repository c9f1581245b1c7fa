"""Facts, figures, evidence and danger in a complaint's own words are marked: nobody overlooks them (1/1.1.7). Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

_UNITS: Final = (
    r"元|塊錢?|块钱?|萬|万|度|千瓦時?|千瓦时|kWh|方|立方米?|噸|吨|公斤|公里|米|小時|小时|分鐘|分钟|點半?|点半?|天|日|週|周|個月|个月|月|年|"
    r"次|戶|户|人|張|张|份|棟|栋|樓|楼|號|号|路|%|％|yuan|RMB|hours?|minutes?|days?|weeks?|months?|years?|times|people|households"
)
_FIGURES: Final = re.compile(
    r"\d{4}[-/年.]\s?\d{1,2}(?:[-/月.]\s?\d{1,2}日?)?"
    r"|\d{1,2}:\d{2}"
    r"|[¥￥$]\s?\d[\d,.]*"
    rf"|\d[\d,]*(?:\.\d+)?\s?(?:{_UNITS})"
    rf"|[一二兩两三四五六七八九十百千萬万]+(?:個|个)?(?:{_UNITS})"
    r"|\d[\d,.]{2,}",
    re.IGNORECASE,
)


_EVIDENCE: Final = re.compile(
    r"[照相圖图]片|截[圖图屏]|[錄录]音|[錄录][像影]|視頻|视频|影片|[監监]控(?:[錄录][像影]|畫面|画面)?|[發发]票|收[據据]|[帳账賬][單单]|[繳缴][費费][單单]"
    r"|[單单][據据]|[憑凭][證证]|[證证][據据明人]|作[證证]|目[擊击]者?|合同|合約|合约|[協协][議议]|[聊通][天話话][記记][錄录]|[檢检][測测][報报]告"
    r"|\b(?:photos?|photographs?|pictures?|screenshots?|recordings?|recorded|videos?|footage|receipts?|invoices?|bills?|witness(?:es)?"
    r"|evidence|proof|contracts?|agreements?)\b",
    re.IGNORECASE,
)
"""What somebody says that they have, or that can be found (1/1.1.7): the handler asks for it."""


@dataclass(frozen=True)
class Piece:
    """A stretch of text; ``mark`` is empty, ``figure``, ``evidence`` or ``danger``."""

    text: str
    mark: str = ""


def pieces(text: str, danger: Iterable[tuple[int, int]] = ()) -> Sequence[Piece]:
    """Return the text cut at what is to be marked; put together again it is the text, unchanged."""
    spans = [(start, end, "danger") for start, end in danger if 0 <= start < end <= len(text)]
    spans += [(match.start(), match.end(), "figure") for match in _FIGURES.finditer(text)]
    spans += [(match.start(), match.end(), "evidence") for match in _EVIDENCE.finditer(text)]
    found: list[Piece] = []
    at = 0
    for start, end, mark in sorted(spans, key=lambda span: (span[0], span[2])):
        if start < at:
            continue
        if start > at:
            found.append(Piece(text[at:start]))
        found.append(Piece(text[start:end], mark))
        at = end
    if at < len(text):
        found.append(Piece(text[at:]))
    return found
