"""Deciding: opinion, measures, accountability (4/5.2.9, 2/1.1.16(3))."""

from datetime import date

from sqlalchemy import select

from services.casework import disputes, investigation
from services.casework.deciding import Known, amiss, missing_for_opinion, officer_may_determine
from services.casework.tables import Accountability, Evidence, Finding, Measure, Opinion, Report, Sitting
from services.casework.work import Work
from shared.errors import Problem
from shared.events import (
    AccountabilityRecorded,
    MeasureDone,
    MeasureHandedOver,
    MeasurePlanned,
    OpinionDetermined,
    OpinionProposed,
)
from shared.glossary import Outcome


async def known(work: Work) -> Known:
    """Return what is on record before an opinion."""
    of_case = work.case.complaint
    last = await investigation.latest(work, this_round=False)
    reported = select(Report.id).where(Report.investigation == last.id) if last else None
    found = await work.session.scalars(select(Finding.id).where(Finding.complaint == of_case).limit(1))
    return Known(
        kind=work.case.kind or "complaint",
        investigation_ended=bool(last and last.ended_at),
        reported=reported is not None and (await work.session.scalars(reported.limit(1))).first() is not None,
        cause_found=found.first() is not None,
    )


async def propose(work: Work, outcome: Outcome, text: str, legal_basis: str | None, evidence: list[str]) -> None:
    """The report is assessed and an opinion proposed (4/5.2.9(1)); a later proposal takes the place of an earlier one.

    Raises ``Problem`` 409 naming what comes first, 422 for a complaint's opinion without legal basis or evidence.
    """
    work.check("opinion.proposed")
    missing = missing_for_opinion(await known(work))
    if missing:
        raise Problem(409, "opinion_not_ready", missing=list(missing))
    wrong = amiss(work.case.kind or "complaint", outcome, legal_basis, evidence, await _citable(work))
    if wrong:
        raise Problem(422, "invalid", errors=wrong)
    words = {"text": text, "legal_basis": legal_basis}
    made = work.record(Opinion, words, round=work.case.round, outcome=outcome, evidence=evidence)
    await work.move(OpinionProposed(opinion=made.id, outcome=outcome, by=work.by))


async def _citable(work: Work) -> frozenset[str]:
    """Return the ids of what the opinion can rest on: evidence, and sessions of the investigation."""
    of_case = work.case.complaint
    found = select(Evidence.id).where(Evidence.complaint == of_case)
    return frozenset(await work.session.scalars(found.union(select(Sitting.id).where(Sitting.complaint == of_case))))


async def proposed(work: Work) -> Opinion | None:
    """Return the opinion that stands in this round."""
    asked = select(Opinion).where(Opinion.complaint == work.case.complaint, Opinion.round == work.case.round)
    return (await work.session.scalars(asked.order_by(Opinion.place.desc()).limit(1))).one_or_none()


async def determine(work: Work) -> None:
    """The opinion is determined; the result is due in 5 working days (4/5.2.9(2)).

    Raises ``Problem`` 403 where a supervisor is needed, 409 without a proposal, or while the assignment is disputed.
    """
    work.check("opinion.determined")
    await disputes.check_none(work)
    if not work.supervises and not officer_may_determine(work.case.kind or "complaint", work.case.level):
        raise Problem(403, "not_yours_to_determine")
    opinion = await proposed(work)
    if opinion is None:
        raise Problem(409, "no_opinion")
    missing = missing_for_opinion(await known(work))
    if missing:
        raise Problem(409, "opinion_not_ready", missing=list(missing))
    opinion.determined_at, opinion.determined_by = work.at, work.by
    work.case.decided_at = work.at
    fact = OpinionDetermined(opinion=opinion.id, outcome=_outcome(opinion), by=work.by)
    await work.move(fact)


def _outcome(opinion: Opinion) -> Outcome:
    return opinion.outcome  # type: ignore[return-value]  # the database's CHECK allows these codes alone


async def plan_measure(work: Work, text: str, expectation: str, owner: str, due_on: date) -> None:
    """A corrective measure with what is expected of it, owner and date (4/5.2.4, 4/5.2.9(3), 3/4.2)."""
    work.check("measure.planned")
    person = work.staff.people.get(owner)
    if person is None or not person.active or owner in work.staff.kept_away(work.case.named_officers):
        raise Problem(422, "invalid", errors=[("owner", "officer_unfit")])
    work.check_to_come(due_on)
    made = work.record(Measure, {"text": text, "expectation": expectation}, owner=owner, due_on=due_on)
    await work.move(MeasurePlanned(measure=made.id, owner=owner, due_on=due_on, by=work.by))


async def _open_measure(work: Work, measure: str) -> Measure:
    found: Measure = await work.own(Measure, measure, "measure_not_found")
    if found.done_at is not None:
        raise Problem(409, "measure_over")
    return found


async def finish_measure(work: Work, measure: str, text: str) -> None:
    """The measure is carried out (3/4.3), also after it was handed to improvement. Its owner may say so, too."""
    found = await _open_measure(work, measure)
    if found.owner != work.caller.id:
        work.check_own()
    work.check("measure.done")
    found.done_at, found.done_by = work.at, work.by
    work.seal_words(found, work.words(found) | {"done": text})
    await work.move(MeasureDone(measure=found.id, by=work.by))


async def hand_measure_over(work: Work, measure: str, due_on: date) -> None:
    """The measure goes on in improvement, with a date; it no longer holds the complaint open (policy, closed when)."""
    work.check("measure.handed_over")
    found = await _open_measure(work, measure)
    if found.handed_over_at is not None:
        raise Problem(409, "measure_over")
    work.check_to_come(due_on)
    found.handed_over_at, found.due_on = work.at, due_on
    await work.move(MeasureHandedOver(measure=found.id, due_on=due_on, by=work.by))


async def record_accountability(work: Work, text: str, *, at_fault: bool) -> None:
    """Level 3: someone is held to account, or no one was at fault (2/1.1.16(3)). Raises ``Problem`` 409 elsewhere."""
    work.check("accountability.recorded")
    if work.case.level != 3:
        raise Problem(409, "accountability_level")
    work.record(Accountability, {"text": text}, at_fault=at_fault)
    await work.move(AccountabilityRecorded(at_fault=at_fault, by=work.by))
