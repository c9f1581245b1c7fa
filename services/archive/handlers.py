"""What archive does on each fact it hears: keeps the catalogue's words, opens volumes, files or voids them."""

from typing import Final

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.archive.filing import collect_if_open, open_file, open_volume, take_in_later, void
from services.archive.signing import seal_key
from services.archive.tables import Case, Department, File, Officer
from shared import batch
from shared.consumer import Ahead
from shared.events import (
    AccountabilityRecorded,
    ComplaintClosed,
    ComplaintErased,
    ComplaintFiled,
    ComplaintReceived,
    ComplaintReclassified,
    ComplaintRegistered,
    ComplaintReopened,
    DepartmentDefined,
    EffectLookedAt,
    EmergencyPlanStepDone,
    Event,
    Fact,
    FilingCancelled,
    FollowUpRecorded,
    MeasureDone,
    MeasureHandedOver,
    OfficerDefined,
    OutcomeDisputed,
    PromiseKept,
    RefusalOverturned,
    RefusalSent,
    ReplyDelivered,
    ReplySent,
    ReportSubmitted,
    ResultNoticeGiven,
    ReviewDecided,
    ReviewRequested,
    SatisfactionRecorded,
    ServiceRestored,
    SuggestionOutcomeTold,
    VisitDone,
    VisitNotPossible,
    WithdrawalConfirmed,
)
from shared.running import Handler, Service


async def _case(session: AsyncSession, event: Event) -> Case:
    case = await batch.row(session, Case, event.subject)
    if case is None:
        raise Ahead(event.type)
    return case


def _running(session: AsyncSession) -> Service:
    running: Service = session.info["running"]
    return running


async def on_received(session: AsyncSession, event: Event) -> None:
    """A complaint is there: its number and dates."""
    fact = event.data
    assert isinstance(fact, ComplaintReceived)
    case = Case(
        complaint=event.subject,
        number=fact.number,
        channel=fact.channel,
        received_at=fact.received_at,
        named_officers=list(fact.named_officers),
        service=fact.service,
        district=fact.district,
    )
    await batch.add(session, event.subject, case)


async def on_labels(session: AsyncSession, event: Event) -> None:
    """Registered or re-classified: the labels say what the file must hold and how long it is kept."""
    fact = event.data
    assert isinstance(fact, ComplaintRegistered | ComplaintReclassified)
    case = await _case(session, event)
    case.service, case.topic_code, case.kind, case.level = fact.service, fact.topic_code, fact.kind, fact.level
    if isinstance(fact, ComplaintRegistered):
        case.district = fact.district or case.district
        case.named_officers = sorted({*case.named_officers, *fact.named_officers})


async def on_closed(session: AsyncSession, event: Event) -> None:
    """Closed: its file is to be collected (10/5.2.7)."""
    fact = event.data
    assert isinstance(fact, ComplaintClosed)
    await open_volume(session, await _case(session, event), "closed", event.time, fact.outcome)


async def on_refusal_sent(session: AsyncSession, event: Event) -> None:
    """Refused, and told so in writing: collected as well, unless a review has set that aside meanwhile."""
    case = await _case(session, event)
    if not case.overturned:
        await open_volume(session, case, "refused", event.time, None)


async def on_withdrawal_confirmed(session: AsyncSession, event: Event) -> None:
    """Withdrawn, and confirmed in writing: collected as well."""
    await open_volume(session, await _case(session, event), "withdrawn", event.time, None)


async def on_more(session: AsyncSession, event: Event) -> None:
    """Something that belongs in the file, and may come after the ending: it is not lost (10/5.2.5)."""
    fact = event.data
    re_opens = (isinstance(fact, VisitDone) and not fact.solved) or (
        isinstance(fact, ReviewDecided) and fact.result == "overturned"
    )
    if re_opens:  # the next volume will have it
        await collect_if_open(session, event.subject)
    else:
        await take_in_later(session, await _case(session, event))


async def on_asked(session: AsyncSession, event: Event) -> None:
    """Something is asked for that another fact will decide: a volume that is not sealed has it, too."""
    await collect_if_open(session, event.subject)


async def on_reopened(session: AsyncSession, event: Event) -> None:
    """Re-opened: a volume under way does not stand. Of a sealed one casework says itself whether it was filed."""
    (await _case(session, event)).rests = False
    file = await open_file(session, event.subject)
    if file is not None:
        await void(session, seal_key(_running(session)), file)


async def on_overturned(session: AsyncSession, event: Event) -> None:
    """A review has set the refusal aside: the complaint begins anew (4/5.2.10(2))."""
    (await _case(session, event)).overturned = True
    await on_reopened(session, event)


async def on_filed(session: AsyncSession, event: Event) -> None:
    """The handshake is complete: the complaint rests here (4/5.2.11(1))."""
    fact = event.data
    assert isinstance(fact, ComplaintFiled)
    file = await session.scalar(select(File).where(File.id == fact.file, File.complaint == event.subject))
    if file is not None and file.state == "sealed":
        file.state, file.filed_at = "filed", event.time


async def on_cancelled(session: AsyncSession, event: Event) -> None:
    """Re-opened while it was being sealed: the volume is void, and stays in the chain."""
    fact = event.data
    assert isinstance(fact, FilingCancelled)
    file = await session.scalar(select(File).where(File.id == fact.file, File.complaint == event.subject))
    if file is not None and file.state == "sealed":
        await void(session, seal_key(_running(session)), file)
        await collect_if_open(session, event.subject)  # it was gathered as what the void volume had not


async def on_erased(session: AsyncSession, event: Event) -> None:
    """The key is gone: it is not kept here, either. The hashes are over sealed bytes and still hold."""
    case = await _case(session, event)
    case.erased_at = event.time
    _running(session).keys.forget(event.subject)


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
    values = {"department": fact.department}
    statement = insert(Officer).values(id=fact.officer, **values)
    await session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=values))


HANDLERS: Final[dict[type[Fact], Handler]] = {
    ComplaintReceived: on_received,
    ComplaintRegistered: on_labels,
    ComplaintReclassified: on_labels,
    ComplaintClosed: on_closed,
    RefusalSent: on_refusal_sent,
    WithdrawalConfirmed: on_withdrawal_confirmed,
    ReplySent: on_more,
    ReplyDelivered: on_more,
    ResultNoticeGiven: on_more,
    SatisfactionRecorded: on_more,
    OutcomeDisputed: on_asked,
    ReviewRequested: on_asked,
    ReviewDecided: on_more,
    VisitDone: on_more,
    VisitNotPossible: on_more,
    SuggestionOutcomeTold: on_more,
    PromiseKept: on_more,
    MeasureDone: on_more,
    MeasureHandedOver: on_more,
    EffectLookedAt: on_more,
    AccountabilityRecorded: on_more,
    EmergencyPlanStepDone: on_more,
    ServiceRestored: on_more,
    ReportSubmitted: on_more,
    FollowUpRecorded: on_more,
    ComplaintReopened: on_reopened,
    RefusalOverturned: on_overturned,
    ComplaintFiled: on_filed,
    FilingCancelled: on_cancelled,
    ComplaintErased: on_erased,
    DepartmentDefined: on_department,
    OfficerDefined: on_officer,
}
