"""How a complainant can be told something (procedure, "Two acts, not one" and "Nobody to reach"). Pure."""

from collections.abc import Sequence
from typing import Final, cast

from shared.glossary import LetterWay, NoticeWay

_OF_A_PERSON: Final[tuple[NoticeWay, ...]] = ("phone", "sms", "mail", "letter")
SPOKEN: Final[frozenset[str]] = frozenset({"phone", "in_person"})
WRITTEN: Final[frozenset[str]] = frozenset({"mail", "letter", "status_page"})


def letter_ways(reachable: Sequence[str]) -> tuple[LetterWay, ...]:
    """Return the ways for a letter, the best first: mailbox, post; the status page for who gave neither."""
    possible = [way for way in ("mail", "letter") if way in reachable]
    return cast("tuple[LetterWay, ...]", tuple(possible) or ("status_page",))


def notice_ways(reachable: Sequence[str]) -> tuple[NoticeWay, ...]:
    """Return the ways for a notice. In person is always possible; the status page only where nothing else is."""
    possible: tuple[NoticeWay, ...] = tuple(way for way in _OF_A_PERSON if way in reachable)
    return (*possible, "in_person") if possible else ("status_page", "in_person")
