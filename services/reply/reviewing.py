"""A review (4/5.2.10(2)): asked for, assigned to the next higher department, found with reasons, told by a letter.

Each function is one step in the caller's transaction. The review is decided when its final letter goes out.
"""

from collections.abc import Iterable
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.reply import letters
from services.reply.letter import Fields
from services.reply.tables import Case, Letter, Officer, Review
from services.reply.work import Work
from shared.errors import Problem
from shared.events import ReviewAssigned, ReviewRequested
from shared.fairness import Tree
from shared.glossary import Language, ReviewResult


def reasons_name(review: str) -> str:
    """Return the name that is bound into a review's sealed reasons."""
    return f"review_reasons.{review}"


async def ask(work: Work, by: str) -> Review:
    """A review of what was decided in this round begins: at the next higher department (4/5.2.10(2))."""
    deciders = sorted({*work.case.deciders, *await _writers(work)})
    review = Review(
        id=str(uuid4()),
        complaint=work.case.complaint,
        round=work.case.round,
        department=await _department(work, deciders),
        deciders=deciders,
        asked_at=work.at,
    )
    work.session.add(review)
    await work.session.flush()
    await work.say(ReviewRequested(review=review.id, by=by))
    return review


async def open_review(work: Work) -> Review | None:
    """Return the review that is not decided yet."""
    wanted = select(Review).where(Review.complaint == work.case.complaint, Review.decided_at.is_(None))
    found: Review | None = await work.session.scalar(wanted)
    return found


async def check_no_review_open(work: Work) -> None:
    """While a review is open nothing else is re-opened. Raises ``Problem`` 409."""
    if await open_review(work) is not None:
        raise Problem(409, "review_open")


def check_department(work: Work, review: Review) -> None:
    """Raise ``Problem`` 403 unless the caller belongs to the reviewing department, or one above it."""
    if not work.tree.is_within_or_above(work.tree.officers.get(work.by, ""), review.department):
        raise Problem(403, "not_reviewing_department")


async def assign(work: Work, review: Review, reviewer: str | None) -> None:
    """Give it to a reviewer who had no part in the decision; without a name, to the one with the fewest.

    Raises ``Problem`` 403 for another department, 409 where nobody is left or it is found already, 422 for one unfit.
    """
    work.check("review.assigned")
    check_department(work, review)
    if review.result is not None:
        raise Problem(409, "review_over")
    fit = await _fit(work.session, review.department, review.deciders, _away(work.tree, work.case))
    if reviewer is not None and reviewer not in fit:
        raise Problem(422, "invalid", errors=[("reviewer", "reviewer_unfit")])
    if not fit:
        raise Problem(409, "no_reviewer")
    review.reviewer = reviewer or fit[0]
    review.assigned_at, review.assigned_by = work.at, work.by
    fact = ReviewAssigned(review=review.id, department=review.department, reviewer=review.reviewer, by=work.by)
    await work.say(fact)


async def find(work: Work, review: Review, result: ReviewResult, reasons: str, fields: Fields) -> Letter:
    """The reviewer's finding, with its reasons; the final letter is drafted from it and handed in to be signed.

    Raises ``Problem`` 403 for anybody but the reviewer, 409 once the letter is past its author.
    """
    check_reviewer(work, review)
    letter = await letter_of(work, review)
    if letter is not None and letter.state != "draft":
        raise Problem(409, "wrong_letter_state", state=letter.state)
    review.result, review.found_at = result, work.at
    review.reasons = work.seal(reasons_name(review.id), reasons)
    if letter is None:
        assert work.key is not None  # its reasons were sealed with it a moment ago
        language: Language = work.case.language
        letter = letters.new_letter(
            work.case, "review_decision", language, fields, work.key, work.by, work.at, review=review.id
        )
        work.session.add(letter)
    else:
        letters.put_words(work, letter, fields)
    await work.session.flush()
    await letters.submit(work, letter)
    return letter


def check_reviewer(work: Work, review: Review) -> None:
    """Raise ``Problem`` 403 for anybody but the reviewer, 409 when the review is over."""
    work.check("review.decided")
    if review.reviewer != work.by:
        raise Problem(403, "not_the_reviewer")
    if review.decided_at is not None:
        raise Problem(409, "review_over")


async def letter_of(work: Work, review: Review) -> Letter | None:
    """Return the final letter of a review, from its draft on."""
    found: Letter | None = await work.session.scalar(
        select(Letter).where(Letter.review == review.id, Letter.state != "void")
    )
    return found


async def _writers(work: Work) -> set[str]:
    """Return who wrote, checked or signed the replies of this round."""
    wanted = select(Letter).where(Letter.complaint == work.case.complaint, Letter.round == work.case.round)
    found = (await work.session.scalars(wanted.where(Letter.purpose == "reply", Letter.state != "void"))).all()
    return {name for one in found for name in (*one.authors, one.checker, one.signer) if name}


async def _department(work: Work, deciders: Iterable[str]) -> str:
    """Return the next higher department; one that has no reviewer left passes it on upwards. At the root: the root."""
    own = work.case.department or work.tree.officers.get(work.case.refused_by or "")
    first = work.tree.above(own) or own or _root(work.tree)
    here: str | None = first
    while here is not None:
        if await _fit(work.session, here, deciders, _away(work.tree, work.case)):
            return here
        here = work.tree.above(here)
    return first


def _root(tree: Tree) -> str:
    return next(id_ for id_, (parent, _) in sorted(tree.departments.items()) if parent is None)


def _away(tree: Tree, case: Case) -> frozenset[str]:
    return tree.kept_away(case.named_officers)


async def _fit(session: AsyncSession, department: str, deciders: Iterable[str], away: frozenset[str]) -> list[str]:
    """Return who may review it: reviewers of the department, supervisors last, then those with the fewest open ones."""
    load = (
        select(Review.reviewer, func.count().label("n"))
        .where(Review.decided_at.is_(None), Review.reviewer.is_not(None))
        .group_by(Review.reviewer)
        .subquery()
    )
    wanted = (
        select(Officer.id)
        .outerjoin(load, load.c.reviewer == Officer.id)
        .where(Officer.department == department, Officer.reviewer)
        .order_by(Officer.supervisor, func.coalesce(load.c.n, 0), Officer.id)
    )
    out = {*deciders, *away}
    return [one for one in await session.scalars(wanted) if one not in out]
