"""The arbiter's decision about an assignment: within 4 working hours, with its reason (6/3.4.2(2))."""

from services.casework import assigning, disputes, office
from services.casework.assignment import least_loaded, may_handle
from services.casework.work import Work
from shared.errors import Problem
from shared.events import DisputeDecided


async def decide(work: Work, department: str, reason: str) -> None:
    """Decide which department is responsible; it is assigned there, and accepted anew.

    Raises ``Problem`` 409 without a dispute, 403 for a party or whoever else is no arbiter, 422 for a department that
    cannot have it.
    """
    work.check("dispute.decided")
    open_one = await disputes.open_one(work)
    if open_one is None:
        raise Problem(409, "no_dispute")
    if work.caller.id not in disputes.arbiters_of(work.staff, open_one, work.case.named_officers):
        raise Problem(403, "not_the_arbiter")
    officer = await _officer(work, department)
    open_one.decided_at, open_one.decided_by, open_one.decided_for = work.at, work.by, department
    work.seal_words(open_one, work.words(open_one) | {"decision": reason})
    upheld = department != open_one.from_department
    await work.move(DisputeDecided(dispute=open_one.id, upheld=upheld, department=department, by=work.by))
    await assigning.pass_on(work, department, officer, "decided", reason)


async def _officer(work: Work, department: str) -> str:
    """Return whose it becomes: who had it, where it stays in the department; else the one with the least to do."""
    staff, named = work.staff, work.case.named_officers
    if staff.can_have(department, named):
        if department == work.case.department and work.case.officer and may_handle(work.case.officer, staff, named):
            return work.case.officer
        officer = least_loaded(department, staff, await office.open_cases(work.session), named)
        if officer is not None:
            return officer
    raise Problem(422, "invalid", errors=[("department", "department_unfit")])
