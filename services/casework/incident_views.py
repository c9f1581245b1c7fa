"""Incidents and outages as their readers see them: codes and times, and the public notice of an outage."""

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework import carrying, incidents, office
from services.casework.near import Shown
from services.casework.tables import Case, Incident, Outage
from shared.access import Caller
from shared.errors import Problem


class LineOut(BaseModel):
    """A complaint of an incident, or one that may belong to it; no text."""

    complaint: str
    number: str
    stage: str
    level: int | None
    importance: str | None
    district: str | None
    department: str | None
    officer: str | None
    language: str
    reachable: list[str]
    received_at: datetime


class MemberOut(LineOut):
    """A complaint that belongs to an incident; ``behind``: it has not been given all that was found out."""

    joined_at: datetime
    joined_by: str
    behind: bool


class IncidentLine(BaseModel):
    """An incident in a list. Times are UTC."""

    id: str
    at: datetime
    by: str
    service: str
    topic_code: str
    district: str | None
    leading: str
    ended_at: datetime | None
    size: int


class IncidentOut(IncidentLine):
    """An incident with its complaints, the leading one first."""

    members: list[MemberOut]


class ProposalOut(BaseModel):
    """Open complaints that seem to have one cause; ``incident``: an open one they seem to belong to."""

    service: str
    topic_code: str
    district: str | None
    incident: str | None
    complaints: list[LineOut]


class OutageOut(BaseModel):
    """A planned interruption of a service, with its public notice. Times are UTC, [begins_at, ends_at)."""

    id: str
    at: datetime
    by: str
    service: str
    districts: list[str]
    begins_at: datetime
    ends_at: datetime
    running: bool
    words: dict[str, str]
    cancelled_at: datetime | None


class NearOut(BaseModel):
    """What is going on where a caller is: open incidents, similar open complaints, planned outages."""

    incidents: list[IncidentLine]
    complaints: list[LineOut]
    outages: list[OutageOut]


class OfComplaintOut(BaseModel):
    """Of a complaint: its incident; else the proposal that it is part of; and the outages it may be about."""

    model_config = ConfigDict(extra="forbid")
    incident: IncidentOut | None
    proposal: ProposalOut | None
    outages: list[OutageOut]


async def incident_of(session: AsyncSession, incident: UUID | str) -> Incident:
    """Return an incident. Raises ``Problem`` 404."""
    found = await session.get(Incident, str(incident))
    if found is None:
        raise Problem(404, "incident_not_found")
    return found


async def incident_out(session: AsyncSession, row: Incident, caller: Caller) -> IncidentOut:
    """Return an incident with its complaints, without those that name the caller (4/5.2.2)."""
    await session.flush()
    members = await incidents.members_of(session, row.id)
    concern = (await office.staff(session)).concern(caller.acts_as)
    cases = {one.complaint: await session.get_one(Case, one.complaint) for one in members}
    said = await carrying.last_shared(session, row.leading)
    shown = [
        line_out(cases[one.complaint]).model_dump()
        | {
            "joined_at": one.at,
            "joined_by": one.by,
            "behind": one.complaint != row.leading and one.carried < said and row.ended_at is None,
        }
        for one in sorted(members, key=lambda one: one.complaint != row.leading)
        if concern.isdisjoint(cases[one.complaint].named_officers)
    ]
    return IncidentOut.model_validate(incidents.seen(row, len(members)) | {"members": shown})


def proposal_out(one: Shown) -> ProposalOut:
    """Return a proposal with its complaints."""
    values = {name: value for name, value in asdict(one.proposal).items() if name != "complaints"}
    return ProposalOut(**values, complaints=[line_out(case) for case in one.lines])


def line_out(case: Case) -> LineOut:
    """Return a complaint of a list."""
    return LineOut.model_validate({name: getattr(case, name) for name in LineOut.model_fields})


def outage_out(row: Outage, at: datetime) -> OutageOut:
    """Return an outage, and whether it runs at a moment."""
    words = {"zh-Hant": row.words_zh_hant, "zh-Hans": row.words_zh_hans, "en": row.words_en}
    names = ("id", "at", "by", "service", "districts", "begins_at", "ends_at", "cancelled_at")
    return OutageOut.model_validate(
        {name: getattr(row, name) for name in names}
        | {
            "words": {language: said for language, said in words.items() if said},
            "running": row.cancelled_at is None and row.begins_at <= at < row.ends_at,
        }
    )
