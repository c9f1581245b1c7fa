"""Whose the case is: assigned by rule or by a supervisor, accepted, handed over, taken again after a re-opening."""

from typing import Any
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from services.casework import alarms, disputes, findings, office
from services.casework.assignment import Choice, Labels, assignment_rules, choose, least_loaded, may_handle
from services.casework.importance import reasons
from services.casework.labels import reclassified
from services.casework.moving import move
from services.casework.tables import Assignment, Case, Reclassification
from services.casework.work import Work
from shared.clock import now
from shared.errors import Problem
from shared.events import AlarmRaised, AssignmentAccepted, ComplaintAssigned
from shared.outbox import say
from shared.procedure import load


def labels_of(case: Case) -> Labels:
    """Return what assignment looks at. The case is registered."""
    assert case.service is not None
    assert case.topic_code is not None
    assert case.kind is not None
    return Labels(case.service, case.topic_code, case.kind, case.level, case.district, tuple(case.named_officers))


async def assign_by_rule(session: AsyncSession, case: Case, how: str = "rule") -> None:
    """Assign the case at once (6/3.4.2(2)); where nobody may handle it, it waits for a supervisor as registered."""
    load = await office.open_cases(session)
    choice = choose(labels_of(case), await office.staff(session), load, assignment_rules())
    if choice is not None:
        load[choice.officer] = load.get(choice.officer, 0) + 1
        session.add(await give(session, case, choice, how, "system"))


async def give(session: AsyncSession, case: Case, choice: Choice, how: str, by: str) -> Assignment:
    """Make the case somebody's; they have yet to accept it. The record is for the caller to complete and add."""
    fact = ComplaintAssigned(
        department=choice.department, officer=choice.officer, supervisor=choice.supervisor, how=how, by=by
    )
    case.department, case.officer = choice.department, choice.officer
    case.assigned_at, case.accepted_at = await now(session), None
    await move(session, case, fact)
    await findings.pass_on_waiting(session, case, case.assigned_at)
    return Assignment(
        id=str(uuid4()),
        complaint=case.complaint,
        at=case.assigned_at,
        by=by,
        department=choice.department,
        officer=choice.officer,
        how=how,
    )


async def assign_again(session: AsyncSession, case: Case) -> None:
    """After a re-opening: to the officer it had, where they may still handle it; else by rule."""
    staff = await office.staff(session)
    if case.department and case.officer and may_handle(case.officer, staff, case.named_officers):
        choice = Choice(case.department, case.officer, staff.superior(case.officer))
        session.add(await give(session, case, choice, "reopened", "system"))
    else:
        await assign_by_rule(session, case, "reopened")


async def assign(work: Work, department: str, officer: str | None, reason: str | None) -> None:
    """A supervisor assigns or re-dispatches (6/3.4.3(2)); without an officer, the one with the fewest open cases.

    Raises ``Problem`` 403 for others, 422 where department or officer may not handle it, or a re-dispatch says not why.
    """
    work.check("complaint.assigned")
    work.check_supervisor()
    await disputes.check_none(work)
    staff, named = work.staff, work.case.named_officers
    if not staff.can_have(department, named):
        raise Problem(422, "invalid", errors=[("department", "department_unfit")])
    if officer is None:
        officer = least_loaded(department, staff, await office.open_cases(work.session), named)
        if officer is None:
            raise Problem(422, "invalid", errors=[("department", "department_unfit")])
    how = "chosen" if work.case.stage == "registered" else "redispatched"
    if how == "redispatched" and not reason:
        raise Problem(422, "invalid", errors=[("reason", "missing")])
    await pass_on(work, department, officer, how, reason)


async def hand_over(work: Work, officer: str, reason: str) -> None:
    """The officer gives the case to a colleague of the department; a supervisor may as well (6/3.4.2(2))."""
    work.check("complaint.assigned")
    await disputes.check_none(work)
    if work.case.department is None:
        raise Problem(403, "supervisor_needed")
    await pass_on(work, work.case.department, officer, "handed_over", reason)


async def pass_on(work: Work, department: str, officer: str, how: str, reason: str | None) -> None:
    """Give the case to somebody of a department. Raises ``Problem`` 422 where they may not handle it."""
    person = work.staff.people.get(officer)
    fit = may_handle(officer, work.staff, work.case.named_officers)
    if person is None or person.department != department or not fit:
        raise Problem(422, "invalid", errors=[("officer", "officer_unfit")])
    choice = Choice(department, officer, work.staff.superior(officer))
    record = await give(work.session, work.case, choice, how, work.by)
    if reason:
        work.seal_words(record, {"reason": reason})
    work.session.add(record)


async def accept(work: Work) -> None:
    """The officer takes the case on (policy: within 4 working hours). Raises ``Problem`` 403 for anybody else."""
    work.check("assignment.accepted")
    if work.case.officer != work.caller.id:
        raise Problem(403, "not_your_case")
    if work.case.accepted_at is not None:
        raise Problem(409, "already_accepted")
    await disputes.check_none(work)
    work.case.accepted_at = work.at
    await work.move(AssignmentAccepted(officer=work.caller.id, by=work.by))


async def reclassify(work: Work, labels: dict[str, Any], reason: str) -> None:
    """A person changes the labels, with a reason; raised to level 1 it rings, lowered it falls silent (2/1.1.14).

    Raises ``Problem`` 403 unless an operator, the officer or a supervisor; 422 where the labels do not go together.
    """
    work.check("complaint.reclassified")
    if "operator" not in work.caller.roles:
        work.check_own()
    case, before = work.case, {name: getattr(work.case, name) for name in labels}
    service, topic, nature, kind, level = (labels[n] for n in ("service", "topic_code", "nature", "kind", "level"))
    if (kind == "complaint") != (level is not None):
        raise Problem(422, "invalid", errors=[("level", "level_unfit")])
    if not topic.startswith(f"{service}."):
        raise Problem(422, "invalid", errors=[("topic_code", "topic_unfit")])
    category = load().policy.category(topic, nature)
    chosen = labels["importance"] == "major"
    because = reasons(case.major_because, case.channel, level, load().policy, chosen=chosen)
    labels["importance"] = "major" if because else "ordinary"
    labels["urgent"] = load().policy.is_urgent(labels)
    if labels == before:
        raise Problem(409, "nothing_changed")
    change = _change(before, labels)
    work.record(Reclassification, {"reason": reason}, change=change, level_before=before["level"], level_after=level)
    for name, value in labels.items():
        setattr(case, name, value)
    case.category, case.major_because = category, list(because)
    await work.move(reclassified(case, change, work.by))
    if level == 1 and before["level"] != 1:
        await alarms.ring(work.session, case, work.at, work.by, "level", [])
        await say(work.session, case.complaint, AlarmRaised(cause="level"))
    elif level != 1:
        await alarms.silence(work.session, case.complaint, work.by)


def _change(before: dict[str, Any], after: dict[str, Any]) -> str:
    """Say as a code what was changed; the words of the reason stay sealed here."""
    if before["kind"] != after["kind"]:
        return "kind_changed"
    if before["level"] != after["level"]:
        return "level_raised" if after["level"] < before["level"] else "level_lowered"
    if after["urgent"] and not before["urgent"]:
        return "marked_urgent"
    return "corrected"
