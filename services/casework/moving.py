"""A case's stage moves here and nowhere else, by the one table in ``shared.lifecycle``."""

from typing import cast

from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.tables import Case
from shared.errors import Problem, ahead
from shared.events import Fact
from shared.glossary import Language, Stage, label
from shared.lifecycle import OWNER, is_possible, next_stage, possible
from shared.outbox import say


def stage_of(case: Case) -> Stage:
    """Return the case's stage as the glossary's type."""
    return cast("Stage", case.stage)


def check_possible(case: Case, event_type: str, language: Language = "zh-Hant") -> None:
    """Raise ``Problem`` 409 when the case's stage does not allow this step; 503 while intake still owns the stage."""
    stage = stage_of(case)
    possible_here = is_possible(stage, event_type)
    if OWNER[stage] != "casework" and (next_stage(stage, event_type) or not possible_here):
        # intake may have registered or refused it a moment ago: only the owner of a stage can move it, or refuse
        raise ahead()
    if possible_here:
        return
    raise Problem(
        409, "wrong_stage", stage=stage, stage_label=label("stage", stage, language), possible=list(possible(stage))
    )


async def move(session: AsyncSession, case: Case, fact: Fact, language: Language = "zh-Hant") -> None:
    """Publish ``fact`` and set the stage that follows from it. The caller holds the complaint.

    Raises ``Problem`` 409 ``wrong_stage`` naming the stage and what is possible.
    """
    check_possible(case, fact.type, language)
    case.stage = next_stage(stage_of(case), fact.type) or case.stage
    await say(session, case.complaint, fact)
