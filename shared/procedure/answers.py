"""How each clause of the procedure is met, as data (`met_by.yaml`).

What the software does, who does it where, what proves it. Routes are named as they are called, pages of the desk as
they are opened; the clocks are those of the clause's duties.
"""

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from shared.procedure.model import Duty, Procedure
from shared.yaml_files import read_yaml

FILE = Path(__file__).parent / "met_by.yaml"


class Answer(BaseModel):
    """How one clause is met."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    does: str = Field(min_length=20)
    """What the software does, and what it refuses."""
    who: str = Field(min_length=3)
    """Whose act it is; `the software` where nobody's."""
    where: tuple[str, ...] = Field(min_length=1)
    """Routes (`POST /casework/complaints/{complaint}/acceptance`), pages (`/desk/…`), settings (`policy.level_1`)."""
    proof: str = Field(min_length=5)
    """What shows afterwards that it was done: a fact, a field of the record, a refusal."""

    def told(self, duties: list[Duty]) -> str:
        """Return the answer as one text, with the clocks of the duties that the clause makes."""
        clocks = [clock_of(duty) for duty in duties]
        return "\n".join(
            [f"{self.does} Who: {self.who}. Where: {'; '.join(self.where)}.", *clocks, f"Proof: {self.proof}"]
        )


def clock_of(duty: Duty) -> str:
    """Return what starts and what ends a duty, and its time, as the procedure has it."""
    facts = " or ".join(one.event for one in duty.starts)
    starts = f"each {duty.schedule.each}" if duty.schedule else facts
    ends = " or ".join(one.event for one in duty.fulfilled_by)
    return f"Duty {duty.id} ({duty.owner}): from {starts}, {_time(duty)}, until {ends}."


def _time(duty: Duty) -> str:
    if duty.due_by:
        return f"by the date of the {duty.due_by}"
    if duty.due_from:
        return f"by the date in {duty.due_from}"
    given = duty.due.model_dump(exclude_none=True) if duty.due else {}
    return next((f"within {n} {unit.replace('_', ' ')}" for unit, n in given.items()), "without a date")


@cache
def answers() -> dict[str, Answer]:
    """Return the answer to each clause that has one. Raises ``pydantic.ValidationError`` for one that says nothing."""
    written = read_yaml(FILE) or {}
    return {clause: Answer.model_validate(content) for clause, content in written.items()}


def duties_of(procedure: Procedure, clause: str) -> list[Duty]:
    """Return the live duties that a clause makes."""
    return [duty for duty in procedure.duties.values() if duty.clause == clause and not duty.later]
