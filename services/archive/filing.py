"""A volume from its opening to the chain: opened, collected, accepted or returned, filed or void (10/5.2.7)."""

from datetime import datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Text, cast, delete, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer

from services.archive.sealing import contents_of, retained_until, voided
from services.archive.signing import Seal, add_link
from services.archive.tables import OPEN, STANDING, Case, Ending, Entry, File
from shared.clock import now
from shared.errors import Problem
from shared.events import FileReturned, FileSealed, FileVoided
from shared.outbox import publish
from shared.procedure import load

CONTENT_SHA256: ColumnElement[str] = cast(
    func.pg_catalog.encode(func.pg_catalog.sha256(Entry.content), text("'hex'")), Text
).label("actual")
"""Computed where the content lies: it may be 20 MB."""


async def open_file(session: AsyncSession, complaint: str) -> File | None:
    """Return the volume of a complaint that is not sealed yet."""
    found: File | None = await session.scalar(select(File).where(File.complaint == complaint, File.state.in_(OPEN)))
    return found


async def entries_of(session: AsyncSession, file: str) -> list[Entry]:
    """Return the entries of a volume in order, without their content."""
    query = select(Entry).where(Entry.file == file).order_by(Entry.position, Entry.id)
    return list(await session.scalars(query.options(defer(Entry.content, raiseload=True))))


async def open_volume(session: AsyncSession, case: Case, ending: Ending, at: datetime, outcome: str | None) -> None:
    """The complaint has ended: its next volume is to be collected; one that is open already is collected anew."""
    case.rests = True
    file = await open_file(session, case.complaint)
    if file is None:
        file = await _next_volume(session, case)
        file.ending, file.ended_at, file.outcome = ending, at, outcome
        session.add(file)
    else:
        file.ending, file.ended_at, file.outcome = ending, at, outcome
        await collect_anew(session, file)
    await session.flush()


async def _next_volume(session: AsyncSession, case: Case) -> File:
    # a void volume keeps its number: number and volume never name two things
    last = await session.scalar(select(func.max(File.volume)).where(File.complaint == case.complaint))
    return File(id=str(uuid4()), complaint=case.complaint, volume=1 + (last or 0), **catalogued(case))


async def take_in_later(session: AsyncSession, case: Case) -> None:
    """Something that belongs in the file came after the ending: an open volume is collected anew.

    One that is sealed stays as it is, and a supplement is opened beside it (4/5.2.11(1), 10/5.2.6).
    """
    if await collect_if_open(session, case.complaint) or not case.rests:
        return
    stands = select(File).where(File.complaint == case.complaint, File.state.in_(STANDING))
    before = await session.scalar(stands.order_by(File.volume.desc()).limit(1))
    if before is not None:
        file = await _next_volume(session, case)
        file.supplement = True
        file.ending, file.ended_at, file.outcome = before.ending, before.ended_at, before.outcome
        session.add(file)
        await session.flush()


async def collect_if_open(session: AsyncSession, complaint: str) -> bool:
    """Collect the complaint's open volume anew; say whether there is one."""
    file = await open_file(session, complaint)
    if file is not None:
        await collect_anew(session, file)
    return file is not None


async def collect_anew(session: AsyncSession, file: File) -> None:
    """Something that belongs in it has changed, or somebody asks: gather it again."""
    values = {"state": "collecting", "asked": File.asked + 1, "tries": 0, "try_after": func.clock_timestamp()}
    await session.execute(update(File).where(File.id == file.id).values(values))
    await session.refresh(file)


def catalogued(case: Case) -> dict[str, object]:
    """Return the words of the catalogue as they stand now."""
    names = ("number", "channel", "received_at", "service", "topic_code", "kind", "level", "district")
    return {name: getattr(case, name) for name in names}


async def accept(session: AsyncSession, key: Seal, file: File, by: str, because: bytes | None) -> None:
    """The archivist takes the volume in: it is sealed into the chain (10/5.2.7). Hold the complaint first.

    ``because``: the sealed reason for accepting an incomplete one. Raises ``Problem`` 409 ``file_incomplete`` without
    it, and ``file_tampered`` when an entry is not what was collected.
    """
    if not file.complete and because is None:
        raise Problem(409, "file_incomplete", missing=file.missing)
    odd = await session.scalar(
        select(func.count()).select_from(Entry).where(Entry.file == file.id, CONTENT_SHA256.element != Entry.sha256)
    )
    if odd:
        raise Problem(409, "file_tampered")
    policy, at = load().policy, await now(session)
    kind = None if file.ending == "refused" else file.kind
    years = policy.retention_years(kind, file.level)  # type: ignore[arg-type]  # codes of the glossary
    file.state, file.sealed_at, file.sealed_by, file.accepted_because = "sealed", at, by, because
    if file.supplement:  # the complaint rests already: no stage waits for this volume
        file.state, file.filed_at = "filed", at
    file.retained_until = retained_until(at.astimezone(ZoneInfo(policy.working_time.zone)).date(), years)
    entries = await entries_of(session, file.id)
    link = await add_link(session, key, file.id, "sealed", contents_of(file, entries), at)
    said = FileSealed(
        file=file.id,
        volume=file.volume,
        seal=link.seal,
        entries=len(entries),
        retained_until=file.retained_until,
        supplement=file.supplement,
        by=by,
    )
    await publish(session, file.complaint, said)


async def give_back(session: AsyncSession, file: File, missing: list[str], by: str, reason: bytes | None) -> None:
    """The archivist sends it back to the handler (10/5.2.7). Raises ``Problem`` 422 when nothing is named."""
    named = list(dict.fromkeys(missing or file.missing))
    if not named:
        raise Problem(422, "invalid", errors=[("missing", "missing_unnamed")])
    file.state, file.returned_at, file.returned_by, file.return_reason = "returned", await now(session), by, reason
    file.missing, file.complete = named, False
    await publish(session, file.complaint, FileReturned(file=file.id, volume=file.volume, missing=tuple(named), by=by))


async def void(session: AsyncSession, key: Seal, file: File) -> None:
    """The volume does not stand. A sealed one stays as it is, and the chain says so; an open one is emptied."""
    at = await now(session)
    if file.state in STANDING:
        await add_link(session, key, file.id, "voided", voided(file.id, at), at)
    else:
        await session.execute(delete(Entry).where(Entry.file == file.id))
    file.state, file.voided_at = "voided", at
    await publish(session, file.complaint, FileVoided(file=file.id, volume=file.volume))
