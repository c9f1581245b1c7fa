"""Which facts matter to which duties: the procedure turned round, once per version."""

from dataclasses import dataclass
from typing import Final

from shared.procedure import Duty, Procedure


@dataclass(frozen=True, slots=True)
class Plan:
    """Event types by what they do, and the duties that they start or that depend on labels."""

    starting: dict[str, tuple[Duty, ...]]
    acting: frozenset[str]
    """Those that prove, void or extend something."""
    proving: dict[str, frozenset[str]]
    """The ids of the duties that an event type may prove."""
    binding: frozenset[str]
    labelling: frozenset[str]
    conditional: dict[str, tuple[Duty, ...]]
    """Purposes whose duties ask for labels."""


_PLANS: Final[dict[int, tuple[Procedure, Plan]]] = {}


def plan_of(procedure: Procedure) -> Plan:
    """The plan of a procedure; made once for each."""
    made = _PLANS.get(id(procedure))
    if made is None or made[0] is not procedure:
        made = _PLANS[id(procedure)] = (procedure, _plan(procedure))
    return made[1]


def _plan(procedure: Procedure) -> Plan:
    live = procedure.live
    starting: dict[str, list[Duty]] = {}
    acting: set[str] = set()
    for duty in live:
        for start in duty.starts:
            starting.setdefault(start.event, []).append(duty)
        acting |= {proof.event for proof in duty.fulfilled_by} | {end.event for end in duty.voided_by}
        acting |= {duty.extended_by.event} if duty.extended_by else set()
    asking = {duty.purpose for duty in live if duty.when or duty.unless}
    return Plan(
        starting={event: tuple(duties) for event, duties in starting.items()},
        acting=frozenset(acting),
        proving={event: frozenset(d.id for d in live if event in _proofs(d)) for event in acting},
        binding=frozenset(duty.binding_from for duty in live if duty.binding_from),
        labelling=frozenset(event for events in procedure.labels.values() for event in events),
        conditional={purpose: tuple(d for d in live if d.purpose == purpose) for purpose in sorted(asking)},
    )


def _proofs(duty: Duty) -> set[str]:
    return {proof.event for proof in duty.fulfilled_by}
