"""What casework does when it hears a fact. A fact is never refused; the table at the foot is its whole ear."""

from typing import Final

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework import alarms, assigning, ending, tracking, warned
from services.casework.moving import move, stage_of
from services.casework.records import review_open
from services.casework.tables import Case, SpecialDay
from services.casework.urging import goes_on, lapses, urged_of_itself
from shared import batch
from shared.consumer import Ahead
from shared.events import (
    AlarmRaised,
    CalendarChanged,
    ComplaintErased,
    ComplaintReceived,
    ComplaintRefused,
    ComplaintRegistered,
    ComplaintReplied,
    ComplaintWithdrawn,
    DutyBreached,
    DutyFulfilled,
    DutyVoided,
    DutyWarned,
    Event,
    Fact,
    FileReturned,
    FileSealed,
    OutcomeDisputed,
    ReplyDelivered,
    ReplySent,
    ResultNoticeGiven,
    ReviewAssigned,
    ReviewDecided,
    ReviewRequested,
    VisitAssigned,
    VisitDone,
    VisitNotPossible,
)
from shared.lifecycle import is_possible, next_stage
from shared.procedure import load
from shared.running import Handler, Service


async def case_of(session: AsyncSession, event: Event) -> Case:
    """Return the case that the event is about. Raises ``Ahead`` when its receipt has not been heard yet."""
    case = await batch.row(session, Case, event.subject)
    if case is None:
        raise Ahead(event.subject)
    return case


async def on_received(session: AsyncSession, event: Event) -> None:
    """A case in intake's hands: follow-ups and alarms already belong to it."""
    fact = event.data
    assert isinstance(fact, ComplaintReceived)
    case = Case(
        complaint=event.subject,
        number=fact.number,
        stage="received",
        round=0,
        channel=fact.channel,
        reply_form=fact.reply_form,
        language=fact.language,
        reachable=list(fact.reachable),
        named_officers=list(fact.named_officers),
        received_at=fact.received_at,
        urgent=fact.urgent,
        district=fact.district,
        delivery_attempts=0,
        file_missing=[],
        major_because=[],
    )
    await batch.add(session, event.subject, case)


async def on_registered(session: AsyncSession, event: Event) -> None:
    """Registered: assigned at once by rule (6/3.4.2(2))."""
    case, fact = await case_of(session, event), event.data
    assert isinstance(fact, ComplaintRegistered)
    case.stage, case.registered_at, case.responsible = "registered", event.time, fact.officer
    case.service, case.topic_code, case.nature, case.kind = fact.service, fact.topic_code, fact.nature, fact.kind
    case.category, case.level, case.importance, case.urgent = fact.category, fact.level, fact.importance, fact.urgent
    case.channel, case.reply_form, case.language = fact.channel, fact.reply_form, fact.language
    case.reachable, case.named_officers = list(fact.reachable), list(fact.named_officers)
    case.district, case.procedure_version = fact.district, fact.procedure_version
    case.extent, case.people_affected = fact.extent, fact.people_affected
    case.major_because = list(fact.major_because)
    if not fact.by_machine and fact.level != 1:
        await alarms.silence(session, case.complaint, fact.by)  # a person has looked, and set a lower level
    await assigning.assign_by_rule(session, case)


async def on_refused(session: AsyncSession, event: Event) -> None:
    """Not within scope: the case rests in that stage until its file is sealed."""
    case, fact = await case_of(session, event), event.data
    assert isinstance(fact, ComplaintRefused)
    case.stage = "refused"
    await alarms.silence(session, case.complaint, fact.by)


async def on_withdrawn(session: AsyncSession, event: Event) -> None:
    """Taken back before registration; casework's own withdrawals are done already."""
    if event.source == "casework":
        return
    case = await case_of(session, event)
    case.stage = "withdrawn"
    await tracking.lapse(session, case.complaint, None)


async def on_alarm(session: AsyncSession, event: Event) -> None:
    """Danger is possible: it rings (2/1.1.16(1)), unless it is our own, which rings already."""
    if event.source == "casework":
        return
    case, fact = await case_of(session, event), event.data
    assert isinstance(fact, AlarmRaised)
    await alarms.ring(session, case, event.time, event.source, fact.cause, list(fact.cues))


async def on_reply_sent(session: AsyncSession, event: Event) -> None:
    """Decided: replied to. Withdrawn, or re-opened meanwhile: recorded with reply, nothing moves."""
    case, fact = await case_of(session, event), event.data
    assert isinstance(fact, ReplySent)
    if next_stage(stage_of(case), "complaint.replied"):
        case.reply, case.reply_sent_at = fact.reply, event.time
        await move(session, case, ComplaintReplied(reply=fact.reply, by=fact.by))


async def on_reply_delivered(session: AsyncSession, event: Event) -> None:
    """There is a proof, or an attempt, for the reply of this round; an earlier one's changes nothing."""
    case, fact = await case_of(session, event), event.data
    assert isinstance(fact, ReplyDelivered)
    if case.reply != fact.reply:
        return
    if fact.proof == "attempt_recorded":
        case.delivery_attempts += 1
    else:
        case.reply_delivered_at = case.reply_delivered_at or event.time


async def on_result_notice(session: AsyncSession, event: Event) -> None:
    """The complainant knows the result of this round (4/5.2.9(2))."""
    case = await case_of(session, event)
    if is_possible(stage_of(case), "result_notice.given"):
        case.result_notice_at = case.result_notice_at or event.time


async def on_disputed(session: AsyncSession, event: Event) -> None:
    """Not solved: re-opened. Already re-opened: recorded, nothing starts twice."""
    case, fact = await case_of(session, event), event.data
    assert isinstance(fact, OutcomeDisputed)
    case.disputed_at = event.time
    if case.registered_at and not review_open(case) and next_stage(stage_of(case), "complaint.reopened"):
        await ending.reopen(session, case, "not_solved", fact.by)


async def on_review_requested(session: AsyncSession, event: Event) -> None:
    """A review is asked for: nothing is re-opened or closed before it is decided (4/5.2.10(2))."""
    case = await case_of(session, event)
    case.review_requested_at, case.review_decided_at, case.review_result = event.time, None, None


async def on_review_assigned(session: AsyncSession, event: Event) -> None:
    """Somebody reviews it: they see the case elsewhere, without the names of those who decided."""
    case, fact = await case_of(session, event), event.data
    assert isinstance(fact, ReviewAssigned)
    case.reviewer = fact.reviewer


async def on_review_decided(session: AsyncSession, event: Event) -> None:
    """Upheld: the result stands. Overturned: worked anew; already re-opened, nothing starts twice (4/5.2.10(2)).

    A refusal that is overturned goes back to be registered.
    """
    case, fact = await case_of(session, event), event.data
    assert isinstance(fact, ReviewDecided)
    case.review_decided_at, case.review_result, case.reviewer = event.time, fact.result, None
    if fact.result != "overturned":
        return
    if case.registered_at is None:
        await ending.take_up(session, case, fact.by)
    elif next_stage(stage_of(case), "complaint.reopened"):
        await ending.reopen(session, case, "review", fact.by)


async def on_visit_assigned(session: AsyncSession, event: Event) -> None:
    """Another unit will ask whether it is really solved: it is not closed before (3/5.2)."""
    case = await case_of(session, event)
    case.visit_assigned_at = event.time


async def on_visit_ended(session: AsyncSession, event: Event) -> None:
    """Visited, or not possible. Not solved re-opens, unless the complainant has asked for a review (3/5.2)."""
    case, fact = await case_of(session, event), event.data
    case.visit_ended_at = event.time
    not_solved = isinstance(fact, VisitDone) and not fact.solved and not review_open(case)
    if not_solved and case.registered_at and next_stage(stage_of(case), "complaint.reopened"):
        await ending.reopen(session, case, "not_solved", "complainant")


async def on_warned(session: AsyncSession, event: Event) -> None:
    """While the office sleeps, whoever is on duty is told. At 80 % of the reply's or the set time the office urges."""
    case, fact = await case_of(session, event), event.data
    assert isinstance(fact, DutyWarned)
    await warned.pass_on(session, case, fact, event.time)
    if urged_of_itself(fact.duty, fact.share, load().policy):
        await tracking.urge_by_office(session, case, fact.duty)


async def on_breached(session: AsyncSession, event: Event) -> None:
    """Nobody has taken an alarm in its quarter of an hour: it climbs (2/1.1.16(1))."""
    fact = event.data
    assert isinstance(fact, DutyBreached)
    if fact.duty in alarms.CLIMBING:
        await alarms.climb(session, await case_of(session, event), event.time)


async def on_duty_ended(session: AsyncSession, event: Event) -> None:
    """The duty is fulfilled or void: what was urged about it lapses; a set time goes on at another level."""
    fact = event.data
    assert isinstance(fact, DutyFulfilled | DutyVoided)
    await warned.is_over(session, event.subject, fact.row)
    urged = fact.duty.split(".")[0] in load().policy.urging.automatic_for
    if not urged and not lapses(None, fact.duty):
        return
    case = await case_of(session, event)
    if not isinstance(fact, DutyVoided) or not goes_on(fact.duty, case.kind, fact.cause):
        await tracking.lapse(session, event.subject, fact.duty)


async def on_sealed(session: AsyncSession, event: Event) -> None:
    """The archive has sealed the volume: filed, or cancelled when re-opened meanwhile (4/5.2.11(1))."""
    case, fact = await case_of(session, event), event.data
    assert isinstance(fact, FileSealed)
    await ending.on_sealed(session, case, fact, event.time)


async def on_returned(session: AsyncSession, event: Event) -> None:
    """The archivist sends the file back: the handler completes it. Re-opened meanwhile: nothing (10/5.2.7)."""
    case, fact = await case_of(session, event), event.data
    assert isinstance(fact, FileReturned)
    if next_stage(stage_of(case), "complaint.filed"):
        case.file_missing = list(fact.missing)


async def on_calendar(session: AsyncSession, event: Event) -> None:
    """Special days: the list as it now stands, for what counts by working days here."""
    fact = event.data
    assert isinstance(fact, CalendarChanged)
    await session.execute(delete(SpecialDay))
    session.add_all(SpecialDay(day=one.date, kind=one.kind) for one in fact.special_days)


async def on_erased(session: AsyncSession, event: Event) -> None:
    """The key is gone: it is not kept here, either."""
    running = session.info.get("running")
    if isinstance(running, Service):
        running.keys.forget(event.subject)


HANDLERS: Final[dict[type[Fact], Handler]] = {
    ComplaintReceived: on_received,
    ComplaintRegistered: on_registered,
    ComplaintRefused: on_refused,
    ComplaintWithdrawn: on_withdrawn,
    AlarmRaised: on_alarm,
    ReplySent: on_reply_sent,
    ReplyDelivered: on_reply_delivered,
    ResultNoticeGiven: on_result_notice,
    OutcomeDisputed: on_disputed,
    ReviewRequested: on_review_requested,
    ReviewAssigned: on_review_assigned,
    ReviewDecided: on_review_decided,
    VisitAssigned: on_visit_assigned,
    VisitDone: on_visit_ended,
    VisitNotPossible: on_visit_ended,
    DutyWarned: on_warned,
    DutyBreached: on_breached,
    DutyFulfilled: on_duty_ended,
    DutyVoided: on_duty_ended,
    FileSealed: on_sealed,
    FileReturned: on_returned,
    ComplaintErased: on_erased,
    CalendarChanged: on_calendar,
}
