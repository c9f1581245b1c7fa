"""Search: candidates by the index, then their words from intake, to be sure and to show what was found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ARRAY, BigInteger, DateTime, Text, bindparam, text

from services.insight.indexing import key_of, words_of
from services.insight.listing import COLUMNS, concern_of
from services.insight.search import Excerpt, Term, excerpts, hashed, places, terms_of, wanted_grams
from shared.access import Caller
from shared.running import Service

_PORTION: Final = 100
_MOST_CANDIDATES: Final = 1000
_MOST_EXCERPTS: Final = 3


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is searched for; times are instants of receipt, ``until`` exclusive."""

    text: str
    service: str | None = None
    stage: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Found:
    """A complaint that holds all terms, with excerpts for who may read the words."""

    row: Mapping[str, Any]
    highlights: list[Excerpt]


async def find(service: Service, wanted: Wanted, caller: Caller) -> list[Found]:
    """Return the complaints that hold every term, the newest first; never one that names the caller or whom they lead.

    Whoever may not read texts at intake is told which complaints, not in which words.
    """
    terms = terms_of(wanted.text)
    if not terms:
        return []
    may_read = caller.may("intake.read")
    async with service.database.session() as session:
        concern = await concern_of(session, caller.acts_as)
    hits: list[Found] = []
    skipped = 0
    while len(hits) < wanted.limit and skipped < _MOST_CANDIDATES:
        rows = await _candidates(service, wanted, terms, concern, skipped)
        if not rows:
            break
        skipped += len(rows)
        answers = await _texts(service, [str(row["id"]) for row in rows], caller)
        for row in rows:
            texts = words_of(answers.get(str(row["id"]), {}))
            found = places(texts, terms)
            if found is not None:
                shown = [one for words, spans in zip(texts, found, strict=True) for one in excerpts(words, spans)]
                hits.append(Found(row, shown[:_MOST_EXCERPTS] if may_read else []))
        if len(rows) < _PORTION:
            break
    return hits[: wanted.limit]


async def _candidates(
    service: Service, wanted: Wanted, terms: Sequence[Term], concern: frozenset[str], skip: int
) -> list[Mapping[str, Any]]:
    values = {
        "grams": hashed(wanted_grams(terms), key_of(service)),
        "concern": sorted(concern),
        "service": wanted.service,
        "stage": wanted.stage,
        "since": wanted.since,
        "until": wanted.until,
        "skip": skip,
    }
    async with service.database.session() as session:
        return [dict(row) for row in (await session.execute(_CANDIDATES, values)).mappings()]


async def _texts(service: Service, ids: list[str], caller: Caller) -> dict[str, dict[str, Any]]:
    body = {"ids": ids, "parts": ["text"]}
    answer: dict[str, dict[str, Any]] = await service.services.post(
        "intake", "/texts", json=body, on_behalf_of=caller.acts_as
    )
    return answer


_CANDIDATES = text(
    f"SELECT {COLUMNS} FROM search_index JOIN complaints ON complaints.id = search_index.complaint"  # noqa: S608 - our own columns
    " WHERE grams @> :grams AND NOT erased AND NOT (named_officers && :concern)"
    " AND (:service IS NULL OR service = :service) AND (:stage IS NULL OR stage = :stage)"
    " AND (:since IS NULL OR received_at >= :since) AND (:until IS NULL OR received_at < :until)"
    f" ORDER BY received_at DESC, id DESC LIMIT {_PORTION} OFFSET :skip"
).bindparams(
    bindparam("grams", type_=ARRAY(BigInteger)),
    bindparam("concern", type_=ARRAY(Text)),
    *(bindparam(name, type_=Text) for name in ("service", "stage")),
    *(bindparam(name, type_=DateTime(timezone=True)) for name in ("since", "until")),
)
