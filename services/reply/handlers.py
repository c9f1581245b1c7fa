"""What reply does on each fact it hears; it keeps what a letter needs, and takes on errands for the machine."""

from typing import Final

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.reply import gateway, mailbox, visiting
from services.reply.tables import Case, Department, Errand, Letter, Officer, ResultNotice, Review, SpecialDays, Visit
from shared import batch
from shared.consumer import Ahead
from shared.events import (
    CalendarChanged,
    ComplaintAssigned,
    ComplaintClosed,
    ComplaintErased,
    ComplaintFiled,
    ComplaintReceived,
    ComplaintReclassified,
    ComplaintRefused,
    ComplaintRegistered,
    ComplaintReopened,
    ComplaintReplied,
    ComplaintWithdrawn,
    DepartmentDefined,
    DutyChanged,
    DutyFulfilled,
    DutyStarted,
    DutyVoided,
    Event,
    InvestigationStarted,
    OfficerDefined,
    OpinionDetermined,
    OpinionProposed,
    RefusalOverturned,
)
from shared.glossary import LetterPurpose
from shared.lifecycle import next_stage
from shared.outbox import say
from shared.privacy import KeyRing
from shared.procedure.reader import load
from shared.running import Handler


async def _case(session: AsyncSession, event: Event) -> Case:
    case = await batch.row(session, Case, event.subject)
    if case is None:
        raise Ahead(event.type)
    return case


async def _moved(session: AsyncSession, event: Event) -> Case:
    """Return the case with the stage that follows from a fact; a late fact leaves the stage as it is."""
    case = await _case(session, event)
    case.stage = next_stage(case.stage, event.type) or case.stage
    return case


async def on_received(session: AsyncSession, event: Event) -> None:
    """A complaint is there: keep how its complainant can be reached."""
    fact = event.data
    assert isinstance(fact, ComplaintReceived)
    case = Case(
        complaint=event.subject,
        number=fact.number,
        channel=fact.channel,
        stage="received",
        language=fact.language,
        received_at=fact.received_at,
        reachable=list(fact.reachable),
        named_officers=list(fact.named_officers),
        round=1,
    )
    await batch.add(session, event.subject, case)


async def on_registered(session: AsyncSession, event: Event) -> None:
    """Registered: keep the labels, which say who signs."""
    fact = event.data
    assert isinstance(fact, ComplaintRegistered)
    case = await _moved(session, event)
    case.kind, case.level, case.service, case.topic_code = fact.kind, fact.level, fact.service, fact.topic_code
    case.named_officers = sorted({*case.named_officers, *fact.named_officers})
    case.reachable = list(fact.reachable) or case.reachable


async def on_reclassified(session: AsyncSession, event: Event) -> None:
    """The labels were changed by a person."""
    fact = event.data
    assert isinstance(fact, ComplaintReclassified)
    case = await _case(session, event)
    case.kind, case.level, case.service, case.topic_code = fact.kind, fact.level, fact.service, fact.topic_code
    if case.stage == "replied" and case.level in load().policy.return_visit.levels:
        await say(session, event.subject, *await visiting.begin(session, case, event.time))


async def on_refused(session: AsyncSession, event: Event) -> None:
    """Refused: the machine writes the refusal, and sends it at once."""
    fact = event.data
    assert isinstance(fact, ComplaintRefused)
    case = await _moved(session, event)
    case.refused_for, case.where_to_turn, case.refused_by, case.ended_at = (
        fact.reason,
        fact.where_to_turn,
        fact.by,
        event.time,
    )
    _had_a_part(case, fact.by)
    await _take_on(session, event, "refusal")


async def on_withdrawn(session: AsyncSession, event: Event) -> None:
    """Withdrawn: the machine confirms it; a letter whose sending has begun goes out all the same."""
    await _moved(session, event)
    await _take_on(session, event, "withdrawal_confirmation")


async def on_assigned(session: AsyncSession, event: Event) -> None:
    """Somebody has taken it on; the department says who the next higher one is."""
    fact = event.data
    assert isinstance(fact, ComplaintAssigned)
    case = await _moved(session, event)
    case.department, case.officer = fact.department, fact.officer
    _had_a_part(case, fact.officer)


async def on_moved(session: AsyncSession, event: Event) -> None:
    """The stage has moved."""
    await _moved(session, event)


async def on_determined(session: AsyncSession, event: Event) -> None:
    """The opinion stands: the result can be told, the reply can be written."""
    fact = event.data
    assert isinstance(fact, OpinionDetermined)
    case = await _moved(session, event)
    case.determined_at, case.outcome = event.time, fact.outcome
    _had_a_part(case, fact.by)


async def on_proposed(session: AsyncSession, event: Event) -> None:
    """An opinion is proposed: whoever did so does not review it."""
    fact = event.data
    assert isinstance(fact, OpinionProposed)
    _had_a_part(await _case(session, event), fact.by)


def _had_a_part(case: Case, officer: str) -> None:
    if officer not in case.deciders:
        case.deciders = [*case.deciders, officer]


async def on_replied(session: AsyncSession, event: Event) -> None:
    """Casework has heard of the reply."""
    case = await _moved(session, event)
    case.ended_at = event.time


async def on_reopened(session: AsyncSession, event: Event) -> None:
    """Re-opened: a new reply becomes possible, the earlier one stays."""
    case = await _moved(session, event)
    case.round += 1
    case.determined_at = case.outcome = None


async def on_overturned(session: AsyncSession, event: Event) -> None:
    """A review has set the refusal aside: its letter does not go out any more, unless that has begun (4/5.2.10(2))."""
    await on_reopened(session, event)
    unwritten = delete(Errand).where(Errand.complaint == event.subject, Errand.purpose == "refusal")
    await session.execute(unwritten.where(Errand.done_at.is_(None)))
    unsent = update(Letter).where(Letter.complaint == event.subject, Letter.purpose == "refusal")
    unsent = unsent.where(Letter.state == "sending", Letter.attempt_begun_at.is_(None))
    await session.execute(unsent.values(state="void").execution_options(synchronize_session=False))


async def on_duty(session: AsyncSession, event: Event) -> None:
    """The reply duty has started or its deadline has changed: an extension replaces that date."""
    fact = event.data
    assert isinstance(fact, DutyStarted | DutyChanged)
    if fact.duty.startswith("reply."):
        case = await _case(session, event)
        case.reply_row, case.reply_due_at = fact.row, fact.due_at
    purpose = fact.duty.partition(".")[0]
    if purpose == "suggestion":
        (await _case(session, event)).suggestion_due_at = fact.due_at
    elif purpose in _LATER:
        table = _LATER[purpose]
        newest = select(func.max(table.round)).where(table.complaint == event.subject).scalar_subquery()
        mine = update(table).where(table.complaint == event.subject, table.round == newest)
        await session.execute(mine.values(due_at=fact.due_at).execution_options(synchronize_session=False))


_LATER: Final[dict[str, type[Review] | type[Visit]]] = {"review": Review, "visit": Visit}
"""What begins with facts of our own, and whose dates are shown in lists."""


async def on_duty_done(session: AsyncSession, event: Event) -> None:
    """The reply duty no longer runs: there is nothing to extend."""
    fact = event.data
    assert isinstance(fact, DutyFulfilled | DutyVoided)
    if not fact.duty.startswith("reply."):
        return
    case = await _case(session, event)
    if fact.row == case.reply_row:
        case.reply_row = case.reply_due_at = None


async def on_erased(session: AsyncSession, event: Event) -> None:
    """The key is gone: forget it, remove mails and messages laid in the data folder, send nothing more."""
    running = session.info.get("running")
    letters = (await session.scalars(select(Letter.id).where(Letter.complaint == event.subject))).all()
    if running is not None:
        keys: KeyRing = running.keys
        keys.forget(event.subject)
        for letter in letters:
            mailbox.remove(running.settings, letter)
        for notice in await session.scalars(select(ResultNotice.id).where(ResultNotice.complaint == event.subject)):
            gateway.remove(running.settings, notice)
    await session.execute(
        update(Letter)
        .where(Letter.complaint == event.subject, Letter.state.in_(("draft", "submitted", "checked")))
        .values(state="void")
    )
    await session.execute(
        update(ResultNotice)
        .where(ResultNotice.complaint == event.subject, ResultNotice.state.in_(("sending", "maybe_sent")))
        .values(state="void")
    )
    await session.execute(delete(Errand).where(Errand.complaint == event.subject, Errand.done_at.is_(None)))


async def on_department(session: AsyncSession, event: Event) -> None:
    """A department as it now stands."""
    fact = event.data
    assert isinstance(fact, DepartmentDefined)
    values = {"parent": fact.parent, "head": fact.head}
    statement = insert(Department).values(id=fact.department, **values)
    await session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=values))


async def on_officer(session: AsyncSession, event: Event) -> None:
    """An officer as they now stand."""
    fact = event.data
    assert isinstance(fact, OfficerDefined)
    able = set(fact.roles) if fact.active else set()
    values = {"department": fact.department, "supervisor": "supervisor" in able, "reviewer": "reviewer" in able}
    statement = insert(Officer).values(id=fact.officer, **values)
    await session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=values))


async def on_calendar(session: AsyncSession, event: Event) -> None:
    """The special days of a calendar, the whole list."""
    fact = event.data
    assert isinstance(fact, CalendarChanged)
    days = {one.date.isoformat(): one.kind for one in fact.special_days}
    values = {"days": days, "published_until": fact.published_until}
    statement = insert(SpecialDays).values(calendar=event.subject, **values)
    await session.execute(statement.on_conflict_do_update(index_elements=["calendar"], set_=values))


async def _take_on(session: AsyncSession, event: Event, purpose: LetterPurpose) -> None:
    errand = {"event": event.id, "complaint": event.subject, "purpose": purpose, "heard_at": event.time}
    await session.execute(insert(Errand).values(errand))


HANDLERS: dict[type, Handler] = {
    ComplaintReceived: on_received,
    ComplaintRegistered: on_registered,
    ComplaintReclassified: on_reclassified,
    ComplaintRefused: on_refused,
    ComplaintWithdrawn: on_withdrawn,
    ComplaintAssigned: on_assigned,
    InvestigationStarted: on_moved,
    OpinionProposed: on_proposed,
    OpinionDetermined: on_determined,
    ComplaintReplied: on_replied,
    ComplaintClosed: on_moved,
    ComplaintFiled: on_moved,
    ComplaintReopened: on_reopened,
    RefusalOverturned: on_overturned,
    ComplaintErased: on_erased,
    DutyStarted: on_duty,
    DutyChanged: on_duty,
    DutyFulfilled: on_duty_done,
    DutyVoided: on_duty_done,
    DepartmentDefined: on_department,
    OfficerDefined: on_officer,
    CalendarChanged: on_calendar,
}
