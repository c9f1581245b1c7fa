"""Pure: what an incident's members are given holds nothing of the person who complained first (4/5.2.5).

Each copy lies under its own member's key: it stays readable when the leading complaint is erased. So what names its
people is taken out before: names, also a part of one with a form of address (林小姐, 阿林, Mr Lam), ways to reach them,
numbers of theirs, what they were quoted as saying. A given name that stands alone, or a nickname, is not known again: a
report is written without them, as a letter is.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

TAKEN_OUT: Final = "○○"
_PEOPLE: Final = ("complainant", "representative")
_OF_A_PERSON: Final = ("name", "email", "postal_address")
_CALLED: Final = (
    "女士|先生|小姐|太太|夫人|師傅|师傅|師奶|师奶|老師|老师|伯伯|伯母|伯|叔叔|叔|阿姨|姨|嬸|婶|婆婆|婆|爺爺|爷爷|大爺|大爷|"
    "大媽|大妈|大姐|大哥|姐|哥|同志|老闆|老板|經理|经理|醫生|医生|某|姓|"
    "(?:生|太)(?=$|[^\u3400-\u9fff]|[說说稱称表反致來来的家投要認认與与和])"  # 林生, 林太; 林太多 is a wood
)
_BEFORE: Final = "小老阿姓"
_NO_NAME: Final = frozenset(
    ["小區", "小区", "小時", "小时", "小路", "小車", "小车", "小樓", "小楼", "小水", "老師", "老师", "老年", "老路"]
)
"""Words that only look like somebody's name."""
_ADDRESSED: Final = r"(?:Mr|Mrs|Ms|Miss|Mx|Mdm|Madam|Sir|Dr|Prof)\.?"
_THEMSELVES: Final = frozenset({"投訴人", "投诉人", "complainant", "the complainant", "代理人", "representative"})
_ANYBODYS: Final = re.compile(
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|(?<![\dA-Za-z])(?:\d{17}[\dXx]|(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4})(?![\dA-Za-z])"
)
"""Mail addresses, identity cards and mobile phones, whoever's."""
_CHINESE: Final = re.compile(r"[\u3400-\u9fff·]{2,6}")
_LATIN: Final = re.compile(r"[A-Za-z][A-Za-z'’-]+")
_DIGIT: Final = re.compile(r"\d")
_ALONE: Final = (r"(?<![0-9A-Za-z])", r"(?![0-9A-Za-z])")
"""Around what is written in Latin letters or digits; a Chinese sign may stand beside it."""


def of_its_people(record: Mapping[str, Any]) -> re.Pattern[str]:
    """Return what to take out for a complaint, from its register: all that stands for one of its people."""
    found: list[str] = []
    for person in (record.get(role) or {} for role in _PEOPLE):
        found += [_exactly(str(person[name])) for name in _OF_A_PERSON if person.get(name)]
        found += [_dialled(str(person.get("phone") or "")), *_addressed(str(person.get("name") or "").strip())]
    found += [_exactly(str(value)) for value in (record.get("references") or {}).values() if value]
    address = (record.get("place") or {}).get("address") or ""
    if _DIGIT.search(address):  # a door; a street alone is everybody's
        found.append(_exactly(address))
    longest_first = sorted((one for one in found if one), key=len, reverse=True)
    return re.compile("|".join([*longest_first, _ANYBODYS.pattern]), re.IGNORECASE)


def _addressed(name: str) -> Iterator[str]:
    """A name in part, with a form of address: which part is the family's, the register does not say."""
    if _CHINESE.fullmatch(name):
        parts = {name[0], *(part for part in (name[:2], name[1:], name[2:]) if len(part) > 1)}
        some = "|".join(sorted(map(re.escape, parts), key=len, reverse=True))
        yield f"(?:{some})(?:{_CALLED})"
        before = [sign for sign in _BEFORE if sign + name[0] not in _NO_NAME]
        yield f"[{''.join(before)}]{re.escape(name[0])}(?:{_CALLED})?"
    words = _LATIN.findall(name) if name.isascii() else []
    if words:
        some = "|".join(map(re.escape, words))
        yield rf"{_ALONE[0]}{_ADDRESSED}(?:\s+(?:{some}))+{_ALONE[1]}"
        yield rf"{_ALONE[0]}(?:{some})\s?(?:{_CALLED})"
    if len(words) > 1:  # the family's name first, or last
        yield rf"{_ALONE[0]}(?:{some})(?:,?\s+(?:{some})){{{len(words) - 1}}}{_ALONE[1]}"


def _dialled(phone: str) -> str:
    """A number however it is grouped, with or without its country."""
    abroad = re.sub(r"^(?:\+|00)(?:86|85[23]|886)[- ]?", "", phone.strip())
    digits = _DIGIT.findall(abroad)
    return _ALONE[0] + r"(?:(?:\+|00)?\d{2,3}[- ]?)?" + "[- ]?".join(digits) + _ALONE[1] if len(digits) > 4 else ""


def _exactly(value: str) -> str:
    words = value.strip()
    if len(words) < 2:  # a single sign stands for nobody
        return ""
    return re.escape(words) if not words.isascii() else f"{_ALONE[0]}{re.escape(words)}{_ALONE[1]}"


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
