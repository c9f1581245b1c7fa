"""The emergency plan of level 1 (2/1.1.16(1)): departments called, a checklist, minutes, and the service restored."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from services.casework import alarms
from services.casework.checklists import checklists
from services.casework.tables import Alarm, EmergencyMinutes, EmergencyPlan, EmergencyStep
from services.casework.work import Work
from shared.errors import Problem
from shared.events import EmergencyPlanStarted, EmergencyPlanStepDone, ServiceRestored


async def start(work: Work, departments: Sequence[str], steps: Sequence[str], service: str | None) -> None:
    """Start the plan, with the checklist of the service, or with steps of one's own; nothing rings on meanwhile.

    Raises ``Problem`` 409 where it is not level 1 and nothing has rung, or where a plan runs already; 422 for a
    department that is not of the office or whose head must keep away.
    """
    work.check("emergency_plan.started")
    case, staff = work.case, work.staff
    for one in departments:
        if not staff.can_have(one, case.named_officers):
            raise Problem(422, "invalid", errors=[("departments", "department_unfit")])
    if case.level != 1 and not await _has_rung(work):
        raise Problem(409, "not_level_1")
    if await _running(work):
        raise Problem(409, "plan_running")
    of = case.service or service
    plan = work.record(EmergencyPlan, service=of, departments=list(dict.fromkeys(departments)))
    titles: Sequence[Any] = list(steps) or checklists().of(of)
    for title in titles:
        work.record(EmergencyStep, {"title": title}, plan=plan.id)
    await work.move(EmergencyPlanStarted(plan=plan.id, departments=tuple(plan.departments), by=work.by))
    await alarms.silence(work.session, case.complaint, work.by)  # whoever starts the plan has taken the alarm


async def step_done(work: Work, step: str, text: str) -> None:
    """One line of the checklist is done: what was done. Raises ``Problem`` 404, or 409 where it was done before."""
    found = await work.own(EmergencyStep, step, "emergency_step_not_found")
    work.check("emergency_plan.step_done")
    if found.done_at:
        raise Problem(409, "emergency_step_done")
    found.done_at, found.done_by = work.at, work.by
    work.seal_words(found, work.words(found) | {"text": text})
    await work.move(EmergencyPlanStepDone(plan=found.plan, step=found.id, by=work.by))


async def minutes(work: Work, held_at: datetime, participants: Sequence[str], text: str) -> None:
    """The minutes of a meeting of those who were called. Raises ``Problem`` 409 where no plan runs, 422 in future."""
    plan = await _the_running(work)
    if held_at > work.at:
        raise Problem(422, "invalid", errors=[("held_at", "in_future")])
    words = {"participants": list(participants), "text": text}
    work.record(EmergencyMinutes, words, plan=plan.id, held_at=held_at)


async def restored(work: Work, at: datetime | None, text: str | None) -> None:
    """The service runs again since ``at`` (UTC), or nothing had to be restored (``None``); the plan is over.

    Raises ``Problem`` 409 where no plan runs; 422 for a moment in the future, before the complaint, or without words
    that say why nothing had to be restored.
    """
    work.check("service.restored")
    plan = await _the_running(work)
    if at is None and not text:
        raise Problem(422, "invalid", errors=[("text", "why_not_restored")])
    if at is not None and at > work.at:
        raise Problem(422, "invalid", errors=[("restored_at", "in_future")])
    if at is not None and at < work.case.received_at:
        raise Problem(422, "invalid", errors=[("restored_at", "before_complaint")])
    plan.ended_at, plan.ended_by, plan.restored_at = work.at, work.by, at
    if text:
        work.seal_words(plan, {"end": text})
    await work.move(ServiceRestored(plan=plan.id, at=(at or work.at).astimezone(UTC), by=work.by))


async def _running(work: Work) -> EmergencyPlan | None:
    asked = select(EmergencyPlan).where(
        EmergencyPlan.complaint == work.case.complaint, EmergencyPlan.ended_at.is_(None)
    )
    found: EmergencyPlan | None = await work.session.scalar(asked)
    return found


async def _the_running(work: Work) -> EmergencyPlan:
    plan = await _running(work)
    if plan is None:
        raise Problem(409, "no_plan_runs")
    return plan


async def _has_rung(work: Work) -> bool:
    asked = select(Alarm.id).where(Alarm.complaint == work.case.complaint).limit(1)
    return await work.session.scalar(asked) is not None
