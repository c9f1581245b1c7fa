"""What the duty engine does on each fact: it remembers it, as what it means to a duty. The ledger follows from that."""

from collections.abc import Awaitable, Callable
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from services.sla import keeping, standing
from services.sla.keeping import Heard
from shared.events import (
    OFFICE,
    AccountabilityRecorded,
    AlarmAccepted,
    AlarmClimbed,
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
    FileCollected,
    FilesAnalysed,
    FileSealed,
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
    RefusalOverturned,
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


def _remembered(meaning: type[Fact]) -> Handler:
    """The handler of a fact: it is remembered; what it starts, proves and ends stands in the procedure."""

    async def on_fact(session: AsyncSession, event: Event) -> None:
        fact = meaning.model_validate(event.data, from_attributes=True)
        session.info.setdefault(_HEARD, []).append(Heard(event, fact))

    return on_fact


HANDLERS: Final[dict[type[Fact], Handler]] = {
    fact: _remembered(fact)
    for fact in (
        ComplaintReceived,
        ComplaintRegistered,
        ComplaintRefused,
        ComplaintReclassified,
        ComplaintAssigned,
        AssignmentAccepted,
        ClockPaused,
        ClockResumed,
        InvestigationEnded,
        ReportSubmitted,
        OpinionDetermined,
        ResultNoticeGiven,
        ExtensionApproved,
        ExtensionNotified,
        PreliminaryOpinionGiven,
        ReplySent,
        FollowUpRecorded,
        UrgingMade,
        UrgingAnswered,
        ComplaintClosed,
        ComplaintReopened,
        RefusalOverturned,
        ComplaintWithdrawn,
        RefusalSent,
        WithdrawalConfirmed,
        ComplaintFiled,
        FileCollected,
        FileSealed,
        AlarmRaised,
        AlarmAccepted,
        AlarmClimbed,
        EmergencyPlanStarted,
        ServiceRestored,
        AssignmentDisputed,
        DisputeDecided,
        SubTaskRequested,
        SubTaskAnswered,
        InvestigationPlanned,
        InvestigationStarted,
        SessionRecorded,
        EvidenceCollected,
        CauseFound,
        AccountabilityRecorded,
        MeasurePlanned,
        MeasureDone,
        MeasureHandedOver,
        EffectLookedAt,
        PromiseMade,
        PromiseKept,
        FindingPassedOn,
        ReviewRequested,
        ReviewDecided,
        VisitAssigned,
        VisitDone,
        VisitNotPossible,
        SuggestionOutcomeTold,
        # the office's own
        MailboxCollected,
        ProgressReviewed,
        FilesAnalysed,
    )
}
