"""Everything recorded on a case, read in one statement: a page and each command's answer need all of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.closing import Standing
from services.casework.tables import RECORDS, Case
from shared.procedure import load

Row = dict[str, Any]
Records = Mapping[str, Sequence[Row]]
"""By kind of record, in the order of recording; times as ISO 8601 texts (UTC), ``words`` as sealed bytes."""

_ONE: Final = (
    "SELECT '{}' AS kind, place, to_jsonb(r) - 'complaint' - 'place' AS record FROM {} AS r WHERE complaint = :of"
)
_UNION: Final = " UNION ALL ".join(_ONE.format(one.kind_of_record, one.__tablename__) for one in RECORDS)
_ALL: Final = text(f"{_UNION} ORDER BY kind, place").columns(record=JSONB)


async def read(session: AsyncSession, complaint: str) -> Records:
    """Return the records of a case."""
    await session.flush()
    found: dict[str, list[Row]] = {one.kind_of_record: [] for one in RECORDS}
    for row in await session.execute(_ALL, {"of": complaint}):
        words = row.record["words"]
        found[row.kind].append(row.record | {"words": words and bytes.fromhex(words.removeprefix("\\x"))})
    return found


def last(records: Sequence[Row]) -> Row | None:
    """Return the latest record, if there is one."""
    return records[-1] if records else None


def moment(record: Row | None, name: str) -> datetime | None:
    """Return a time of the record (UTC)."""
    value = record[name] if record else None
    return datetime.fromisoformat(value) if value else None


def standing(case: Case, records: Records) -> Standing:
    """Return what closing looks at."""
    measures = records["measure"]
    done = [one for one in measures if one["done_at"]]
    handed_over = [one for one in measures if one["handed_over_at"] and not one["done_at"]]
    urged = [one for one in records["urging"] if not one["answered_at"] and not one["lapsed_at"]]
    return Standing(
        kind=case.kind or "complaint",
        level=case.level,
        reachable=bool(case.reachable),
        reply_sent=case.reply_sent_at is not None,
        reply_delivered=case.reply_delivered_at is not None,
        delivery_attempts=case.delivery_attempts,
        result_notice=case.result_notice_at is not None,
        measures_open=len(measures) - len(done) - len(handed_over),
        measures_done=len(done),
        measures_handed_over=len(handed_over),
        urgings_open=len(urged),
        accountability=bool(records["accountability"]),
        visit_open=_visit_open(case),
        review_open=review_open(case),
        plans=len(records["emergency_plan"]),
        plans_running=sum(not one["ended_at"] for one in records["emergency_plan"]),
    )


def _visit_open(case: Case) -> bool:
    """Say whether a return visit is owed: one that was assigned, or that its level asks for (3/5.2)."""
    owed = case.visit_assigned_at is not None or case.level in load().policy.return_visit.levels
    return case.kind == "complaint" and owed and case.visit_ended_at is None


def review_open(case: Case) -> bool:
    """Say whether a review was asked for and is not decided (4/5.2.10(2))."""
    return case.review_requested_at is not None and case.review_decided_at is None
