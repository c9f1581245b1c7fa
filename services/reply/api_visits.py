"""Routes on return visits (3/5.2), and on what became of a suggestion (6/3.4.2(1))."""

from collections.abc import Callable
from typing import Annotated, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Query
from pydantic import Field
from sqlalchemy import ColumnElement, func, select

from services.reply import visiting
from services.reply.answers import QuestionOut, SuggestionOut, VisitListedOut, VisitOut, VisitWholeOut
from services.reply.api_bodies import In, Said
from services.reply.api_notices import wish_for_review
from services.reply.letters import check_told
from services.reply.tables import Case, SuggestionAnswer, Visit, VisitAttempt
from services.reply.view import attempt_view, suggestion_view, visit_view
from services.reply.ways import notice_ways
from services.reply.work import Call, may, not_about
from shared.errors import Problem
from shared.events import SuggestionOutcomeTold
from shared.fairness import Tree, read_tree
from shared.glossary import NoticeWay, NotVisited, SuggestionOutcome, VisitWay
from shared.procedure.reader import load

router = APIRouter(tags=["visits"])
Visiting = Annotated[Call, Depends(may("reply.visit"))]
Score = Annotated[int, Field(ge=1, le=5)]


class VisitIn(In):
    """What the complainant says: whether it is solved, and how satisfied they are, 1 (not at all) to 5."""

    way: VisitWay
    solved: bool
    score: Score
    questions: Annotated[dict[Annotated[str, Field(max_length=32)], Score], Field(max_length=20)]
    """Each question of the policy, answered."""
    text: Said
    wants_review: bool = False
    """Not solved, and a review is asked for: then it is not re-opened."""


class AttemptIn(In):
    """How somebody was tried to be reached."""

    way: VisitWay
    text: Said


class NotPossibleIn(In):
    """Why there is no visit."""

    reason: NotVisited
    text: Said


class OutcomeIn(In):
    """What became of a suggestion, and how its author was told."""

    outcome: SuggestionOutcome
    way: NoticeWay
    text: Said


@router.get("/visits", summary="Return visits of the caller's department")
async def list_visits(
    call: Visiting, state: Annotated[Literal["open", "ended"], Query()] = "open"
) -> list[VisitListedOut]:
    """Visits that the caller's department, or one below it, makes, the most pressing first (3/5.2).

    Operator, handler, supervisor. Never of a complaint that names the caller or somebody they directly lead (4/5.2.2).
    """
    async with call.service.database.session() as session:
        tree = await read_tree(session)
        tried = select(func.count()).where(VisitAttempt.visit == Visit.id).scalar_subquery()
        wanted = select(Visit, Case.number, Case.level, tried).join(Case).where(*_shown(tree, call))
        ended = Visit.ended_at.is_not(None) if state == "ended" else Visit.ended_at.is_(None)
        rows = (await session.execute(wanted.where(ended).order_by(Visit.due_at, Visit.assigned_at).limit(500))).all()
    makes = _makes(tree, call)
    return [
        VisitListedOut.of(row, number=number, level=level, attempts=attempts)
        for row, number, level, attempts in rows
        if makes(row.department, row.handled_by)
    ]


async def open_visits(call: Call) -> int:
    """Return how many visits are to be made, without reading them."""
    async with call.service.database.session() as session:
        tree = await read_tree(session)
        wanted = select(Visit.department, Visit.handled_by, func.count()).join(Case)
        wanted = wanted.where(*_shown(tree, call), Visit.ended_at.is_(None))
        rows = (await session.execute(wanted.group_by(Visit.department, Visit.handled_by))).all()
    makes = _makes(tree, call)
    return sum(n for unit, by, n in rows if makes(unit, by))


def _shown(tree: Tree, call: Call) -> tuple[ColumnElement[bool], ...]:
    """Visits of a case's present round, never about the caller."""
    return not_about(tree, call.caller.acts_as), Visit.round == Case.round


def _makes(tree: Tree, call: Call) -> Callable[[str, str], bool]:
    """Return whether the caller makes the visits of a department: never of what their own unit has handled (3/5.2)."""
    own = tree.officers.get(call.caller.acts_as, "")
    return lambda department, handled_by: own != handled_by and tree.is_within_or_above(own, department)


@router.get("/visit-questions", summary="What is asked on a return visit")
async def questions(_: Visiting) -> list[QuestionOut]:
    """The policy's questions with their words in three languages (3/5.2). Operator, handler, supervisor."""
    return [QuestionOut(code=one.code, title=one.by_language()) for one in load().policy.return_visit.questions]


@router.get("/visits/{visit}", summary="A return visit")
async def read_visit(visit: UUID, call: Visiting) -> VisitWholeOut:
    """A visit with its attempts, for the unit that makes it (3/5.2). Operator, handler, supervisor."""
    async with call.on_visit(visit, held=False) as (work, found):
        visiting.check_unit(work, found)
        tried = select(VisitAttempt).where(VisitAttempt.visit == found.id).order_by(VisitAttempt.at)
        attempts = [attempt_view(work, one) for one in await work.session.scalars(tried)]
        return VisitWholeOut(**dict(visit_view(work, found)), attempts=attempts)


@router.post("/visits/{visit}/result", summary="Record a return visit")
async def record_visit(visit: UUID, body: VisitIn, call: Visiting) -> VisitOut:
    """Whether it is really solved, with satisfaction by question (3/5.2); not solved re-opens, or begins a review.

    Operator, handler, supervisor of the visiting unit or above it: 403 ``visit_by_another_unit`` for the handler's own.
    422 by question where one is not answered; 409 ``visit_over``.
    """
    async with call.on_visit(visit) as (work, found):
        if body.wants_review and not body.solved:
            await wish_for_review(work, body.text)
        await visiting.done(
            work,
            found,
            body.way,
            solved=body.solved,
            score=body.score,
            questions=body.questions,
            text=body.text,
            wants_review=body.wants_review and not body.solved,
        )
        return visit_view(work, found)


@router.post("/visits/{visit}/attempts", status_code=201, summary="Record an attempt to visit")
async def record_attempt(visit: UUID, body: AttemptIn, call: Visiting) -> VisitOut:
    """Tried in vain (3/5.2). Operator, handler, supervisor of the visiting unit or above it."""
    async with call.on_visit(visit) as (work, found):
        await visiting.attempt(work, found, body.way, body.text)
        return visit_view(work, found)


@router.post("/visits/{visit}/impossibility", summary="Record that a return visit is not possible")
async def record_impossibility(visit: UUID, body: NotPossibleIn, call: Visiting) -> VisitOut:
    """Not possible, with the reason (3/5.2); 409 ``visit_attempts_needed`` before the policy's attempts are on record.

    Operator, handler, supervisor of the visiting unit or above it.
    """
    async with call.on_visit(visit) as (work, found):
        await visiting.not_possible(work, found, body.reason, body.text)
        return visit_view(work, found)


@router.post("/complaints/{complaint}/suggestion-outcome", status_code=201, summary="Tell what became of a suggestion")
async def tell_suggestion(
    complaint: UUID, body: OutcomeIn, call: Annotated[Call, Depends(may("reply.tell_suggestion"))]
) -> SuggestionOut:
    """Its author knows what became of it, as promised (6/3.4.2(1)). Handler, supervisor.

    409 ``not_a_suggestion``, ``suggestion_told``, ``way_not_possible``; 422 ``letter_language`` in writing.
    """
    async with call.on_case(complaint) as work:
        work.check("suggestion.outcome_told")
        if work.case.kind != "suggestion":
            raise Problem(409, "not_a_suggestion")
        if await work.session.get(SuggestionAnswer, work.case.complaint) is not None:
            raise Problem(409, "suggestion_told")
        ways = notice_ways(work.case.reachable)
        if body.way not in ways:
            raise Problem(409, "way_not_possible", way=body.way, possible=list(ways))
        check_told(work, body.way, body.text)
        id_ = str(uuid4())
        told = SuggestionAnswer(
            complaint=work.case.complaint,
            id=id_,
            outcome=body.outcome,
            way=body.way,
            text=work.seal(f"suggestion.{id_}", body.text),
            at=work.at,
            by=work.by,
        )
        work.session.add(told)
        await work.say(SuggestionOutcomeTold(outcome=body.outcome, way=body.way, by=work.by))
        return suggestion_view(work, told)
