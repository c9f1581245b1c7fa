"""Pure: what an incident's members are given holds nothing of the person who complained first (4/5.2.5).

Each copy lies under its own member's key: it stays readable when the leading complaint is erased. So what names its
people is taken out before: names, ways to reach them, numbers of theirs, what they were quoted as saying. A name that
only part of is used, or a nickname, is not known again: a report is written without them, as a letter is.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

TAKEN_OUT: Final = "○○"
_PEOPLE: Final = ("complainant", "representative")
_OF_A_PERSON: Final = ("name", "phone", "email", "postal_address")
_TITLES: Final = "女士|先生|小姐|太太|師傅|师傅|老師|老师"
_THEMSELVES: Final = frozenset({"投訴人", "投诉人", "complainant", "the complainant", "代理人", "representative"})
_ANYBODYS: Final = re.compile(
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|(?<![\dA-Za-z])(?:\d{17}[\dXx]|(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4})(?![\dA-Za-z])"
)
"""Mail addresses, identity cards and mobile phones, whoever's."""
_CHINESE: Final = re.compile(r"[\u3400-\u9fff·]{2,6}")
_DIGIT: Final = re.compile(r"\d")


def of_its_people(record: Mapping[str, Any]) -> re.Pattern[str]:
    """Return what to take out for a complaint, from its register: all that stands for one of its people."""
    found: list[str] = []
    for person in (record.get(role) or {} for role in _PEOPLE):
        found += [_exactly(str(person[name])) for name in _OF_A_PERSON if person.get(name)]
        name = str(person.get("name") or "")
        if _CHINESE.fullmatch(name):
            surnames = {name[0], name[:2]} if len(name) > 2 else {name[0]}
            found += [f"{re.escape(one)}(?:{_TITLES})" for one in surnames]
    found += [_exactly(str(value)) for value in (record.get("references") or {}).values() if value]
    address = (record.get("place") or {}).get("address") or ""
    if _DIGIT.search(address):  # a door; a street alone is everybody's
        found.append(_exactly(address))
    longest_first = sorted((one for one in found if one), key=len, reverse=True)
    return re.compile("|".join([*longest_first, _ANYBODYS.pattern]), re.IGNORECASE)


def _exactly(value: str) -> str:
    words = value.strip()
    if len(words) < 2:  # a single sign stands for nobody
        return ""
    plain = re.escape(words)
    return rf"(?<!\w){plain}(?!\w)" if words.isascii() else plain


def shared(value: Any, people: re.Pattern[str]) -> Any:
    """Return a record's words without its people; what they were quoted as saying stays with the leading complaint."""
    if isinstance(value, str):
        return people.sub(TAKEN_OUT, value)
    if isinstance(value, Mapping):
        plain = {name: shared(one, people) for name, one in value.items()}
        if _is_theirs(plain.get("who")) and "said" in plain:
            plain["said"] = TAKEN_OUT
        return plain
    if isinstance(value, Sequence):
        return [shared(one, people) for one in value]
    return value


def _is_theirs(who: Any) -> bool:
    return isinstance(who, str) and (TAKEN_OUT in who or who.strip().casefold() in _THEMSELVES)
