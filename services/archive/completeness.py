"""What belongs in the file of which complaint, and what is missing from it (10/5.2.5, 10/5.2.6). Pure."""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

_ANSWERED: Final = ("opinion", "reply", "delivery")
REQUIRED: Final[Mapping[tuple[str, str | None], tuple[str, ...]]] = {
    ("closed", "complaint"): ("register", "session", "report", *_ANSWERED, "ledger"),
    ("closed", "consultation"): ("register", *_ANSWERED, "ledger"),
    ("closed", "suggestion"): ("register", *_ANSWERED, "ledger"),
    ("refused", None): ("register", "letter", "delivery", "ledger"),
    ("withdrawn", None): ("register", "letter", "delivery", "ledger"),
}
"""By how the complaint ended, and its kind. Everything else belongs in the file where it exists."""
LETTERS: Final = {"closed": "reply", "refused": "refusal", "withdrawn": "withdrawal_confirmation"}


@dataclass(frozen=True, slots=True)
class Paper:
    """Something gathered for the file; ``field`` is bound into the seal, ``None`` where nothing is sealed."""

    kind: str
    title: str
    at: datetime
    by: str
    media_type: str
    field: str | None
    content: bytes
    fingerprint: str | None = None
    details: Mapping[str, Any] = dataclasses.field(default_factory=dict)


def missing(
    ending: str,
    kind: str | None,
    papers: Sequence[Paper],
    attachments: int,
    *,
    ledger_current: bool,
    owed: Sequence[str] = (),
    supplement: bool = False,
) -> list[str]:
    """Return the codes of what is missing, in the order of the process; nothing: the file is complete.

    ``attachments``: how many the register names. ``ledger_current``: whether the ledger knows of the ending.
    ``owed``: what is still to come by a duty: a report already begun, which a withdrawal does not end; a review.
    ``supplement``: what an ended complaint needs lies in the volume before, or was accepted without it.
    """
    present = {paper.kind for paper in papers if paper.kind not in {"letter", "delivery", "ledger"}}
    letters = [one for one in papers if one.kind == "letter" and one.title == LETTERS[ending]]
    if letters:
        present |= {"letter", "reply"}
        if any(_proved(one) for one in letters):
            present.add("delivery")
    if ledger_current:
        present.add("ledger")
    required = ("register", "ledger") if supplement else REQUIRED[(ending, kind if ending == "closed" else None)]
    wanted = dict.fromkeys((*owed, *required))
    absent = [one for one in wanted if one not in present]
    if sum(paper.kind == "attachment" for paper in papers) < attachments:
        absent.append("attachment")
    return absent


def _proved(letter: Paper) -> bool:
    """A delivery on record, or the attempts; a letter that lies ready on the status page is recorded likewise."""
    return bool(letter.details.get("deliveries"))


def new_since(papers: Iterable[Paper], known: frozenset[str]) -> list[Paper]:
    """Return what a supplement volume holds: all that no standing volume has; what it cannot know again, anew."""
    return [paper for paper in papers if paper.fingerprint is None or paper.fingerprint not in known]


def in_order(papers: Iterable[Paper]) -> list[Paper]:
    """Return the papers as they lie in the volume: the register first, the ledger last, the rest by time."""
    place = {"register": 0, "ledger": 2}
    return sorted(papers, key=lambda paper: (place.get(paper.kind, 1), paper.at))
