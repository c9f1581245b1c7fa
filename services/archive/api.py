"""Archive's routes: looking up volumes, accepting and returning them, opening entries (chapter 10)."""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query, Response
from sqlalchemy import func, select

from services.archive import api_analyses, api_proof
from services.archive.bodies import (
    AcceptanceIn,
    AcceptancesIn,
    AcceptancesOut,
    FileOut,
    FilesOut,
    FileView,
    RefusedOut,
    ReturnIn,
)
from services.archive.fairness import about
from services.archive.filing import accept, collect_anew, give_back
from services.archive.looking import content_of, view
from services.archive.signing import seal_key
from services.archive.tables import File, FileState
from services.archive.work import Call, may
from shared.access import Caller, allowed
from shared.errors import Problem
from shared.procedure import load
from shared.running import Session

router = APIRouter(tags=["files"])
router.include_router(api_proof.router)
router.include_router(api_analyses.router)
Finder = Annotated[Caller, Depends(allowed("archive.look_up"))]
Looking = Annotated[Call, Depends(may("archive.look_up"))]
Reading = Annotated[Call, Depends(may("archive.read_entry"))]
Accepting = Annotated[Call, Depends(may("archive.accept"))]
Collecting = Annotated[Call, Depends(may("archive.collect"))]


@router.get("/files")
async def look_up(
    session: Session,
    caller: Finder,
    number: Annotated[str | None, Query(max_length=40)] = None,
    service: Annotated[str | None, Query(max_length=40)] = None,
    kind: Annotated[str | None, Query(max_length=40)] = None,
    level: Annotated[int | None, Query(ge=1, le=3)] = None,
    outcome: Annotated[str | None, Query(max_length=40)] = None,
    state: FileState | None = None,
    district: Annotated[str | None, Query(max_length=60)] = None,
    complaint: Annotated[
        list[UUID] | None, Query(max_length=100, description="of these complaints: what intake found of a person")
    ] = None,
    begin: Annotated[
        date | None, Query(alias="from", description="received on this day of the office or later")
    ] = None,
    until: Annotated[date | None, Query(alias="to", description="received on this day of the office or before")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> FilesOut:
    """The catalogue: volumes by number, labels, district, day of receipt and state; the newest complaints first.

    By person: intake finds the complaints by its blind index (``POST /intake/people/search``), this route the files of
    those ``complaint`` ids; nothing personal comes here (4/5.2.11(1), 10/5.2.9). Archivist, supervisor, analyst.
    """
    wanted = {"number": number, "service": service, "kind": kind, "level": level, "outcome": outcome, "state": state}
    wanted["district"] = district
    fits = [getattr(File, name) == value for name, value in wanted.items() if value is not None]
    fits.append(File.complaint.not_in(await about(session, caller.acts_as)))
    fits += [File.complaint.in_([str(one) for one in complaint])] if complaint is not None else []
    fits += [File.received_at >= _midnight(begin)] if begin else []
    fits += [File.received_at < _midnight(until + timedelta(days=1))] if until else []
    total = await session.scalar(select(func.count()).select_from(File).where(*fits)) or 0
    order = (File.received_at.desc(), File.number, File.ended_at, File.volume)
    rows = await session.scalars(select(File).where(*fits).order_by(*order).limit(limit).offset(offset))
    return FilesOut(items=[FileOut.model_validate(row) for row in rows], total=total)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(load().policy.working_time.zone))


@router.get("/files/{file}")
async def show(file: str, call: Looking) -> FileView:
    """A volume: its entries in order, its seal, whether it is complete, and who has looked at it (4/5.2.11(1))."""
    async with call.on_file(file, look=True) as work:
        return await view(work)


@router.post("/files/{file}/acceptance")
async def accept_file(file: str, call: Accepting, body: AcceptanceIn | None = None) -> FileView:
    """Accept a collected volume: it is sealed into the chain (10/5.2.6, 10/5.2.7). An incomplete one needs a reason."""
    reason = body.reason if body else None
    async with call.on_file(file, states=("collected",)) as work:
        because = work.seal("accepted_because", reason) if reason and not work.file.complete else None
        await accept(work.session, seal_key(work.service), work.file, work.by, because)
        return await view(work)


@router.post("/acceptances")
async def accept_files(body: AcceptancesIn, call: Accepting) -> AcceptancesOut:
    """Accept many complete volumes; each stands for itself: one that cannot be accepted holds up no other
    (10/5.2.7).
    """
    answer = AcceptancesOut(accepted=[], refused=[])
    for id_ in dict.fromkeys(body.ids):
        try:
            async with call.on_file(str(id_), states=("collected",)) as work:
                await accept(work.session, seal_key(work.service), work.file, work.by, None)
        except Problem as problem:
            answer.refused.append(RefusedOut(id=id_, code=problem.code))
        else:
            answer.accepted.append(id_)
    return answer


@router.post("/files/{file}/return")
async def return_file(file: str, body: ReturnIn, call: Accepting) -> FileView:
    """Send a volume back to the handler, naming what is missing (10/5.2.7)."""
    async with call.on_file(file, states=("collected",)) as work:
        reason = work.seal("return_reason", body.reason) if body.reason else None
        await give_back(work.session, work.file, body.missing, work.by, reason)
        return await view(work)


@router.post("/files/{file}/collection")
async def collect_file(file: str, call: Collecting) -> FileView:
    """Collect a volume anew, once what was missing is there (10/5.2.7)."""
    async with call.on_file(file, states=("collected", "returned")) as work:
        await collect_anew(work.session, work.file)
        return await view(work)


@router.get("/files/{file}/entries/{n}", response_class=Response)
async def open_entry(file: str, n: int, call: Reading) -> Response:
    """The content of an entry, opened with the complaint's key; every look is on record (10/5.2.11)."""
    async with call.on_file(file, look=True) as work:
        entry, content = await content_of(work, n)
    headers: dict[str, Any] = {
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return Response(content, media_type=entry.media_type, headers=headers)
