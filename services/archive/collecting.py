"""The worker that collects files, one at a time; what is not there yet is looked for again, for a while (10/5.2.7)."""

import asyncio
import hashlib
from typing import Any, Final
from uuid import uuid4

import httpx
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.archive.completeness import Paper, new_since
from services.archive.filing import catalogued
from services.archive.gathering import Garbled, Gathered, gather
from services.archive.tables import STANDING, Case, Entry, File
from shared import inbox
from shared.clock import now
from shared.errors import Problem
from shared.events import FileCollected
from shared.outbox import hold, publish
from shared.running import Service

LEASE_SECONDS: Final = 120
TRIES_FOR_PAPERS: Final = 3
"""Owners answer from their own truth: what they have not when asked again will not come by waiting."""
TRIES_FOR_LEDGER: Final = 10
"""The duty engine only hears of the ending; it may be behind."""
_SOON: Final = 1.0


async def collect_files(service: Service) -> bool:
    """Collect one file; says whether more is to be done at once or in a moment."""
    async with service.database.session() as session:
        file, at = await _claim(session), await now(session)
        seen = await inbox.seen(session, file.complaint) if file else {}
    if file is None:
        return await _wait_a_moment(service)
    try:
        gathered = await gather(service, file, at, seen)
    except (httpx.TransportError, Problem, Garbled, ValueError) as fault:
        service.log.warning("collecting waits", complaint=file.complaint, error=type(fault).__name__, tries=file.tries)
        await _again(service, file)
    else:
        if gathered.missing and file.tries < _patience(gathered):
            await _again(service, file)
        else:
            await _keep(service, file, gathered)
    return True


def _patience(gathered: Gathered) -> int:
    return TRIES_FOR_LEDGER if "ledger" in gathered.missing else TRIES_FOR_PAPERS


async def _claim(session: AsyncSession) -> File | None:
    clock = func.clock_timestamp()
    due = select(File).where(File.state == "collecting", File.try_after <= clock).order_by(File.try_after).limit(1)
    file: File | None = await session.scalar(due.with_for_update(skip_locked=True))
    if file is not None:
        lease = clock + text(f"interval '{LEASE_SECONDS} seconds'")
        claim = update(File).where(File.id == file.id).values(try_after=lease, tries=File.tries + 1)
        await session.execute(claim.execution_options(synchronize_session=False))
    return file


async def _wait_a_moment(service: Service) -> bool:
    """Wait for a file that is to be tried again in a moment: until then this worker is not done."""
    async with service.database.session() as session:
        soonest = func.extract("epoch", func.min(File.try_after) - func.clock_timestamp())
        seconds = await session.scalar(select(soonest).where(File.state == "collecting"))
    if seconds is None or seconds > _SOON:
        return False
    await asyncio.sleep(max(float(seconds), 0.02))
    return True


async def _again(service: Service, file: File) -> None:
    pause = min(0.1 * 2**file.tries, 60.0)
    async with service.database.session() as session:
        mine = update(File).where(File.id == file.id, File.state == "collecting", File.asked == file.asked)
        await session.execute(mine.values(try_after=func.clock_timestamp() + text(f"interval '{pause:.3f} seconds'")))


async def _keep(service: Service, asked: File, gathered: Gathered) -> None:
    async with service.database.session() as session:
        await hold(session, asked.complaint)
        file = await session.get_one(File, asked.id)
        if file.state != "collecting":
            return
        if file.asked != asked.asked:  # something changed while it was gathered
            file.try_after = await session.scalar(select(func.clock_timestamp()))  # type: ignore[assignment]
            return
        case, at = await session.get_one(Case, file.complaint), await now(session)
        for name, value in catalogued(case).items():
            setattr(file, name, value)
        await session.execute(delete(Entry).where(Entry.file == file.id))
        papers = new_since(gathered.papers, await _filed_before(session, file))
        session.add_all(_entry(file.id, position, paper) for position, paper in enumerate(papers, 1))
        file.state, file.collected_at = "collected", at
        file.missing, file.complete = list(gathered.missing), not gathered.missing
        said = FileCollected(
            file=file.id,
            volume=file.volume,
            complete=not gathered.missing,
            missing=tuple(gathered.missing),
            supplement=file.supplement,
        )
        await publish(session, file.complaint, said)


async def _filed_before(session: AsyncSession, file: File) -> frozenset[str]:
    """Return the fingerprints in the complaint's standing volumes: a supplement holds what is new."""
    query = select(Entry.fingerprint).join(File, File.id == Entry.file)
    found = await session.scalars(query.where(File.complaint == file.complaint, File.state.in_(STANDING)))
    return frozenset(one for one in found if one)


def _entry(file: str, position: int, paper: Paper) -> Entry:
    values: dict[str, Any] = {
        name: getattr(paper, name)
        for name in ("kind", "title", "at", "by", "media_type", "field", "content", "fingerprint")
    }
    return Entry(
        id=str(uuid4()),
        file=file,
        position=position,
        size=len(paper.content),
        sha256=hashlib.sha256(paper.content).hexdigest(),
        details=dict(paper.details),
        **values,
    )
