"""Incidents: one cause, many complaints. A person declares one, adds to it and takes out of it, at any time.

Each complaint keeps its number, its clock and its reply; what is found out on the leading one counts for all.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework import carrying
from services.casework.major import make_major
from services.casework.moving import stage_of
from services.casework.tables import Case, Incident, Membership
from services.casework.work import Work
from shared.database import subjects
from shared.errors import Problem
from shared.events import IncidentDeclared, IncidentEnded, IncidentJoined, IncidentLeft
from shared.glossary import Service, Topic
from shared.lifecycle import is_possible
from shared.outbox import hold, publish
from shared.procedure import load


@dataclass
class Gathering:
    """One command on an incident: its complaints, held in one order, in one transaction."""

    works: dict[str, Work]
    keys: Mapping[str, bytes | None]

    @property
    def any(self) -> Work:
        """Return one of them, for what is common to all: session, time, caller."""
        return next(iter(self.works.values()))


def leads_best(cases: Iterable[Case]) -> Case:
    """Return which complaint leads: the gravest, then the one furthest on its road, then the oldest. Pure."""
    road = ("registered", "assigned", "investigating", "decided")
    return min(cases, key=lambda one: (one.level or 3, -road.index(one.stage), one.received_at, one.complaint))


async def membership_of(session: AsyncSession, complaint: str) -> Membership | None:
    """Return the open membership of a complaint, if it belongs to an incident."""
    asked = select(Membership).where(Membership.complaint == complaint, Membership.left_at.is_(None))
    return (await session.scalars(asked)).one_or_none()


async def members_of(session: AsyncSession, incident: str) -> list[Membership]:
    """Return the open memberships of an incident, the first to join first."""
    asked = select(Membership).where(Membership.incident == incident, Membership.left_at.is_(None))
    return list(await session.scalars(asked.order_by(Membership.place)))


async def declare(gathering: Gathering, leading: str | None) -> Incident:
    """A person says that these complaints have one cause.

    Raises ``Problem`` 409 for one that is no open complaint or belongs to another incident, 403 for one that names
    whoever declares, 422 where they are of several services.
    """
    works, first = gathering.works, gathering.any
    if len({work.case.service for work in works.values()}) > 1:
        raise Problem(422, "invalid", errors=[("complaints", "several_services")])
    for work in works.values():
        await _check_joinable(work)
    head = works[leading].case if leading else leads_best(work.case for work in works.values())
    incident = Incident(
        id=str(uuid4()),
        at=first.at,
        by=first.by,
        service=head.service,
        topic_code=head.topic_code,
        district=head.district,
        leading=head.complaint,
        round=head.round,
    )
    await hold(first.session, incident.id)
    first.session.add(incident)
    await first.session.flush()
    fact = IncidentDeclared(
        service=cast("Service", incident.service),
        topic_code=cast("Topic", incident.topic_code),
        district=incident.district,
        complaints=tuple(works),
        by=first.by,
    )
    await publish(first.session, incident.id, fact)
    oldest = sorted(works, key=lambda one: (one != head.complaint, works[one].case.received_at, one))
    await _add(gathering, incident, oldest)
    return incident


async def join(gathering: Gathering, incident: Incident, joining: Sequence[str]) -> None:
    """More complaints of the same cause. Raises ``Problem`` as ``declare``, 409 for an incident that is over."""
    _check_open(incident)
    for one in joining:
        work = gathering.works[one]
        if work.case.service != incident.service:
            raise Problem(422, "invalid", errors=[("complaints", "several_services")])
        await _check_joinable(work)
    await _add(gathering, incident, joining)


def _check_open(incident: Incident) -> None:
    if incident.ended_at is not None:
        raise Problem(409, "incident_over")


async def _check_joinable(work: Work) -> None:
    work.check_not_named()
    work.check("incident.joined")
    if work.case.kind != "complaint":
        raise Problem(409, "incident_kind", number=work.case.number)
    if await membership_of(work.session, work.case.complaint) is not None:
        raise Problem(409, "incident_elsewhere", number=work.case.number)


async def _add(gathering: Gathering, incident: Incident, joining: Sequence[str]) -> None:
    leading = gathering.works[incident.leading]
    begins = await carrying.begin_at(leading.session, incident.leading)
    members, joined = await members_of(leading.session, incident.id), []
    for size, complaint in enumerate(joining, len(members) + 1):
        work = gathering.works[complaint]
        _check_fair(leading, work)
        member = work.record(Membership, incident=incident.id, round=work.case.round, carried=begins)
        await work.move(IncidentJoined(incident=incident.id, size=size, by=work.by))
        await work.session.flush()
        if complaint != incident.leading:
            joined.append((work, member))
    await carrying.carry_over(leading, joined)
    if len(members) + len(joining) >= load().policy.major.incident_of:
        for member in await members_of(leading.session, incident.id):
            case = await leading.session.get_one(Case, member.complaint)
            await make_major(leading.session, case, "incident", leading.by, leading.at)


def _check_fair(leading: Work, work: Work) -> None:
    """Who leads the investigation of all may not be named by one of them (4/5.2.2)."""
    if leading.case.officer in work.staff.kept_away(work.case.named_officers):
        raise Problem(409, "incident_unfair", number=work.case.number)


async def leave(work: Work, incident: Incident, reason: str) -> None:
    """A complaint is taken out again; what it was given stays with it, and its clocks never stopped.

    When the leading one leaves, the best of the others leads; when the last one leaves, the incident is over.
    Raises ``Problem`` 404 for one that does not belong to it.
    """
    member = await membership_of(work.session, work.case.complaint)
    if member is None or member.incident != incident.id:
        raise Problem(404, "not_a_member")
    work.check("incident.left")
    member.left_at, member.left_by = work.at, work.by
    work.seal_words(member, {"reason": reason})
    await work.move(IncidentLeft(incident=incident.id, by=work.by))
    await work.session.flush()
    if incident.leading == work.case.complaint and incident.ended_at is None:
        await _follow(work, incident)


async def _follow(work: Work, incident: Incident) -> None:
    left = await members_of(work.session, incident.id)
    cases = [await work.session.get_one(Case, one.complaint) for one in left]
    open_ones = [case for case in cases if is_possible(stage_of(case), "incident.joined")]
    if not open_ones:
        await end(work, incident)
        return
    head = leads_best(open_ones)
    incident.leading, incident.round = head.complaint, head.round
    for one in left:
        # what the new leading complaint has was given to all alike; what it does from now on counts for them
        one.carried = await last_said(work.session, head.complaint)


async def last_said(session: AsyncSession, complaint: str) -> int:
    """Return the sequence of casework's last fact about a complaint."""
    return int(await session.scalar(select(subjects.c.sequence).where(subjects.c.subject == complaint)) or 0)


async def end(work: Work, incident: Incident) -> None:
    """The cause is gone: nothing joins it any more; its complaints go on as they are. Raises ``Problem`` 409."""
    _check_open(incident)
    incident.ended_at = work.at
    await hold(work.session, incident.id)
    await publish(work.session, incident.id, IncidentEnded(by=work.by))


async def sizes(session: AsyncSession, incidents: Iterable[str]) -> dict[str, int]:
    """Return how many complaints each incident has now."""
    counted = await session.execute(
        select(Membership.incident, func.count())
        .where(Membership.incident.in_(list(incidents)), Membership.left_at.is_(None))
        .group_by(Membership.incident)
    )
    return {str(incident): count for incident, count in counted}


def seen(row: Incident, size: int) -> dict[str, Any]:
    """Return an incident's codes and times."""
    names = ("id", "at", "by", "service", "topic_code", "district", "leading", "ended_at")
    return {name: getattr(row, name) for name in names} | {"size": size}
