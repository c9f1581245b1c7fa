"""Which of the three languages a text is written in: enough to answer in the same one."""

from functools import cache
from typing import Any, Final

from shared.glossary import Language

_ENOUGH: Final = 2000
_OTHER, _LATIN, _CHINESE, _TRADITIONAL, _SIMPLIFIED = range(5)


def language_of_text(text: str, otherwise: Language = "zh-Hant") -> Language:
    """Return the language of ``text``; ``otherwise`` where nothing in it decides.

    Chinese counts by characters, English by words of about five letters; the script is the one of more characters.
    """
    found = [0] * 5
    for sign in text[:_ENOUGH]:
        found[_KINDS[sign]] += 1
    chinese = found[_CHINESE] + found[_TRADITIONAL] + found[_SIMPLIFIED]
    if found[_LATIN] > 5 * chinese:
        return "en"
    if not chinese:
        return otherwise
    if found[_TRADITIONAL] == found[_SIMPLIFIED]:
        return otherwise if otherwise != "en" else "zh-Hant"
    return "zh-Hant" if found[_TRADITIONAL] > found[_SIMPLIFIED] else "zh-Hans"


class _Kinds(dict[str, int]):
    """What each character says about the language, filled as characters are met: converting a text takes far longer."""

    def __missing__(self, sign: str) -> int:
        self[sign] = kind = _kind(sign)
        return kind


def _kind(sign: str) -> int:
    if sign.isascii():
        return _LATIN if sign.isalpha() else _OTHER
    if not ("\u3400" <= sign <= "\u9fff" or "\uf900" <= sign <= "\ufaff"):
        return _OTHER
    simplifies, complicates = (_converter(way).convert(sign) != sign for way in ("t2s", "s2t"))
    if simplifies == complicates:
        return _CHINESE
    return _TRADITIONAL if simplifies else _SIMPLIFIED


_KINDS: Final = _Kinds()


@cache
def _converter(direction: str) -> Any:
    import opencc

    return opencc.OpenCC(direction)
