"""THE PROCESS on one screen. Newcomers start here.

A complaint is in exactly one *stage*. One service owns the stage at any time: intake until the complaint is
registered, refused or withdrawn before that; casework afterwards. Only the owner publishes the events that move
it, so only the owner can refuse a step (409, naming the stage and what is possible), and everybody who reads the
events in the owner's order sees the same stage.
"""

from typing import Final

from shared.glossary import Stage

OWNER: Final[dict[Stage, str]] = {
    "received": "intake",
    "registered": "casework",
    "refused": "casework",
    "assigned": "casework",
    "investigating": "casework",
    "decided": "casework",
    "replied": "casework",
    "closed": "casework",
    "filed": "casework",
    "withdrawn": "casework",
}

MOVES: Final[dict[tuple[Stage | None, str], Stage]] = {
    (None, "complaint.received"): "received",
    # the scope check: in, out, or taken back before it
    ("received", "complaint.registered"): "registered",
    ("received", "complaint.refused"): "refused",
    ("received", "complaint.withdrawn"): "withdrawn",
    # someone takes it on; handing over later changes the person, not the stage
    ("registered", "complaint.assigned"): "assigned",
    ("assigned", "complaint.assigned"): "assigned",
    ("investigating", "complaint.assigned"): "investigating",
    ("decided", "complaint.assigned"): "decided",
    # the facts, and what is made of them; consultations and suggestions are decided without an investigation
    ("assigned", "investigation.started"): "investigating",
    ("assigned", "opinion.determined"): "decided",
    ("investigating", "opinion.determined"): "decided",
    ("decided", "complaint.replied"): "replied",
    # the end of the road
    ("replied", "complaint.closed"): "closed",
    ("closed", "complaint.filed"): "filed",
    ("refused", "complaint.filed"): "filed",
    ("withdrawn", "complaint.filed"): "filed",
    # and back: not solved, or a review decided otherwise
    ("replied", "complaint.reopened"): "assigned",
    ("closed", "complaint.reopened"): "assigned",
    ("filed", "complaint.reopened"): "assigned",
    # what was never registered goes back to who registers: intake owns it again
    ("refused", "refusal.overturned"): "received",
    ("filed", "refusal.overturned"): "received",
    # taken back by the complainant
    ("registered", "complaint.withdrawn"): "withdrawn",
    ("assigned", "complaint.withdrawn"): "withdrawn",
    ("investigating", "complaint.withdrawn"): "withdrawn",
    ("decided", "complaint.withdrawn"): "withdrawn",
}

STEPS: Final[dict[str, frozenset[Stage]]] = {
    # commands that do not move the stage, and where they are possible
    "complaint.supplemented": frozenset({"received", "registered", "assigned", "investigating", "decided", "replied"}),
    "assignment.accepted": frozenset({"assigned", "investigating", "decided"}),
    "complaint.reclassified": frozenset({"registered", "assigned", "investigating", "decided", "replied"}),
    "assignment.disputed": frozenset({"assigned"}),
    "dispute.decided": frozenset({"assigned", "investigating", "decided"}),
    # a withdrawal does not end the measures of level 1, nor does the filing of what was withdrawn
    "emergency_plan.started": frozenset(
        {"received", "registered", "assigned", "investigating", "decided", "replied", "withdrawn", "filed"}
    ),
    "emergency_plan.step_done": frozenset(
        {"received", "registered", "assigned", "investigating", "decided", "replied", "withdrawn", "filed"}
    ),
    "service.restored": frozenset(
        {"received", "registered", "assigned", "investigating", "decided", "replied", "withdrawn", "filed"}
    ),
    "incident.joined": frozenset({"registered", "assigned", "investigating", "decided"}),
    "incident.left": frozenset({"registered", "assigned", "investigating", "decided", "replied"}),
    "sub_task.requested": frozenset({"assigned", "investigating", "decided"}),
    "sub_task.answered": frozenset({"assigned", "investigating", "decided", "replied", "withdrawn"}),
    "clock.paused": frozenset({"assigned", "investigating", "decided"}),
    "clock.resumed": frozenset({"assigned", "investigating", "decided", "replied", "withdrawn"}),
    "investigation.planned": frozenset({"assigned", "investigating"}),
    "session.recorded": frozenset({"investigating"}),
    "evidence.collected": frozenset({"investigating", "decided", "replied"}),
    "investigation.ended": frozenset({"investigating"}),
    "report.submitted": frozenset({"investigating", "decided", "replied", "withdrawn"}),
    "cause.found": frozenset({"investigating", "decided", "replied"}),
    "opinion.proposed": frozenset({"assigned", "investigating"}),
    "measure.planned": frozenset({"investigating", "decided", "replied"}),
    # a withdrawal does not end the measures of level 1; a re-opened case has those of before
    "measure.done": frozenset({"assigned", "investigating", "decided", "replied", "closed", "filed", "withdrawn"}),
    "measure.handed_over": frozenset({"assigned", "investigating", "decided", "replied", "withdrawn"}),
    "effect.looked_at": frozenset({"assigned", "investigating", "decided", "replied", "closed", "filed", "withdrawn"}),
    "promise.made": frozenset({"registered", "assigned", "investigating", "decided", "replied"}),
    "promise.kept": frozenset({"registered", "assigned", "investigating", "decided", "replied", "closed", "filed"}),
    "accountability.recorded": frozenset({"investigating", "decided", "replied"}),
    # closed on its first day, a complaint is owed its first follow-up all the same
    "follow_up.recorded": frozenset(
        {"received", "registered", "assigned", "investigating", "decided", "replied", "closed"}
    ),
    "urging.made": frozenset({"registered", "assigned", "investigating", "decided"}),
    "urging.answered": frozenset({"registered", "assigned", "investigating", "decided", "replied"}),
    "reply.drafted": frozenset({"decided"}),
    "reply.signed": frozenset({"decided"}),
    "reply.sent": frozenset({"decided", "withdrawn"}),
    "result_notice.given": frozenset({"decided", "replied"}),
    "extension.requested": frozenset({"registered", "assigned", "investigating", "decided"}),
    "outcome.disputed": frozenset({"replied", "closed", "filed"}),
    "review.requested": frozenset({"refused", "replied", "closed", "filed"}),
    # a re-opening may cross the request: the review of the earlier result goes on
    "review.assigned": frozenset({"refused", "assigned", "investigating", "decided", "replied", "closed", "filed"}),
    "review.decided": frozenset({"refused", "assigned", "investigating", "decided", "replied", "closed", "filed"}),
    "visit.done": frozenset({"replied", "closed", "filed"}),
    "visit.not_possible": frozenset({"replied", "closed", "filed"}),
    "suggestion.outcome_told": frozenset({"decided", "replied", "closed", "filed"}),
}

LATE: Final[dict[str, str]] = {
    # a fact is never refused: what it means when it arrives after the stage has moved on
    "reply.sent": (
        "decided: the complaint is replied to. withdrawn: it stays withdrawn, a letter whose sending had begun is "
        "recorded, and the ledger shows both. assigned or investigating (re-opened meanwhile): the earlier reply "
        "is recorded, a new one is still due. replied, closed, filed: recorded."
    ),
    "reply.delivered": "recorded in every stage; it never moves one.",
    "refusal.sent": (
        "refused: told, and to be filed. received or later (a review has set the refusal aside): the posting is "
        "recorded, nothing is filed, the work goes on."
    ),
    "result_notice.given": "recorded in every stage; fulfils the result notice when one is due.",
    "file.sealed": "closed, refused, withdrawn: filed. Re-opened meanwhile: filing is cancelled, the volume is voided.",
    "file.returned": "closed: the handler completes it. Re-opened meanwhile: nothing more to do.",
    "outcome.disputed": "replied, closed, filed: re-opened. Already re-opened: recorded, nothing starts twice.",
    "complaint.classified": "after a person has decided: kept as the machine's proposal, an overrule is recorded.",
    "duty.breached": "of an alarm that somebody has taken meanwhile: it does not climb.",
    "duty.warned": "replied or later: no urging is made of it.",
}


def next_stage(stage: Stage | None, event_type: str) -> Stage | None:
    """Return the stage after ``event_type``, or ``None`` when it does not move a complaint in ``stage``."""
    return MOVES.get((stage, event_type))


def possible(stage: Stage) -> tuple[str, ...]:
    """Return the event types that are possible in ``stage``, in the order of the process."""
    moving = [event for (origin, event) in MOVES if origin == stage]
    standing = [event for event, stages in STEPS.items() if stage in stages]
    return tuple(dict.fromkeys([*moving, *standing]))


def is_possible(stage: Stage, event_type: str) -> bool:
    """Say whether the owner may take this step in ``stage``; if not, it answers 409 with ``possible(stage)``."""
    return (stage, event_type) in MOVES or stage in STEPS.get(event_type, frozenset())


def diagram() -> str:
    """Return the process as a Mermaid state diagram, for the README."""
    lines = ["stateDiagram-v2"]
    for (origin, event), target in MOVES.items():
        lines.append(f"    {origin or '[*]'} --> {target}: {event}")
    lines.append("    filed --> [*]")
    return "\n".join(lines)


if __name__ == "__main__":
    import sys

    sys.stdout.write(diagram() + "\n")
