"""The routes that every service has alike: health, metrics, the catalogue, journal, clock, parked complaints."""

import asyncio
from collections.abc import Coroutine
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse
from prometheus_client import generate_latest
from pydantic import AwareDatetime, BaseModel
from sqlalchemy import text

from shared import journal
from shared.access import Caller, allowed
from shared.asyncapi import asyncapi
from shared.clock import ClockRefused, read_clock, set_clock
from shared.common_answers import (
    CATALOGUE,
    EVENTS,
    METRICS,
    READY,
    ClockOut,
    HealthOut,
    ParkedOut,
    ReleasedOut,
)
from shared.errors import Problem
from shared.events import to_cloudevent
from shared.parking import parked_subjects, release
from shared.running import Running, Service, Session

router = APIRouter(tags=["common"])
observe = Depends(allowed("office.observe"))
_SOON: Final = 3.0
"""Seconds in which what is asked about its readiness has to answer."""
_LAST: Final = 2**63 - 1
"""The last position or sequence that there can be."""


class ClockSetting(BaseModel):
    """Where the simulated clock is to stand, and whether timers and consumption wait."""

    now: AwareDatetime | None = None
    hold: bool | None = None


@router.get("/health", dependencies=[observe])
async def health() -> HealthOut:
    """Say that the process answers."""
    return HealthOut(status="ok")


@router.get("/ready", dependencies=[observe], responses=READY)
async def ready(service: Running) -> JSONResponse:
    """Say whether database, bus, consumer and relay work: 200, or 503 naming what does not; within some seconds."""
    looks = {"database": _look_at_database(service), "bus": service.bus.look()}
    found = dict(zip(looks, await asyncio.gather(*(_answers(look) for look in looks.values())), strict=True))
    found["consumer"] = service.consumer is None or service.consumer.healthy()
    found["relay"] = service.relay is None or service.relay.healthy()
    found["stopping"] = not service.stopping.is_set()
    wrong = [name for name, good in found.items() if not good]
    return JSONResponse({"ready": not wrong, "wrong": wrong}, status_code=503 if wrong else 200)


async def _look_at_database(service: Service) -> None:
    async with service.database.session() as session:
        await session.execute(text("SELECT 1"))


async def _answers(look: Coroutine[Any, Any, None]) -> bool:
    """Say whether it does so soon. What hangs on a dead line is left behind: ending it may hang as well."""
    task = asyncio.ensure_future(look)
    done, _ = await asyncio.wait({task}, timeout=_SOON)
    if not done:
        task.cancel()
        task.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
        return False
    return task.exception() is None


@router.get("/metrics", dependencies=[observe], response_class=Response, responses=METRICS)
async def metrics(service: Running) -> Response:
    """Prometheus metrics of this service."""
    return Response(generate_latest(service.registry), media_type="text/plain; version=0.0.4")


@router.get("/asyncapi.json", dependencies=[observe], responses=CATALOGUE)
async def catalogue() -> dict[str, Any]:
    """The AsyncAPI 3 document of the catalogue of events."""
    return asyncapi()


@router.get("/events", response_class=Response, responses=EVENTS)
async def events(
    request: Request,
    service: Running,
    _: Annotated[Caller, Depends(allowed("journal.read"))],
    after: Annotated[int, Query(ge=0, le=_LAST, description="the last position you have")] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    subject: str | None = None,
    after_sequence: Annotated[int, Query(ge=0, le=_LAST)] = 0,
    last_event_id: Annotated[int | None, Header(ge=0, le=_LAST)] = None,
) -> Response:
    """The journal: a CloudEvents batch after a position, or of one subject; live with the header of SSE."""
    if subject is not None:
        found = await journal.of_subject(service.database, subject, after_sequence)
        return _batch([to_cloudevent(event) for event in found])
    if "text/event-stream" in request.headers.get("Accept", ""):
        start = after if last_event_id is None else last_event_id
        stream = journal.stream(service.database, start, service.stopping)
        return StreamingResponse(stream, media_type="text/event-stream", headers={"Cache-Control": "no-store"})
    page = await journal.page(service.database, after, limit)
    return _batch(page.events, {"X-Position": str(page.position)})


@router.get("/clock")
async def clock(session: Session, service: Running, _: Annotated[Caller, Depends(allowed("clock.read"))]) -> ClockOut:
    """Now, the next due time, and how many events went out and came in, by topic."""
    return await _clock(session, service)


@router.post("/clock")
async def move_clock(
    setting: ClockSetting, session: Session, service: Running, _: Annotated[Caller, Depends(allowed("clock.set"))]
) -> ClockOut:
    """Move the simulated clock forward; ``hold`` makes timers and consumption wait."""
    try:
        await set_clock(session, to=setting.now, hold=setting.hold)
    except ClockRefused as refusal:
        raise Problem(409, "clock_refused", reason=str(refusal)) from None
    answer = await _clock(session, service)
    await session.commit()
    service.wake()
    return answer


@router.get("/parked")
async def parked(service: Running, _: Annotated[Caller, Depends(allowed("parked.release"))]) -> list[ParkedOut]:
    """Complaints that stand still in this service, with the kind of error that stopped them."""
    return [ParkedOut.model_validate(one) for one in await parked_subjects(service.database)]


@router.post("/parked/{subject}/release")
async def release_parked(
    subject: str, service: Running, _: Annotated[Caller, Depends(allowed("parked.release"))]
) -> ReleasedOut:
    """Take the waiting events of a complaint in, in order; it stays parked when one fails again."""
    if service.consumer is None:
        raise Problem(404, "not_found")
    return ReleasedOut(released=await release(service.consumer, subject))


async def _clock(session: Session, service: Running) -> ClockOut:
    next_due_at = await service.spec.next_due(session) if service.spec.next_due else None
    return ClockOut.model_validate(await read_clock(session, next_due_at))


def _batch(events: list[dict[str, Any]], headers: dict[str, str] | None = None) -> JSONResponse:
    return JSONResponse(events, headers=headers, media_type="application/cloudevents-batch+json")
