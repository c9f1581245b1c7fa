"""Whether somebody complains of one matter again and again (3/2.2): found by keyed hashes, nobody is named.

The same matter is the same topic, told by the same person: two of what a person is known by - name, phone, e-mail,
numbers of the office - are the same. A name alone may be another one's.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, cast
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared import batch

Topics = Mapping[str, int]
_ALIKE: Final = 2


async def topics_of(session: AsyncSession, hashes: Iterable[bytes], at: datetime, days: int) -> Topics:
    """Return how many complaints of the person behind these hashes were registered in the days before, by topic."""
    known = list(set(hashes))
    if len(known) < _ALIKE:
        return {}
    asked = {"hashes": known, "since": at - timedelta(days=days), "alike": _ALIKE}
    return Counter(row.topic for row in await session.execute(_BY_HASHES, asked))


async def topics_before(session: AsyncSession, complaint: UUID, days: int) -> Topics:
    """Return the same for a complaint that is stored; in a batch all of its complaints are looked up at once."""
    if not batch.is_taken_in(session):
        return (await _of_each(session, [complaint], days)).get(complaint, {})
    if "repeating" not in session.info:
        session.info["repeating"] = await _of_each(session, [UUID(one) for one in batch.subjects(session)], days)
    return cast("dict[UUID, Topics]", session.info["repeating"]).get(complaint, {})


async def _of_each(session: AsyncSession, complaints: list[UUID], days: int) -> dict[UUID, Topics]:
    found: dict[UUID, Counter[str]] = {}
    asked: dict[str, Any] = {"complaints": complaints, "within": timedelta(days=days), "alike": _ALIKE}
    for row in await session.execute(_BY_COMPLAINT, asked):
        found.setdefault(row.id, Counter())[row.topic] += 1
    return dict(found)


# of a hash that many share (a common name) only the newest are looked at: the other ones of the person are rarer
_BY_HASHES: Final = text(
    """
    SELECT c.labels ->> 'topic_code' AS topic FROM (
        SELECT DISTINCT theirs.complaint FROM unnest(CAST(:hashes AS bytea[])) AS own (hash)
        CROSS JOIN LATERAL (SELECT b.complaint FROM blind_indexes AS b
            WHERE b.hash = own.hash ORDER BY b.complaint DESC LIMIT 50) AS theirs) AS near
    JOIN complaints AS c ON c.id = near.complaint
    WHERE c.labels IS NOT NULL AND c.received_at > :since AND :alike <= (
        SELECT count(*) FROM blind_indexes AS b WHERE b.complaint = near.complaint AND b.hash = ANY(:hashes))
    """
)
_BY_COMPLAINT: Final = text(
    """
    SELECT this.id, other.labels ->> 'topic_code' AS topic FROM complaints AS this
    CROSS JOIN LATERAL (
        SELECT DISTINCT theirs.complaint FROM blind_indexes AS own
        CROSS JOIN LATERAL (SELECT b.complaint FROM blind_indexes AS b
            WHERE b.hash = own.hash ORDER BY b.complaint DESC LIMIT 50) AS theirs
        WHERE own.complaint = this.id AND theirs.complaint <> this.id) AS near
    JOIN complaints AS other ON other.id = near.complaint
    WHERE this.id = ANY(:complaints) AND other.labels IS NOT NULL
        AND other.received_at > this.received_at - CAST(:within AS interval)
        AND :alike <= (SELECT count(*) FROM blind_indexes AS own JOIN blind_indexes AS b ON b.hash = own.hash
            WHERE own.complaint = this.id AND b.complaint = near.complaint)
    """
)
