"""A complaint, held for a step: found by id or number, and only where the step is possible."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.intake.numbering import read_number
from services.intake.tables import Complaint
from shared.errors import Problem
from shared.glossary import Language, Stage, label
from shared.lifecycle import is_possible, possible
from shared.outbox import hold


async def held_complaint(session: AsyncSession, id_: UUID) -> Complaint:
    """Hold a complaint until the transaction ends and return it as it now stands. Raises ``Problem`` 404."""
    await hold(session, str(id_))
    return await found(session, str(id_))


async def found(session: AsyncSession, id_or_number: str) -> Complaint:
    """Return a complaint by its id or its number. Raises ``Problem`` 404."""
    try:
        wanted = Complaint.id == UUID(id_or_number)
    except ValueError:
        wanted = Complaint.number == (read_number(id_or_number) or "")
    row = await session.scalar(select(Complaint).where(wanted))
    if row is None:
        raise Problem(404, "complaint_not_found")
    return row


def refuse_impossible(complaint: Complaint, event_type: str, language: Language) -> None:
    """Raise ``Problem`` 409, naming the stage and what is possible, where this step is not."""
    stage: Stage = complaint.stage  # type: ignore[assignment]  # the table allows no other
    if not is_possible(stage, event_type):
        raise wrong_stage(stage, language)


def wrong_stage(stage: Stage, language: Language) -> Problem:
    """Return the refusal of a step in this stage, with what is possible in it."""
    words = label("stage", stage, language)
    return Problem(409, "wrong_stage", stage=stage, stage_label=words, possible=list(possible(stage)))
