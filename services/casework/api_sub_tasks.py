"""Sub-tasks to other departments (4/5.2.8(1)): asked by the officer, answered by somebody of the department asked."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from services.casework import office, sub_tasks
from services.casework.bodies import Body, Id, TextIn, Words
from services.casework.view import CaseOut, view
from services.casework.work import Work, on_case
from shared.access import Caller, allowed
from shared.procedure.calendars import default_calendar
from shared.running import Session

router = APIRouter(tags=["sub-tasks"])
Handling = Annotated[Work, Depends(on_case("casework.handle", own=True), scope="function")]
Contributing = Annotated[Work, Depends(on_case("casework.contribute"), scope="function")]


class SubTaskIn(Body):
    """Which department is asked what, and by the end of which day."""

    department: Id
    question: Words
    due_on: date


class SubTaskLine(BaseModel):
    """A sub-task that waits for an answer; what is asked stands in the case."""

    id: str
    complaint: str
    number: str
    topic_code: str | None
    level: int | None
    department: str
    asked_by: str
    asked_at: datetime
    due_on: date
    due_at: datetime


@router.get("/sub-tasks", summary="What one's department is asked")
async def my_departments(
    session: Session, caller: Annotated[Caller, Depends(allowed("casework.contribute"))]
) -> list[SubTaskLine]:
    """Open sub-tasks of the caller's department, for a supervisor of those below it, too; the earliest due first.

    None of a complaint that names the caller or somebody they directly lead (4/5.2.2, 4/5.2.8(1)).
    """
    staff = await office.staff(session)
    mine = [one for one in staff.units if sub_tasks.contributes(caller.id, one, staff)]
    return [
        SubTaskLine(
            id=task.id,
            complaint=case.complaint,
            number=case.number,
            topic_code=case.topic_code,
            level=case.level,
            department=task.department,
            asked_by=task.by,
            asked_at=task.at,
            due_on=task.due_on,
            due_at=default_calendar().end_of(task.due_on),
        )
        for task, case in await sub_tasks.open_ones(session, mine)
        if caller.acts_as not in staff.kept_away(case.named_officers)
    ]


@router.post("/complaints/{complaint}/sub-tasks", summary="Ask another department")
async def ask(body: SubTaskIn, work: Handling) -> CaseOut:
    """What it has to contribute, and by when; its clock runs apart from the case's (4/5.2.8(1)).

    422 for the case's own department, one that is not of the office, or a date that is past.
    """
    await sub_tasks.ask(work, body.department, body.question, body.due_on)
    return await view(work)


@router.post("/complaints/{complaint}/sub-tasks/{sub_task}/answer", summary="Answer a sub-task")
async def answer(sub_task: UUID, body: TextIn, work: Contributing) -> CaseOut:
    """By somebody of the department asked, or its supervisor; 403 for others, 409 once answered (4/5.2.8(1))."""
    await sub_tasks.answer(work, str(sub_task), body.text)
    return await view(work)
