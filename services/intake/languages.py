"""Which of the three languages a text is written in: enough to answer in the same one."""

import re
from functools import cache
from typing import Any, Final

from shared.glossary import Language

_CJK: Final = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_LATIN: Final = re.compile(r"[A-Za-z]")
_ENOUGH: Final = 2000


def language_of_text(text: str, otherwise: Language = "zh-Hant") -> Language:
    """Return the language of ``text``; ``otherwise`` where nothing in it decides.

    Chinese counts by characters, English by words of about five letters; the script is the one of more characters.
    """
    sample = text[:_ENOUGH]
    chinese = _CJK.findall(sample)
    latin = len(_LATIN.findall(sample))
    if latin > 5 * len(chinese):
        return "en"
    if not chinese:
        return otherwise
    joined = "".join(chinese)
    traditional = _changed(joined, _converter("t2s").convert(joined))
    simplified = _changed(joined, _converter("s2t").convert(joined))
    if traditional == simplified:
        return otherwise if otherwise != "en" else "zh-Hant"
    return "zh-Hant" if traditional > simplified else "zh-Hans"


def _changed(before: str, after: str) -> int:
    return sum(one != other for one, other in zip(before, after, strict=False))


@cache
def _converter(direction: str) -> Any:
    import opencc

    return opencc.OpenCC(direction)
