"""Routes on reviews (4/5.2.10(2)): the open ones, one without the deciders' names, its assignment and its decision."""

from dataclasses import replace
from typing import Annotated, Any, Final, Literal
from uuid import UUID

import httpx
from fastapi import APIRouter, Depends, Query
from pydantic import StringConstraints
from sqlalchemy import select

from services.reply import reviewing
from services.reply.answers import ReviewOut, ReviewSeenOut, ReviewWholeOut
from services.reply.api_bodies import In
from services.reply.asking import material, names, text_of
from services.reply.blind import SOMEBODY, without_names
from services.reply.drafting import draft_review_decision
from services.reply.tables import Case, Review
from services.reply.view import letter_view, story
from services.reply.work import Call, Work, may, not_about
from shared.errors import Problem, unavailable
from shared.fairness import read_tree
from shared.glossary import LANGUAGES, ReviewResult
from shared.service import Service

router = APIRouter(tags=["reviews"])
Assigning = Annotated[Call, Depends(may("reply.assign_review"))]
Reviewing = Annotated[Call, Depends(may("reply.review"))]


class ReviewerIn(In):
    """Who reviews it; without a name, the reviewer of the department with the fewest open reviews."""

    reviewer: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")] | None = None


class DecisionIn(In):
    """Upheld or overturned, and why: the reasons stand in the final letter."""

    result: ReviewResult
    reasons: Annotated[str, StringConstraints(min_length=1, max_length=8000, strip_whitespace=True)]


@router.get("/reviews", summary="Reviews of the caller's department")
async def list_reviews(
    call: Assigning, state: Annotated[Literal["open", "decided"], Query()] = "open"
) -> list[ReviewOut]:
    """Reviews that the caller's department, or one below it, is asked for, the oldest first (4/5.2.10(2)).

    Supervisor, reviewer. Never of a complaint that names the caller or somebody they directly lead (4/5.2.2).
    """
    async with call.service.database.session() as session:
        tree = await read_tree(session)
        wanted = select(Review, Case.number).join(Case).where(not_about(tree, call.caller.acts_as))
        over = Review.decided_at.is_not(None) if state == "decided" else Review.decided_at.is_(None)
        rows = (await session.execute(wanted.where(over).order_by(Review.asked_at).limit(500))).all()
    own = tree.officers.get(call.caller.acts_as, "")
    return [
        ReviewOut.of(row, number=number)
        for row, number in rows
        if tree.is_within_or_above(own, row.department) or row.reviewer == call.caller.acts_as
    ]


@router.post("/reviews/{review}/assignment", summary="Assign a review")
async def assign_review(review: UUID, body: ReviewerIn, call: Assigning) -> ReviewOut:
    """To a reviewer of the next higher department who had no part in the decision (4/5.2.10(2)).

    Supervisor or reviewer of that department or above: 403 ``not_reviewing_department``. 422 ``reviewer_unfit`` for one
    who decided, is named, or is of another department; 409 ``no_reviewer``, ``review_over``.
    """
    async with call.on_review(review) as (work, found):
        await reviewing.assign(work, found, body.reviewer)
        return ReviewOut.of(found, number=work.case.number)


@router.get("/reviews/{review}", summary="A review, without the deciders' names")
async def read_review(review: UUID, call: Reviewing) -> ReviewSeenOut:
    """The complaint, the case with opinion and evidence, and the letters - without a name of those who worked on it
    (4/5.2.10(2)).

    The reviewer; before its assignment any reviewer of the department (policy, review).
    """
    async with call.on_review(review, held=False) as (work, found):
        if found.reviewer not in (None, work.by):
            raise Problem(403, "not_the_reviewer")
        reviewing.check_department(work, found)
        written = (await story(work)).model_dump(include=_SHOWN)
        own = await _whole(work, found)
        complaint = work.case.complaint
    case, text, everybody = await _asked(call.service, complaint)
    seen = {"case": case, "reply": written, "complaint": text}
    names_ = [name for one in everybody.values() for name in one]
    blind: dict[str, Any] = without_names(seen, everybody, names_, SOMEBODY[call.language])
    return ReviewSeenOut(review=own, **blind)


@router.post("/reviews/{review}/decision", summary="Decide a review")
async def decide_review(review: UUID, body: DecisionIn, call: Reviewing) -> ReviewWholeOut:
    """Upheld or overturned, with reasons; the final letter is drafted from it and handed in (4/5.2.10(2)).

    Only the reviewer (403 ``not_the_reviewer``). It is checked and signed by people who had no part in the decision,
    sent like any letter, and decided once it is out; overturned, the complaint is re-opened. 422 ``letter_language``.
    """
    async with call.on_review(review, held=False) as (work, found):
        reviewing.check_reviewer(work, found)
        case, tree, department, asked_at = work.case, work.tree, found.department, found.asked_at
    of = await material(call.service, case, tree, case.language)
    of = replace(of, department=(await names(call.service, "/departments", of.language)).get(department, ""))
    fields = draft_review_decision(of, asked_at, body.result, body.reasons)
    async with call.on_review(review) as (work, found):
        await reviewing.find(work, found, body.result, body.reasons, fields)
        return await _whole(work, found)


_SHOWN: Final = {"letters", "result_notices", "extensions", "satisfaction", "disputes", "asked_for_review", "visits"}


async def _whole(work: Work, review: Review) -> ReviewWholeOut:
    """Return the review itself, with the reviewer's own words and letter."""
    letter = await reviewing.letter_of(work, review)
    return ReviewWholeOut.of(
        review,
        number=work.case.number,
        reasons=work.open(reviewing.reasons_name(review.id), review.reasons),
        letter=await letter_view(work, letter) if letter else None,
    )


async def _asked(service: Service, complaint: str) -> tuple[dict[str, Any], dict[str, Any], dict[str, list[str]]]:
    """Return the case, the complaint's words, and everybody's names in all languages by id. Raises ``Problem`` 503."""
    try:
        case = await service.services.get("casework", f"/complaints/{complaint}")
        text = dict(await text_of(service, complaint))
        by_language = [await names(service, "/officers", language) for language in LANGUAGES]
    except httpx.TransportError:
        raise unavailable() from None
    everybody = {officer: [one.get(officer, "") for one in by_language] for officer in by_language[0]}
    return case, text, everybody
