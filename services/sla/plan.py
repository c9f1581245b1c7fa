"""Which facts matter to which duties: the procedure turned round once, so that reading a history only looks up."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from shared.procedure import Duty, Procedure
from shared.working_time import Calendar, Deadline, deadline

_REMEMBERED: Final = 50_000
_DAILY: Final = frozenset({"working_days", "calendar_days", "years"})


@dataclass(slots=True, eq=False)
class Plan:
    """Event types by what they do (ids of duties), and the duties that they start or that depend on labels."""

    procedure: Procedure
    starting: dict[str, tuple[Duty, ...]]
    proving: dict[str, frozenset[str]]
    ending: dict[str, frozenset[str]]
    extending: dict[str, frozenset[str]]
    binding: frozenset[str]
    labelling: dict[str, tuple[str, ...]]
    """The labels that an event type sets."""
    conditional: dict[str, tuple[Duty, ...]]
    """Purposes whose duties ask for labels."""
    daily: frozenset[str]
    """Duties whose date depends on the date of their start alone."""
    _applying: dict[tuple[Any, ...], frozenset[str]] = field(default_factory=dict)
    _dates: dict[tuple[str, date, Calendar], tuple[datetime, date]] = field(default_factory=dict)

    def applying(self, labels: Mapping[str, Any]) -> frozenset[str]:
        """The ids of the duties that bind a complaint with these labels."""
        key = tuple(labels.get(name) for name in self.procedure.labels)
        found = self._applying.get(key)
        if found is None:
            _make_room(self._applying)
            found = self._applying[key] = frozenset(d.id for d in self.procedure.live if d.applies(labels))
        return found

    def deadline(self, duty: Duty, start: datetime, calendar: Calendar) -> Deadline | None:
        """The duty's deadline from a start, without pauses; None when it has no rule."""
        if duty.due is None:
            return None
        if duty.id not in self.daily:
            return deadline(duty.due, start, (), calendar)
        key = (duty.id, calendar.local_date(start), calendar)
        known = self._dates.get(key)
        if known is None:
            _make_room(self._dates)
            made = deadline(duty.due, start, (), calendar)
            self._dates[key] = (made.due_at, made.due_date)
            return made
        return Deadline(duty.due, calendar.moment(start), *known, (), calendar)


def _make_room(memory: dict[Any, Any]) -> None:
    if len(memory) >= _REMEMBERED:
        memory.clear()


_PLANS: Final[dict[int, Plan]] = {}


def plan_of(procedure: Procedure) -> Plan:
    """The plan of a procedure; made once for each."""
    made = _PLANS.get(id(procedure))
    if made is None or made.procedure is not procedure:
        made = _PLANS[id(procedure)] = _plan(procedure)
    return made


def _plan(procedure: Procedure) -> Plan:
    live = procedure.live
    starting: dict[str, list[Duty]] = {}
    for duty in live:
        for event in dict.fromkeys(start.event for start in duty.starts):
            starting.setdefault(event, []).append(duty)
    labelling: dict[str, list[str]] = {}
    for label, events in procedure.labels.items():
        for event in events:
            labelling.setdefault(event, []).append(label)
    asking = {duty.purpose for duty in live if duty.when or duty.unless}
    return Plan(
        procedure=procedure,
        starting={event: tuple(duties) for event, duties in starting.items()},
        proving=_turned({duty.id: {proof.event for proof in duty.fulfilled_by} for duty in live}),
        ending=_turned({duty.id: {end.event for end in duty.voided_by} for duty in live}),
        extending=_turned({duty.id: {duty.extended_by.event} for duty in live if duty.extended_by}),
        binding=frozenset(duty.binding_from for duty in live if duty.binding_from),
        labelling={event: tuple(labels) for event, labels in labelling.items()},
        conditional={purpose: tuple(d for d in live if d.purpose == purpose) for purpose in sorted(asking)},
        daily=frozenset(duty.id for duty in live if duty.due and duty.due.term[0] in _DAILY),
    )


def _turned(events_of: Mapping[str, set[str]]) -> dict[str, frozenset[str]]:
    turned: dict[str, set[str]] = {}
    for duty, events in events_of.items():
        for event in events:
            turned.setdefault(event, set()).add(duty)
    return {event: frozenset(duties) for event, duties in turned.items()}
