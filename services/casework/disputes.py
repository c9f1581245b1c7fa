"""Disputes about an assignment (6/3.4.2(2)): raised before the case is accepted, decided by one who is no party."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.assignment import assignment_rules
from services.casework.staff import Staff
from services.casework.tables import Case, Dispute
from services.casework.work import Work
from shared.errors import Problem
from shared.events import AssignmentDisputed
from shared.lifecycle import STEPS


async def open_one(work: Work) -> Dispute | None:
    """Return the dispute that waits for its decision."""
    asked = select(Dispute).where(Dispute.complaint == work.case.complaint, Dispute.decided_at.is_(None))
    return (await work.session.scalars(asked)).one_or_none()


async def check_none(work: Work) -> None:
    """Raise ``Problem`` 409 while it is disputed whose case it is: the arbiter's decision comes first."""
    if await open_one(work) is not None:
        raise Problem(409, "dispute_open")


async def dispute(work: Work, department: str, reason: str) -> None:
    """The officer, or a supervisor of theirs, says that another department is responsible, and why.

    Raises ``Problem`` 409 once the case is accepted or disputed, 422 for a department that cannot have it.
    """
    work.check("assignment.disputed")
    if work.case.accepted_at is not None:
        raise Problem(409, "already_accepted")
    await check_none(work)
    own = work.case.department
    if own is None or department == own or not work.staff.can_have(department, work.case.named_officers):
        raise Problem(422, "invalid", errors=[("department", "department_unfit")])
    made = work.record(Dispute, {"reason": reason}, from_department=own, department=department)
    await work.move(AssignmentDisputed(dispute=made.id, department=department, by=work.by))


def arbiters(staff: Staff, decides: str, parties: frozenset[str], by: str, away: frozenset[str]) -> frozenset[str]:
    """Return who may decide: supervisors of the department that ``decides``, or of one above it, and of no party.

    Where each of them belongs to a party, they may all the same, but never who raised it (``by``); nor those whom the
    complaint keeps ``away`` (4/5.2.2).
    """
    judges = {one for one in staff.people if staff.supervises(one, decides) and staff.people[one].active}
    judges -= away | {by}
    apart = {one for one in judges if staff.people[one].department not in parties}
    return frozenset(apart or judges)


def arbiters_of(staff: Staff, dispute: Dispute, named: Iterable[str]) -> frozenset[str]:
    """Return who may decide this dispute, on a complaint that names these officers."""
    parties = frozenset({dispute.from_department, dispute.department})
    return arbiters(staff, assignment_rules().decides_disputes, parties, dispute.by, staff.kept_away(named))


async def waiting(session: AsyncSession) -> Sequence[Any]:
    """Return every dispute that waits for its decision, with its case, the oldest first."""
    asked = select(Dispute, Case).join(Case, Case.complaint == Dispute.complaint).where(Dispute.decided_at.is_(None))
    still = Case.stage.in_(STEPS["dispute.decided"])
    return (await session.execute(asked.where(still).order_by(Dispute.place))).all()
