"""What the duty engine does on each fact: it remembers it, as what it means to a duty. The ledger follows from that."""

from collections.abc import Awaitable, Callable
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from services.sla import keeping, standing
from services.sla.keeping import Heard
from services.sla.schedule import OFFICE
from shared.events import (
    AccountabilityRecorded,
    AlarmAccepted,
    AlarmRaised,
    AssignmentAccepted,
    AssignmentDisputed,
    CauseFound,
    ClockPaused,
    ClockResumed,
    ComplaintAssigned,
    ComplaintClosed,
    ComplaintFiled,
    ComplaintReceived,
    ComplaintReclassified,
    ComplaintRefused,
    ComplaintRegistered,
    ComplaintReopened,
    ComplaintWithdrawn,
    DisputeDecided,
    EffectLookedAt,
    EmergencyPlanStarted,
    Event,
    EvidenceCollected,
    ExtensionApproved,
    ExtensionNotified,
    Fact,
    FilesAnalysed,
    FindingPassedOn,
    FollowUpRecorded,
    InvestigationEnded,
    InvestigationPlanned,
    InvestigationStarted,
    MailboxCollected,
    MeasureDone,
    MeasureHandedOver,
    MeasurePlanned,
    OpinionDetermined,
    PreliminaryOpinionGiven,
    ProgressReviewed,
    PromiseKept,
    PromiseMade,
    RefusalSent,
    ReplySent,
    ReportSubmitted,
    ResultNoticeGiven,
    ReviewDecided,
    ReviewRequested,
    ServiceRestored,
    SessionRecorded,
    SubTaskAnswered,
    SubTaskRequested,
    SuggestionOutcomeTold,
    UrgingAnswered,
    UrgingMade,
    VisitAssigned,
    VisitDone,
    VisitNotPossible,
    WithdrawalConfirmed,
)

_HEARD: Final = "heard"
Handler = Callable[[AsyncSession, Event], Awaitable[None]]


def _remember(session: AsyncSession, event: Event, meaning: type[Fact]) -> None:
    fact = meaning.model_validate(event.data, from_attributes=True)
    session.info.setdefault(_HEARD, []).append(Heard(event, fact))


async def after_batch(session: AsyncSession, events: list[Event]) -> None:  # noqa: ARG001 - what was heard, counts
    """Write what the batch has heard, and compute each complaint that it touched once."""
    heard: list[Heard] = session.info.pop(_HEARD, [])
    if heard:
        await keeping.remember(session, heard)
        if any(one.meaning.type == ComplaintReceived.type for one in heard):
            await standing.awaken(session)
        of_office = [one for one in heard if one.event.subject == OFFICE]
        if of_office:
            await standing.keep(session, of_office)
        await keeping.recompute(session, {one.event.subject for one in heard} - {OFFICE})


async def on_received(session: AsyncSession, event: Event) -> None:
    """The provisional dates run from the time of receipt (4/5.2.6(1))."""
    _remember(session, event, ComplaintReceived)


async def on_registered(session: AsyncSession, event: Event) -> None:
    """The dates bind; the set time begins (4/5.2.7, 2/1.1.16)."""
    _remember(session, event, ComplaintRegistered)


async def on_refused(session: AsyncSession, event: Event) -> None:
    """Registration is answered; nothing else is owed but the refusal (4/5.2.6(2))."""
    _remember(session, event, ComplaintRefused)


async def on_reclassified(session: AsyncSession, event: Event) -> None:
    """Labels have changed; what they ask for is recomputed (2/1.1.14)."""
    _remember(session, event, ComplaintReclassified)


async def on_assigned(session: AsyncSession, event: Event) -> None:
    """Somebody has to accept it (6/3.4.2(2))."""
    _remember(session, event, ComplaintAssigned)


async def on_accepted(session: AsyncSession, event: Event) -> None:
    """Somebody has (6/3.4.2(2))."""
    _remember(session, event, AssignmentAccepted)


async def on_paused(session: AsyncSession, event: Event) -> None:
    """What can be paused stands still (policy, pauses)."""
    _remember(session, event, ClockPaused)


async def on_resumed(session: AsyncSession, event: Event) -> None:
    """It runs on (policy, pauses)."""
    _remember(session, event, ClockResumed)


async def on_investigation_ended(session: AsyncSession, event: Event) -> None:
    """The report is due (4/5.2.8(3))."""
    _remember(session, event, InvestigationEnded)


async def on_report(session: AsyncSession, event: Event) -> None:
    """The report is there; it has to be assessed (4/5.2.8(3), 4/5.2.9(1))."""
    _remember(session, event, ReportSubmitted)


async def on_opinion(session: AsyncSession, event: Event) -> None:
    """The set time is kept; the result has to be told (2/1.1.16, 4/5.2.9)."""
    _remember(session, event, OpinionDetermined)


async def on_result_notice(session: AsyncSession, event: Event) -> None:
    """The complainant knows the result (4/5.2.9(2))."""
    _remember(session, event, ResultNoticeGiven)


async def on_extension_approved(session: AsyncSession, event: Event) -> None:
    """Both duties of an extension begin (5/3.4)."""
    _remember(session, event, ExtensionApproved)


async def on_extension_notified(session: AsyncSession, event: Event) -> None:
    """Told in advance: only now the new date counts (5/3.4)."""
    _remember(session, event, ExtensionNotified)


async def on_preliminary_opinion(session: AsyncSession, event: Event) -> None:
    """The other duty of an extension (5/3.4)."""
    _remember(session, event, PreliminaryOpinionGiven)


async def on_reply_sent(session: AsyncSession, event: Event) -> None:
    """The written reply went out (4/5.2.10, 5/3.x)."""
    _remember(session, event, ReplySent)


async def on_follow_up(session: AsyncSession, event: Event) -> None:
    """A person's recorded finding (6/3.4.6)."""
    _remember(session, event, FollowUpRecorded)


async def on_urged(session: AsyncSession, event: Event) -> None:
    """An answer is due (6/3.4.3(2))."""
    _remember(session, event, UrgingMade)


async def on_urging_answered(session: AsyncSession, event: Event) -> None:
    """The answer (6/3.4.3(2))."""
    _remember(session, event, UrgingAnswered)


async def on_closed(session: AsyncSession, event: Event) -> None:
    """The file has to be made (10/5.2.7)."""
    _remember(session, event, ComplaintClosed)


async def on_reopened(session: AsyncSession, event: Event) -> None:
    """Reply and set time start again; the earlier results stand."""
    _remember(session, event, ComplaintReopened)


async def on_withdrawn(session: AsyncSession, event: Event) -> None:
    """Reply, result notice and the like no longer bind."""
    _remember(session, event, ComplaintWithdrawn)


async def on_refusal_sent(session: AsyncSession, event: Event) -> None:
    """A refused complaint is filed, too."""
    _remember(session, event, RefusalSent)


async def on_withdrawal_confirmed(session: AsyncSession, event: Event) -> None:
    """A withdrawn complaint is filed, too."""
    _remember(session, event, WithdrawalConfirmed)


async def on_filed(session: AsyncSession, event: Event) -> None:
    """It rests in the archive (4/5.2.11(1))."""
    _remember(session, event, ComplaintFiled)


def _remembered(meaning: type[Fact]) -> Handler:
    """A handler for a fact that is only remembered: what it starts and proves stands in the procedure."""

    async def on_fact(session: AsyncSession, event: Event) -> None:
        _remember(session, event, meaning)

    return on_fact


HANDLERS: Final[dict[type[Fact], Handler]] = {
    ComplaintReceived: on_received,
    ComplaintRegistered: on_registered,
    ComplaintRefused: on_refused,
    ComplaintReclassified: on_reclassified,
    ComplaintAssigned: on_assigned,
    AssignmentAccepted: on_accepted,
    ClockPaused: on_paused,
    ClockResumed: on_resumed,
    InvestigationEnded: on_investigation_ended,
    ReportSubmitted: on_report,
    OpinionDetermined: on_opinion,
    ResultNoticeGiven: on_result_notice,
    ExtensionApproved: on_extension_approved,
    ExtensionNotified: on_extension_notified,
    PreliminaryOpinionGiven: on_preliminary_opinion,
    ReplySent: on_reply_sent,
    FollowUpRecorded: on_follow_up,
    UrgingMade: on_urged,
    UrgingAnswered: on_urging_answered,
    ComplaintClosed: on_closed,
    ComplaintReopened: on_reopened,
    ComplaintWithdrawn: on_withdrawn,
    RefusalSent: on_refusal_sent,
    WithdrawalConfirmed: on_withdrawal_confirmed,
    ComplaintFiled: on_filed,
    AlarmRaised: _remembered(AlarmRaised),
    AlarmAccepted: _remembered(AlarmAccepted),
    EmergencyPlanStarted: _remembered(EmergencyPlanStarted),
    ServiceRestored: _remembered(ServiceRestored),
    AssignmentDisputed: _remembered(AssignmentDisputed),
    DisputeDecided: _remembered(DisputeDecided),
    SubTaskRequested: _remembered(SubTaskRequested),
    SubTaskAnswered: _remembered(SubTaskAnswered),
    InvestigationPlanned: _remembered(InvestigationPlanned),
    InvestigationStarted: _remembered(InvestigationStarted),
    SessionRecorded: _remembered(SessionRecorded),
    EvidenceCollected: _remembered(EvidenceCollected),
    CauseFound: _remembered(CauseFound),
    AccountabilityRecorded: _remembered(AccountabilityRecorded),
    MeasurePlanned: _remembered(MeasurePlanned),
    MeasureDone: _remembered(MeasureDone),
    MeasureHandedOver: _remembered(MeasureHandedOver),
    EffectLookedAt: _remembered(EffectLookedAt),
    PromiseMade: _remembered(PromiseMade),
    PromiseKept: _remembered(PromiseKept),
    FindingPassedOn: _remembered(FindingPassedOn),
    ReviewRequested: _remembered(ReviewRequested),
    ReviewDecided: _remembered(ReviewDecided),
    VisitAssigned: _remembered(VisitAssigned),
    VisitDone: _remembered(VisitDone),
    VisitNotPossible: _remembered(VisitNotPossible),
    SuggestionOutcomeTold: _remembered(SuggestionOutcomeTold),
    # the office's own
    MailboxCollected: _remembered(MailboxCollected),
    ProgressReviewed: _remembered(ProgressReviewed),
    FilesAnalysed: _remembered(FilesAnalysed),
}
