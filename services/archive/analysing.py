"""The files of a quarter are ordered and analysed, to improve the service (4/5.2.11(2)).

The archive counts the figures itself, from volumes that are collected or stand; a person adds the findings, each with
an owner. That fulfils the standing duty of the quarter.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import Integer, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.archive.figures import Alike, bounds, count
from services.archive.tables import STANDING, Analysis, File, Finding, Officer
from shared.clock import now
from shared.errors import Problem
from shared.events import OFFICE, FilesAnalysed
from shared.outbox import hold, publish
from shared.procedure import load


def office_zone() -> ZoneInfo:
    """Return the zone in which quarters begin and end."""
    return ZoneInfo(load().policy.working_time.zone)


async def figures_of(session: AsyncSession, quarter: str) -> dict[str, Any]:
    """Return the figures of a quarter as the archive has them now: of what ended in it. Raises ``Problem`` 422."""
    begin, end = _bounds(quarter)
    accepted, reopened = File.state.in_(STANDING), File.volume > 1
    seconds = func.extract("epoch", File.ended_at - File.received_at)
    days = cast(func.floor(seconds / 86_400), Integer)
    labels = (File.service, File.kind, File.level, File.outcome, File.ending)
    asked = select(*labels, reopened, accepted, days, func.count()).where(
        File.ended_at >= begin, File.ended_at < end, File.state != "voided", ~File.supplement
    )
    rows = await session.execute(asked.group_by(*labels, reopened, accepted, days))
    return count(Alike(*row) for row in rows)


async def analyse(session: AsyncSession, quarter: str, findings: Sequence[dict[str, Any]], by: str) -> Analysis:
    """Put an analysis on record with its findings, and publish it. Raises ``Problem`` 409 and 422."""
    at = await now(session)
    if at < _bounds(quarter)[1]:
        raise Problem(409, "quarter_not_over", quarter=quarter)
    await _check(session, findings, at.astimezone(office_zone()).date())
    await hold(session, OFFICE)
    analysis = Analysis(id=str(uuid4()), quarter=quarter, figures=await figures_of(session, quarter), at=at, by=by)
    session.add(analysis)
    await session.flush()
    for position, one in enumerate(findings, 1):
        session.add(Finding(id=str(uuid4()), analysis=analysis.id, position=position, **one))
    fact = FilesAnalysed(
        analysis=analysis.id,
        quarter=quarter,
        files=analysis.figures["files"],
        findings=len(findings),
        owner=findings[0]["owner"],
        by=by,
    )
    await publish(session, OFFICE, fact)
    await session.flush()
    return analysis


async def finish(session: AsyncSession, analysis: str, position: int, text: str, by: str) -> Analysis:
    """Say what was done about a finding. Raises ``Problem`` 404, and 409 when that is on record."""
    wanted = select(Finding).where(Finding.analysis == analysis, Finding.position == position).with_for_update()
    finding: Finding | None = await session.scalar(wanted)
    if finding is None:
        raise Problem(404, "not_found")
    if finding.done_at is not None:
        raise Problem(409, "finding_done")
    finding.done, finding.done_at, finding.done_by = text, await now(session), by
    await session.flush()
    return await session.get_one(Analysis, analysis)


async def findings_of(session: AsyncSession, analyses: Sequence[str]) -> dict[str, list[Finding]]:
    """Return the findings of analyses, in their order."""
    found: dict[str, list[Finding]] = {one: [] for one in analyses}
    wanted = select(Finding).where(Finding.analysis.in_(analyses)).order_by(Finding.position)
    for row in await session.scalars(wanted):
        found[row.analysis].append(row)
    return found


def _bounds(quarter: str) -> tuple[datetime, datetime]:
    try:
        return bounds(quarter, office_zone())
    except ValueError:
        raise Problem(422, "not_a_quarter", errors=[("quarter", "not_a_quarter")]) from None


async def _check(session: AsyncSession, findings: Sequence[dict[str, Any]], today: date) -> None:
    owners = {str(one["owner"]) for one in findings}
    known = set(await session.scalars(select(Officer.id).where(Officer.id.in_(owners))))
    errors = []
    for position, one in enumerate(findings):
        if one["owner"] not in known:
            errors.append((f"findings.{position}.owner", "owner_unknown"))
        if one["due_on"] is not None and one["due_on"] < today:
            errors.append((f"findings.{position}.due_on", "finding_due_in_past"))
    if errors:
        raise Problem(422, "findings_wrong", errors=errors)
