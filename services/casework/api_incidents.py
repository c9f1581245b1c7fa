"""Incidents: proposed, declared, joined, left, ended. One cause; each complaint keeps number, clock and reply."""

from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from httpx import TransportError
from sqlalchemy import select

from services.casework import incidents, outages
from services.casework.bodies import IncidentIn, LeavingIn, MembersIn, NearIn
from services.casework.incident_views import (
    IncidentLine,
    IncidentOut,
    NearOut,
    OfComplaintOut,
    ProposalOut,
    incident_of,
    incident_out,
    line_out,
    outage_out,
    proposal_out,
)
from services.casework.incidents import Gathering
from services.casework.near import near, proposed
from services.casework.tables import Incident
from services.casework.work import Work, keys_of, on_case, open_case
from shared.access import Caller, allowed
from shared.clock import now
from shared.errors import language_of, unavailable
from shared.glossary import Language
from shared.outbox import hold
from shared.running import Running, Service, Session

router = APIRouter(tags=["incidents"])
Reader = Annotated[Caller, Depends(allowed("casework.read"))]
Joiner = Annotated[Caller, Depends(allowed("casework.join_incidents"))]
T = TypeVar("T")


@dataclass
class Calling:
    """Who calls, of whom, in which language."""

    service: Service
    caller: Caller
    language: Language

    @asynccontextmanager
    async def together(self, complaints: Sequence[str], incident: str | None = None) -> AsyncIterator[Gathering]:
        """Hold complaints, with those of an incident, and open a transaction on them, committed at the end."""
        members = await self._members(incident) if incident else []
        wanted = sorted({*complaints, *members})
        keys = await keys_of(self.service, wanted)
        async with self.service.database.session() as session:
            session.info["running"] = self.service
            for one in wanted:
                await hold(session, one)
            works = {
                one: await open_case(self.service, session, one, self.caller, keys, self.language) for one in wanted
            }
            yield Gathering(works, keys)

    async def _members(self, incident: str) -> list[str]:
        async with self.service.database.session() as session:
            found = await incident_of(session, incident)
            return [one.complaint for one in await incidents.members_of(session, incident)] or [found.leading]


async def calling(request: Request, service: Running, caller: Joiner) -> Calling:
    """Return who calls."""
    return Calling(service, caller, language_of(request))


calling.action = "casework.join_incidents"  # type: ignore[attr-defined]  # read by the test that every route names its action
Joining = Annotated[Calling, Depends(calling)]


@router.get("/incidents/proposals", summary="Complaints that seem to have one cause")
async def proposals(service: Running, caller: Joiner) -> list[ProposalOut]:
    """Open complaints that share cause, place and time: one topic, near in hours, metres or district, and words
    (3/m5.1).

    Only numbers come from intake, no text. 503 while intake does not answer.
    """
    return [proposal_out(one) for one in await _asked(proposed(service, caller))]


@router.get("/incidents", summary="Incidents")
async def list_incidents(session: Session, _: Reader, *, ended: bool = False) -> list[IncidentLine]:
    """Those that are going on, or those that are over; the newest first (3/m5.1)."""
    over = Incident.ended_at.is_not(None) if ended else Incident.ended_at.is_(None)
    rows = list(await session.scalars(select(Incident).where(over).order_by(Incident.at.desc()).limit(200)))
    sizes = await incidents.sizes(session, [row.id for row in rows])
    return [IncidentLine.model_validate(incidents.seen(row, sizes.get(row.id, 0))) for row in rows]


@router.post("/incidents", summary="Declare an incident", status_code=201)
async def declare(body: IncidentIn, call: Joining) -> IncidentOut:
    """A person says that these complaints have one cause; each keeps its number, its clock and its reply.

    409 where one is not open, belongs to another incident or names who leads the investigation; from 5 complaints on
    all are major (3/2.2).
    """
    ids = [str(one) for one in body.complaints]
    async with call.together(ids) as gathering:
        incident = await incidents.declare(gathering, str(body.leading) if body.leading else None)
        return await incident_out(gathering.any.session, incident, call.caller)


@router.get("/incidents/{incident}", summary="An incident")
async def read_incident(incident: UUID, session: Session, caller: Reader) -> IncidentOut:
    """With its complaints; those that name the caller are left out (4/5.2.2)."""
    return await incident_out(session, await incident_of(session, incident), caller)


@router.post("/incidents/{incident}/members", summary="Join complaints to an incident")
async def join(incident: UUID, body: MembersIn, call: Joining) -> IncidentOut:
    """At any time while they are not replied to; each is given what has been found out and decided so far
    (4/5.2.8(1)).
    """
    ids = list(dict.fromkeys(str(one) for one in body.complaints))
    async with call.together(ids, str(incident)) as gathering:
        session = gathering.any.session
        found = await incident_of(session, incident)
        await incidents.join(gathering, found, ids)
        return await incident_out(session, found, call.caller)


@router.post("/incidents/{incident}/members/{complaint}/leaving", summary="Take a complaint out of an incident")
async def leave(incident: UUID, complaint: UUID, body: LeavingIn, call: Joining) -> IncidentOut:
    """At any time, with a reason; what it was given stays with it, and its clocks never stopped (4/5.2.8(1))."""
    async with call.together([str(complaint)], str(incident)) as gathering:
        work = gathering.works[str(complaint)]
        work.check_not_named()
        found = await incident_of(work.session, incident)
        await incidents.leave(work, found, body.reason)
        return await incident_out(work.session, found, call.caller)


@router.post("/incidents/{incident}/ending", summary="End an incident")
async def end(incident: UUID, call: Joining) -> IncidentOut:
    """The cause is gone: nothing joins it any more; its complaints go on, each to its own reply (4/5.2.8(1))."""
    async with call.together([], str(incident)) as gathering:
        found = await incident_of(gathering.any.session, incident)
        await incidents.end(gathering.any, found)
        return await incident_out(gathering.any.session, found, call.caller)


@router.get("/complaints/{complaint}/incident", summary="The complaint's incident")
async def of_complaint(
    work: Annotated[Work, Depends(on_case("casework.read", look=True), scope="function")],
) -> OfComplaintOut:
    """Its incident; else the proposal that it is part of; and the planned outages that it may be about (3/m5.1)."""
    session, case = work.session, work.case
    member = await incidents.membership_of(session, case.complaint)
    planned = await outages.of(session, case.service, case.district, case.received_at) if case.service else []
    incident = await incident_out(session, await incident_of(session, member.incident), work.caller) if member else None
    proposal = None
    if member is None and work.caller.may("casework.join_incidents"):
        rows = await _asked(proposed(work.service, work.caller, case))
        mine = next((one for one in rows if case.complaint in {line.complaint for line in one.lines}), None)
        proposal = proposal_out(mine) if mine else None
    return OfComplaintOut(
        incident=incident, proposal=proposal, outages=[outage_out(one, case.received_at) for one in planned]
    )


@router.post("/incidents/near", summary="What is going on where a caller is")
async def what_is_near(body: NearIn, service: Running, caller: Reader) -> NearOut:
    """Open incidents, similar open complaints and planned outages, while the caller still talks; nothing is kept
    (3/m5.1).
    """
    found = await _asked(near(service, caller, body))
    async with service.database.session() as session:
        at = await now(session)
        planned = await outages.of(session, body.service, body.district, at)
        sizes = await incidents.sizes(session, [row.id for row in found.incidents])
    return NearOut(
        incidents=[IncidentLine.model_validate(incidents.seen(row, sizes.get(row.id, 0))) for row in found.incidents],
        complaints=[line_out(case) for case in found.complaints],
        outages=[outage_out(one, at) for one in planned],
    )


async def _asked(question: Coroutine[Any, Any, T]) -> T:
    try:
        return await question
    except TransportError:
        raise unavailable() from None
