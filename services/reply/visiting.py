"""The return visit (3/5.2): another unit than the handler's asks whether it is really solved.

Every complaint of the policy's levels, and of level 3 one in so many, counted. Each function is one step in the
caller's transaction.
"""

from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction
from math import floor
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.reply.tables import Case, Sampling, Visit, VisitAttempt
from services.reply.work import Work
from shared.errors import Problem
from shared.events import Fact, SatisfactionRecorded, VisitAssigned, VisitDone, VisitNotPossible
from shared.fairness import Tree, read_tree
from shared.glossary import NotVisited, VisitWay
from shared.procedure.reader import load


async def begin(session: AsyncSession, case: Case, at: datetime) -> list[Fact]:
    """The reply is out: return the facts of the visit that follows, if one does; nobody to reach ends it at once."""
    if case.kind != "complaint" or case.department is None or await visit_of(session, case) is not None:
        return []
    if case.level not in load().policy.return_visit.levels and not await _is_sampled(session):
        return []
    unit = visiting_unit(await read_tree(session), case.department)
    if unit is None:
        return []
    visit = Visit(
        id=str(uuid4()),
        complaint=case.complaint,
        round=case.round,
        department=unit,
        handled_by=case.department,
        assigned_at=at,
        wants_review=False,
    )
    session.add(visit)
    assigned = VisitAssigned(visit=visit.id, department=unit)
    if case.reachable:
        return [assigned]
    visit.not_possible, visit.ended_at, visit.by = "nobody_to_reach", at, "system"
    return [assigned, VisitNotPossible(visit=visit.id, by="system")]


async def visit_of(session: AsyncSession, case: Case) -> Visit | None:
    """Return the visit of this round."""
    wanted = select(Visit).where(Visit.complaint == case.complaint, Visit.round == case.round)
    found: Visit | None = await session.scalar(wanted)
    return found


def visiting_unit(tree: Tree, handled_by: str) -> str | None:
    """Return the unit that visits what ``handled_by`` has handled; ``None`` where there is no other unit."""
    chosen = load().policy.return_visit.by
    candidates = (chosen, tree.above(chosen), tree.above(handled_by), *sorted(tree.departments))
    return next((one for one in candidates if one in tree.departments and one != handled_by), None)


def is_chosen(number: int, share: float) -> bool:
    """Say whether the ``number``-th of its kind is among the ``share`` that is visited: evenly, one in so many."""
    part = Fraction(str(share))
    return floor(number * part) > floor((number - 1) * part)


async def _is_sampled(session: AsyncSession) -> bool:
    statement = insert(Sampling).values(the_only=True, counted=1)
    counted = await session.scalar(
        statement.on_conflict_do_update(index_elements=["the_only"], set_={"counted": Sampling.counted + 1}).returning(
            Sampling.counted
        )
    )
    return is_chosen(counted or 1, load().policy.return_visit.share_of_level_3)


async def done(
    work: Work,
    visit: Visit,
    way: VisitWay,
    *,
    solved: bool,
    score: int,
    questions: Mapping[str, int],
    text: str,
    wants_review: bool,
) -> None:
    """What the complainant says; not solved, it is re-opened, unless they ask for a review (3/5.2)."""
    work.check("visit.done")
    _check_open(work, visit)
    _check_questions(questions)
    visit.way, visit.solved, visit.score, visit.questions = way, solved, score, dict(questions)
    visit.wants_review = wants_review
    visit.text = work.seal(f"visit.{visit.id}", text)
    visit.ended_at, visit.by = work.at, work.by
    await work.say(
        VisitDone(visit=visit.id, solved=solved, by=work.by),
        SatisfactionRecorded(score=score, questions=dict(questions), by=work.by),
    )


async def attempt(work: Work, visit: Visit, way: VisitWay, text: str) -> None:
    """They could not be reached this time."""
    work.check("visit.done")
    _check_open(work, visit)
    id_ = str(uuid4())
    work.session.add(
        VisitAttempt(
            id=id_,
            visit=visit.id,
            complaint=visit.complaint,
            way=way,
            text=work.seal(f"visit_attempt.{id_}", text),
            at=work.at,
            by=work.by,
        )
    )


async def not_possible(work: Work, visit: Visit, reason: NotVisited, text: str) -> None:
    """There will be no visit, and why. Raises ``Problem`` 409 before enough attempts are on record."""
    work.check("visit.not_possible")
    _check_open(work, visit)
    needed = load().policy.return_visit.attempts
    tried = await work.session.scalar(select(func.count()).where(VisitAttempt.visit == visit.id))
    if reason != "declined" and work.case.reachable and (tried or 0) < needed:
        raise Problem(409, "visit_attempts_needed", attempts=needed)
    visit.not_possible, visit.ended_at, visit.by = reason, work.at, work.by
    visit.text = work.seal(f"visit.{visit.id}", text)
    await work.say(VisitNotPossible(visit=visit.id, by=work.by))


def check_unit(work: Work, visit: Visit) -> None:
    """Raise ``Problem`` 403 for the handler's own unit, and for any other than the visiting one (3/5.2)."""
    own = work.tree.officers.get(work.by, "")
    if own == visit.handled_by or work.by == work.case.officer:
        raise Problem(403, "visit_by_another_unit")
    if not work.tree.is_within_or_above(own, visit.department):
        raise Problem(403, "not_visiting_unit")


def _check_open(work: Work, visit: Visit) -> None:
    check_unit(work, visit)
    if visit.ended_at is not None or visit.round != work.case.round:
        raise Problem(409, "visit_over")


def _check_questions(questions: Mapping[str, int]) -> None:
    known = {one.code for one in load().policy.return_visit.questions}
    wrong = [(f"questions.{one}", "question_unknown") for one in questions if one not in known]
    wrong += [(f"questions.{one}", "question_open") for one in sorted(known - questions.keys())]
    if wrong:
        raise Problem(422, "invalid", errors=wrong)
