"""What insight does on each fact: it joins the story, the stage follows, and the picture changes (``picture.py``)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.insight import keeping, picture
from services.insight.picture import Known
from services.insight.tables import Department, Officer
from shared import events as said
from shared.consumer import Ahead
from shared.events import Event, Fact
from shared.running import Handler

Effect = Callable[[Known, Any, datetime], None]


def hears(effect: Effect) -> Handler:
    """Return the handler of a fact about a complaint: remembered at once, written with its whole batch."""

    async def on_fact(session: AsyncSession, event: Event) -> None:
        batch = await keeping.batch_of(session)
        known = batch.of(event.subject)
        if known.picture.stage is None and not isinstance(event.data, said.ComplaintReceived):
            raise Ahead(event.type)
        effect(known, event.data, event.time)
        picture.move(known.picture, event.source, event.type)
        batch.heard.append(event)

    return on_fact


async def on_department(session: AsyncSession, event: Event) -> None:
    """A department's place in the tree."""
    fact = cast("said.DepartmentDefined", event.data)
    values = {"id": fact.department, "parent": fact.parent, "head": fact.head, "services": list(fact.services)}
    await _replace(session, Department, values)


async def on_officer(session: AsyncSession, event: Event) -> None:
    """An officer's department and roles."""
    fact = cast("said.OfficerDefined", event.data)
    values = {"id": fact.officer, "department": fact.department, "roles": list(fact.roles), "active": fact.active}
    await _replace(session, Officer, values)


async def on_nothing(_: AsyncSession, __: Event) -> None:
    """What it means for a complaint comes as a fact about that complaint; there is nothing to do."""


async def _replace(session: AsyncSession, table: Any, values: dict[str, Any]) -> None:
    changed = {name: value for name, value in values.items() if name != "id"}
    await session.execute(insert(table).values(values).on_conflict_do_update(index_elements=["id"], set_=changed))


HANDLERS: Final[dict[type[Fact], Handler]] = {
    said.ComplaintReceived: hears(picture.received),
    said.AlarmRaised: hears(picture.alarm_raised),
    said.ComplaintSupplemented: hears(picture.told),
    said.ComplaintClassified: hears(picture.told),
    said.ComplaintRegistered: hears(picture.registered),
    said.ComplaintRefused: hears(picture.ended),
    said.ComplaintErased: hears(picture.erased),
    said.ClassificationOverruled: hears(picture.told),
    said.ComplaintAssigned: hears(picture.assigned),
    said.AssignmentAccepted: hears(picture.accepted),
    said.AlarmAccepted: hears(picture.alarm_accepted),
    said.AlarmClimbed: hears(picture.told),
    said.EmergencyPlanStarted: hears(picture.told),
    said.EmergencyPlanStepDone: hears(picture.told),
    said.ServiceRestored: hears(picture.told),
    said.AssignmentDisputed: hears(picture.told),
    said.DisputeDecided: hears(picture.told),
    said.SubTaskRequested: hears(picture.told),
    said.SubTaskAnswered: hears(picture.told),
    said.ComplaintReclassified: hears(picture.reclassified),
    said.ClockPaused: hears(picture.told),
    said.ClockResumed: hears(picture.told),
    said.InvestigationPlanned: hears(picture.told),
    said.InvestigationStarted: hears(picture.told),
    said.SessionRecorded: hears(picture.told),
    said.EvidenceCollected: hears(picture.told),
    said.InvestigationEnded: hears(picture.told),
    said.ReportSubmitted: hears(picture.told),
    said.CauseFound: hears(picture.told),
    said.OpinionProposed: hears(picture.told),
    said.OpinionDetermined: hears(picture.determined),
    said.MeasurePlanned: hears(picture.told),
    said.MeasureDone: hears(picture.told),
    said.MeasureHandedOver: hears(picture.told),
    said.AccountabilityRecorded: hears(picture.told),
    said.EffectLookedAt: hears(picture.told),
    said.PromiseMade: hears(picture.told),
    said.PromiseKept: hears(picture.told),
    said.FollowUpRecorded: hears(picture.told),
    said.WarningPassedOn: hears(picture.told),
    said.FindingPassedOn: hears(picture.told),
    said.UrgingMade: hears(picture.told),
    said.UrgingAnswered: hears(picture.told),
    said.ExtensionRequested: hears(picture.told),
    said.ExtensionApproved: hears(picture.told),
    said.ExtensionRejected: hears(picture.told),
    said.ExtensionNotified: hears(picture.told),
    said.PreliminaryOpinionGiven: hears(picture.told),
    said.ReplyDrafted: hears(picture.drafted),
    said.ReplyChecked: hears(picture.checked),
    said.ReplyReturned: hears(picture.letter_left),
    said.ReplySigned: hears(picture.letter_left),
    said.ReplySent: hears(picture.told),
    said.ReplyDelivered: hears(picture.told),
    said.ResultNoticeGiven: hears(picture.told),
    said.RefusalSent: hears(picture.told),
    said.WithdrawalConfirmed: hears(picture.told),
    said.SatisfactionRecorded: hears(picture.told),
    said.OutcomeDisputed: hears(picture.told),
    said.ReviewRequested: hears(picture.told),
    said.ReviewAssigned: hears(picture.told),
    said.ReviewDecided: hears(picture.told),
    said.VisitAssigned: hears(picture.told),
    said.VisitDone: hears(picture.told),
    said.VisitNotPossible: hears(picture.told),
    said.SuggestionOutcomeTold: hears(picture.told),
    said.ComplaintReplied: hears(picture.told),
    said.IncidentJoined: hears(picture.told),
    said.IncidentLeft: hears(picture.told),
    said.ComplaintWithdrawn: hears(picture.ended),
    said.ComplaintClosed: hears(picture.told),
    said.ComplaintReopened: hears(picture.reopened),
    said.RefusalOverturned: hears(picture.reopened),
    said.ComplaintFiled: hears(picture.filed),
    said.FilingCancelled: hears(picture.file_gone),
    said.FileCollected: hears(picture.collected),
    said.FileReturned: hears(picture.file_returned),
    said.FileSealed: hears(picture.file_sealed),
    said.FileVoided: hears(picture.file_gone),
    said.DutyStarted: hears(picture.duty_started),
    said.DutyChanged: hears(picture.duty_changed),
    said.DutyWarned: hears(picture.duty_warned),
    said.DutyFulfilled: hears(picture.duty_fulfilled),
    said.DutyBreached: hears(picture.duty_breached),
    said.DutyVoided: hears(picture.duty_voided),
    said.CalendarChanged: on_nothing,
    said.IncidentDeclared: on_nothing,
    said.IncidentEnded: on_nothing,
    said.OutagePlanned: on_nothing,
    said.OutageCancelled: on_nothing,
    said.MailboxCollected: on_nothing,
    said.ProgressReviewed: on_nothing,
    said.FilesAnalysed: on_nothing,
    said.StandingDutyStarted: on_nothing,
    said.StandingDutyWarned: on_nothing,
    said.StandingDutyFulfilled: on_nothing,
    said.StandingDutyBreached: on_nothing,
    said.DepartmentDefined: on_department,
    said.OfficerDefined: on_officer,
}
