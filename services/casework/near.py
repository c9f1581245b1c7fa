"""Which open complaints seem to have one cause: codes from here, likeness as numbers from intake, the rule is pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework import office
from services.casework.bodies import NearIn
from services.casework.proposing import Candidate, Likeness, Proposal, by_topic, one_cause, proposals
from services.casework.tables import Case, Incident, Membership
from shared.access import Caller
from shared.clock import now
from shared.lifecycle import STEPS
from shared.procedure import load
from shared.running import Service

_MOST = 500
"""So many are compared at a time, the newest."""


@dataclass(frozen=True)
class Shown:
    """A proposal with its cases."""

    proposal: Proposal
    lines: list[Case]


@dataclass(frozen=True)
class Near:
    """What is going on: open incidents and free complaints that seem to have the cause that a caller speaks of."""

    incidents: list[Incident]
    complaints: list[Case]


async def proposed(service: Service, caller: Caller, of: Case | None = None) -> list[Shown]:
    """Return what is proposed as one incident, without what names the caller. Raises ``httpx.TransportError``.

    ``of``: only what may be proposed with this complaint, so that a page of it costs little.
    """
    async with service.database.session() as session:
        cases, candidates = await _open_ones(session, caller, of.service if of else None, of.topic_code if of else None)
    if of is not None and of.complaint not in candidates:
        return []
    groups = by_topic(candidates.values())
    like = await _compared(service, {"groups": [[one.complaint for one in group] for group in groups]})
    pairs = {frozenset((str(one["a"]), one["b"])): likeness for one, likeness in like}
    found = proposals(list(candidates.values()), pairs, load().policy.incidents)
    return [Shown(one, [cases[complaint] for complaint in one.complaints]) for one in found]


async def near(service: Service, caller: Caller, said: NearIn) -> Near:
    """Return what a caller may be speaking of. Raises ``httpx.TransportError`` when intake does not answer."""
    topic = said.topic_code
    wanted = said.service or (topic.split(".")[0] if topic else None)
    if wanted is None:
        return Near([], [])
    async with service.database.session() as session:
        at = await now(session)
        cases, candidates = await _open_ones(session, caller, wanted, topic)
    place = {"address": said.address, "district": said.district}
    like = await _compared(
        service, {"groups": [[one] for one in candidates], "said": {"text": said.text, "place": place}}
    )
    found = {one["b"]: likeness for one, likeness in like if one["a"] is None}
    alike = []
    for known in candidates.values():
        new = Candidate("", known.service, known.topic_code, said.district or None, at)
        if one_cause(new, known, found.get(known.complaint), load().policy.incidents):
            alike.append(known)
    async with service.database.session() as session:
        of = {known.incident for known in alike if known.incident}
        rows = list(await session.scalars(select(Incident).where(Incident.id.in_(of)).order_by(Incident.at)))
    free = sorted((cases[one.complaint] for one in alike if not one.incident), key=lambda case: case.received_at)
    return Near(rows, free[:20])


async def _open_ones(
    session: AsyncSession, caller: Caller, service: str | None = None, topic: str | None = None
) -> tuple[dict[str, Case], dict[str, Candidate]]:
    """Return the open complaints of the last days, with the incident that they belong to."""
    since = await now(session) - 2 * timedelta(hours=load().policy.incidents.within_hours)
    asked = select(Case).where(
        Case.stage.in_(STEPS["incident.joined"]), Case.kind == "complaint", Case.received_at >= since
    )
    asked = asked.where(await office.not_about(session, caller.acts_as))
    if service:
        asked = asked.where(Case.service == service)
    if topic:
        asked = asked.where(Case.topic_code == topic)
    cases = {
        case.complaint: case for case in await session.scalars(asked.order_by(Case.received_at.desc()).limit(_MOST))
    }
    members = await session.execute(
        select(Membership.complaint, Incident.id)
        .join(Incident, Incident.id == Membership.incident)
        .where(Membership.left_at.is_(None), Incident.ended_at.is_(None), Membership.complaint.in_(list(cases)))
    )
    belongs = dict(members.tuples().all())
    return cases, {
        one: Candidate(one, str(case.service), str(case.topic_code), case.district, case.received_at, belongs.get(one))
        for one, case in cases.items()
    }


async def _compared(service: Service, body: dict[str, Any]) -> Sequence[tuple[dict[str, Any], Likeness]]:
    if not any(body["groups"]):
        return []
    answer = await service.services.post("intake", "/likeness", json=body)
    return [(one, Likeness(one["words"], one["same_place"], one["metres"])) for one in answer]
