"""What intake does on each fact it hears; the table at the foot is its whole ear."""

from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer

from services.intake.offices import intake_of, read_calendar
from services.intake.scope import consider
from services.intake.tables import Calendar, Complaint, Department, Milestone, Officer
from shared import batch
from shared.events import (
    CalendarChanged,
    ComplaintAssigned,
    ComplaintClassified,
    ComplaintClosed,
    ComplaintFiled,
    ComplaintRefused,
    ComplaintReopened,
    ComplaintReplied,
    ComplaintWithdrawn,
    DepartmentDefined,
    Event,
    ExtensionNotified,
    InvestigationStarted,
    OfficerDefined,
    OpinionDetermined,
    RefusalOverturned,
    RefusalSent,
    ReplySent,
    ResultNoticeGiven,
)
from shared.glossary import Stage
from shared.lifecycle import MOVES
from shared.running import Handler

_WITHOUT_WORDS = tuple(
    defer(column) for column in (Complaint.record, Complaint.complainant, Complaint.representative, Complaint.answer)
)


async def on_classified(session: AsyncSession, event: Event) -> None:
    """Keep the proposal; register where the policy lets the machine do so."""
    complaint = await _complaint(session, event)
    if complaint is not None:
        intake = intake_of(session.info["running"])
        await consider(session, intake, complaint, cast("ComplaintClassified", event.data))


async def on_moved(session: AsyncSession, event: Event) -> None:
    """Follow the stage, which casework owns after registration."""
    complaint = await _complaint(session, event)
    if complaint is not None and complaint.stage != "received":
        complaint.stage = MOVES.get((cast("Stage", complaint.stage), event.type), complaint.stage)
    await on_step(session, event)


async def on_overturned(session: AsyncSession, event: Event) -> None:
    """A review has set the refusal aside: it is to be registered, and cannot be refused again (4/5.2.10(2))."""
    complaint = await _complaint(session, event)
    if complaint is None or complaint.decided_at is None:
        return
    _note(session, event.subject, complaint.decided_at, ComplaintRefused.type)  # it stays in the history
    complaint.stage, complaint.decided_at, complaint.decided_by = "received", None, None
    complaint.overturned_at = event.time
    await on_step(session, event)


async def on_step(session: AsyncSession, event: Event) -> None:
    """Note a step that the complainant may see."""
    _note(session, event.subject, event.time, event.type)


def _note(session: AsyncSession, complaint: str, at: datetime, what: str) -> None:
    session.info.setdefault("steps", []).append({"complaint": UUID(complaint), "at": at, "what": what})


async def after_batch(session: AsyncSession, _: list[Event]) -> None:
    """Write the steps of a batch together."""
    steps = session.info.pop("steps", [])
    if steps:
        await session.execute(insert(Milestone).on_conflict_do_nothing(), steps)


async def _complaint(session: AsyncSession, event: Event) -> Complaint | None:
    return await batch.row(session, Complaint, event.subject, _WITHOUT_WORDS)


async def on_calendar_changed(session: AsyncSession, event: Event) -> None:
    """Promise by the new calendar from now on."""
    fact = cast("CalendarChanged", event.data)
    days = [day.model_dump(mode="json") for day in fact.special_days]
    await _replace(
        session,
        Calendar,
        "name",
        {"name": event.subject, "special_days": days, "published_until": fact.published_until},
    )
    intake_of(session.info["running"]).calendar = await read_calendar(session)


async def on_department_defined(session: AsyncSession, event: Event) -> None:
    """Remember who leads whom (4/5.2.2)."""
    fact = cast("DepartmentDefined", event.data)
    await _replace(session, Department, "id", {"id": fact.department, "parent": fact.parent, "head": fact.head})


async def on_officer_defined(session: AsyncSession, event: Event) -> None:
    """Remember where an officer stands."""
    fact = cast("OfficerDefined", event.data)
    await _replace(session, Officer, "id", {"id": fact.officer, "department": fact.department, "active": fact.active})


async def _replace(session: AsyncSession, table: Any, key: str, values: dict[str, Any]) -> None:
    changed = {name: value for name, value in values.items() if name != key}
    statement = insert(table).values(values).on_conflict_do_update(index_elements=[key], set_=changed)
    await session.execute(statement)


HANDLERS: dict[type[Any], Handler] = {
    ComplaintClassified: on_classified,
    ComplaintAssigned: on_moved,
    InvestigationStarted: on_moved,
    OpinionDetermined: on_moved,
    ComplaintReplied: on_moved,
    ComplaintWithdrawn: on_moved,
    ComplaintClosed: on_moved,
    ComplaintReopened: on_moved,
    RefusalOverturned: on_overturned,
    ComplaintFiled: on_moved,
    ReplySent: on_step,
    ResultNoticeGiven: on_step,
    ExtensionNotified: on_step,
    RefusalSent: on_step,
    CalendarChanged: on_calendar_changed,
    DepartmentDefined: on_department_defined,
    OfficerDefined: on_officer_defined,
}
