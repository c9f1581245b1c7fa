"""Sub-tasks: another department is asked to contribute by a date, and answers (4/5.2.8(1))."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.staff import Staff
from services.casework.tables import Case, SubTask
from services.casework.work import Work
from shared.errors import Problem
from shared.events import SubTaskAnswered, SubTaskRequested
from shared.procedure.calendars import default_calendar


async def ask(work: Work, department: str, question: str, due_on: date) -> None:
    """Ask another department. Raises ``Problem`` 422 for one's own, an unknown one, or a date that is past."""
    work.check("sub_task.requested")
    if department == work.case.department or not work.staff.can_have(department, work.case.named_officers):
        raise Problem(422, "invalid", errors=[("department", "cannot_be_asked")])
    work.check_to_come(due_on)
    made = work.record(SubTask, {"question": question}, department=department, due_on=due_on)
    due_at = default_calendar().end_of(due_on)
    await work.move(SubTaskRequested(sub_task=made.id, department=department, due_at=due_at, by=work.by))


async def answer(work: Work, sub_task: str, text: str) -> None:
    """Somebody of the department that was asked answers.

    Raises ``Problem`` 403 for anybody else, 404, or 409 where it is answered already.
    """
    found = await work.own(SubTask, sub_task, "sub_task_not_found")
    if not contributes(work.caller.id, found.department, work.staff):
        raise Problem(403, "not_your_department")
    work.check("sub_task.answered")
    if found.answered_at:
        raise Problem(409, "sub_task_answered")
    found.answered_at, found.answered_by = work.at, work.by
    work.seal_words(found, work.words(found) | {"answer": text})
    await work.move(SubTaskAnswered(sub_task=found.id, by=work.by))


def contributes(officer: str, department: str, staff: Staff) -> bool:
    """Say whether an officer belongs to the department that was asked, or supervises it."""
    person = staff.people.get(officer)
    return bool(person and person.department == department) or staff.supervises(officer, department)


async def open_ones(session: AsyncSession, departments: Sequence[str]) -> Sequence[Any]:
    """Return what these departments are asked and have not answered, the earliest due first, with the case."""
    asked = select(SubTask, Case).join(Case, Case.complaint == SubTask.complaint)
    asked = asked.where(SubTask.answered_at.is_(None), SubTask.department.in_(departments))
    still = Case.stage.in_(("assigned", "investigating", "decided", "replied"))
    return (await session.execute(asked.where(still).order_by(SubTask.due_on, SubTask.place))).all()
