"""The dates a complainant is told (1/1.1.9), from the facts of intake alone, before the ledger has heard of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.events import Fact
from shared.office_calendar import Calendar
from shared.procedure.model import Duty, Procedure
from shared.procedure.policy import Titles
from shared.working_time import Deadline, deadline, earlier


@dataclass(frozen=True, slots=True)
class Promise:
    """A date told to a person; `binding` once the complaint is registered."""

    duty: str
    clause: str
    title: Titles
    deadline: Deadline
    binding: bool


def promises(facts: Sequence[tuple[Fact, datetime]], procedure: Procedure, calendar: Calendar) -> tuple[Promise, ...]:
    """The promised dates of a complaint from its facts so far, each with its time (received, perhaps registered).

    Made for a complaint that is being taken: without pauses, extensions and changes, which are the ledger's.
    """
    labels: dict[str, Any] = {}
    for fact, _ in facts:
        labels = procedure.labels_after(labels, fact)
    seen = {fact.type for fact, _ in facts}
    found: list[Promise] = []
    for duty in procedure.live:
        due = _due(duty, facts, calendar) if duty.promised and duty.applies(labels) else None
        over = any(duty.proof_of(fact) or duty.is_voided_by(fact, labels) for fact, _ in facts)
        if due and not over:
            binding = duty.binding_from is None or duty.binding_from in seen
            found.append(Promise(duty.id, duty.clause, duty.title, due, binding))
    return tuple(found)


def _due(duty: Duty, facts: Sequence[tuple[Fact, datetime]], calendar: Calendar) -> Deadline | None:
    for fact, time in reversed(facts):  # what began anew counts from then
        start = duty.start_of(fact)
        if not start or not duty.due or start.after:
            continue
        due = deadline(duty.due, getattr(fact, start.from_) if start.from_ else time, (), calendar)
        cap = getattr(fact, duty.no_later_than, None) if duty.no_later_than else None
        return earlier(due, cap) if cap else due
    return None
