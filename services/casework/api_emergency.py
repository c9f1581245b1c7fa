"""The emergency plan of level 1 (2/1.1.16(1)). Each command answers with the case after it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import Field

from services.casework import emergency
from services.casework.bodies import Body, Ids, Line, Moment, Name, Words
from services.casework.view import CaseOut, view
from services.casework.work import Work, on_case
from shared.glossary import Service

router = APIRouter(tags=["emergency plan"])
Planning = Annotated[Work, Depends(on_case("casework.plan_emergency"), scope="function")]


class PlanIn(Body):
    """Which departments are called; the steps of the service's own checklist, unless others are written.

    ``service`` is for a complaint that nobody has registered yet.
    """

    departments: Ids
    steps: Annotated[list[Line], Field(default_factory=list, max_length=50)]
    service: Service | None = None


class StepDoneIn(Body):
    """What was done."""

    text: Words


class MinutesIn(Body):
    """A meeting of those who were called: when, who, what was said and agreed."""

    held_at: Moment
    participants: Annotated[list[Name], Field(min_length=1, max_length=50)]
    text: Words


class RestorationIn(Body):
    """Since when the service runs again; without a time, why nothing had to be restored."""

    restored_at: Moment | None = None
    text: Words | None = None


@router.post("/complaints/{complaint}/emergency-plan", summary="Start the emergency plan")
async def start_plan(body: PlanIn, work: Planning) -> CaseOut:
    """At once, within 30 minutes of the alarm; owed after a withdrawal as well. 409 where it is not level 1 and nothing
    has rung, or a plan runs already; 422 for a department that is not of the office (2/1.1.16(1)).
    """
    await emergency.start(work, body.departments, body.steps, body.service)
    return await view(work)


@router.post("/complaints/{complaint}/emergency-plan/steps/{step}/done", summary="A step of the plan is done")
async def finish_step(step: UUID, body: StepDoneIn, work: Planning) -> CaseOut:
    """What was done, by whom and when; 409 for one that is done already (2/1.1.16(1))."""
    await emergency.step_done(work, str(step), body.text)
    return await view(work)


@router.post("/complaints/{complaint}/emergency-plan/minutes", summary="Minutes of a meeting")
async def record_minutes(body: MinutesIn, work: Planning) -> CaseOut:
    """Of the departments that were called, while the plan runs (2/1.1.16(1))."""
    await emergency.minutes(work, body.held_at, body.participants, body.text)
    return await view(work)


@router.post("/complaints/{complaint}/emergency-plan/restoration", summary="The service is restored")
async def restore(body: RestorationIn, work: Planning) -> CaseOut:
    """Since when, or why nothing had to be; the plan is over, and only then can level 1 be closed (2/1.1.16(1))."""
    await emergency.restored(work, body.restored_at, body.text)
    return await view(work)
