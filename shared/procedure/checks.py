"""What a procedure must be before it may run: every name known, no two duties in each other's way, all can be met."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import combinations, product
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from shared.events import CATALOGUE, PUBLISHERS, Fact
from shared.procedure.model import Duty, Procedure
from shared.procedure.policy import Alternative


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong, and where: a location in the document, or in the duty."""

    message: str
    at: tuple[str | int, ...] = ()
    duty: str = ""


def check(procedure: Procedure) -> Iterator[Finding]:
    """Everything wrong with a procedure, names first."""
    yield from _labels(procedure)
    for duty in procedure.duties.values():
        if duty.clause not in procedure.clauses:
            yield Finding(f"there is no clause {duty.clause}", ("clause",), duty.id)
        yield from _conditions(duty, procedure)
        yield from _facts(duty)
    for duty in (*procedure.live, *procedure.standing):
        yield from _references(duty, procedure)
        yield from _runs(duty)
    yield from _overlaps(procedure)


def _labels(procedure: Procedure) -> Iterator[Finding]:
    for label, events in procedure.labels.items():
        for index, event in enumerate(events):
            if event not in CATALOGUE:
                yield Finding(f"there is no event {event}", ("labels", label, index))
            elif label not in CATALOGUE[event].model_fields:
                yield Finding(f"{event} has no field {label}", ("labels", label, index))
    policy = procedure.policy
    yield from _alternatives(policy.urgent, procedure, ("policy", "urgent"), "")
    yield from _alternatives(policy.warnings.any_hour_when, procedure, ("policy", "warnings", "any_hour_when"), "")


def _conditions(duty: Duty, procedure: Procedure) -> Iterator[Finding]:
    yield from _alternatives(duty.when, procedure, ("when",), duty.id)
    yield from _alternatives(duty.unless, procedure, ("unless",), duty.id)
    for end in duty.voided_by:
        yield from _alternatives(end.unless, procedure, ("voided_by",), duty.id)


def _alternatives(
    condition: Iterable[Alternative], procedure: Procedure, at: tuple[str, ...], duty: str
) -> Iterator[Finding]:
    for each in condition:
        for label, wanted in each.items():
            if label not in procedure.labels:
                yield Finding(f"there is no label {label}", (*at, label), duty)
                continue
            known = _values_of(label, procedure)
            yield from (
                Finding(f"{label} is never {value!r}", (*at, label), duty)
                for value in wanted
                if known is not None and not _among(value, known)
            )


def _references(duty: Duty, procedure: Procedure) -> Iterator[Finding]:
    others = {other.purpose for other in procedure.duties.values() if other.id != duty.id}
    if duty.due_by and duty.due_by not in others:
        yield Finding(f"there is no purpose {duty.due_by}", ("due_by",), duty.id)
    if duty.extended_by and (duty.extended_by.in_time_for or duty.purpose) not in {*others, duty.purpose}:
        yield Finding(f"there is no purpose {duty.extended_by.in_time_for}", ("extended_by", "in_time_for"), duty.id)
    if duty.lapses_with and duty.lapses_with.otherwise not in others:
        yield Finding(f"there is no purpose {duty.lapses_with.otherwise}", ("lapses_with", "otherwise"), duty.id)


def _facts(duty: Duty) -> Iterator[Finding]:
    """Every event the duty names is in the catalogue, every field on its fact."""
    for index, start in enumerate(duty.starts):
        at: tuple[str | int, ...] = ("starts", index)
        yield from _fields(duty, start.event, [(start.from_, datetime, "from")], at)
        yield from _where(duty, start.event, start.where, at)
        for number, event in enumerate(start.not_after):
            yield from _fields(duty, event, [], (*at, "not_after", number))
    for index, proof in enumerate(duty.fulfilled_by):
        at = ("fulfilled_by", index)
        yield from _fields(duty, proof.event, [(proof.at, datetime, "at")], at)
        yield from _where(duty, proof.event, proof.where, at)
    for index, end in enumerate(duty.voided_by):
        yield from _fields(duty, end.event, [], ("voided_by", index))
        yield from _where(duty, end.event, end.where, ("voided_by", index))
    for key, events in (("not_after", duty.not_after), ("counts_from", duty.counts_from)):
        for index, event in enumerate(events):
            yield from _fields(duty, event, [], (key, index))
    if duty.binding_from:
        yield from _fields(duty, duty.binding_from, [], ("binding_from",))
    if duty.extended_by:
        wanted = [(duty.extended_by.until, date, "until")]
        yield from _fields(duty, duty.extended_by.event, wanted, ("extended_by",))
    yield from _shared_fields(duty)


def _shared_fields(duty: Duty) -> Iterator[Finding]:
    starts = [start.event for start in duty.starts]
    for event in starts if duty.due_from else ():
        fact = CATALOGUE.get(event)
        if fact and not {date, datetime} & _kinds(fact, duty.due_from or ""):
            yield Finding(f"{event} has no time or date {duty.due_from}", ("due_from",), duty.id)
    keyed = [*starts, *(proof.event for proof in duty.fulfilled_by)] if duty.key else []
    for event in keyed:
        if event in CATALOGUE and duty.key not in CATALOGUE[event].model_fields:
            yield Finding(f"{event} has no field {duty.key}", ("key",), duty.id)
    named = [(duty.no_later_than, ("no_later_than",))]
    named += [(duty.lapses_with.field, ("lapses_with",))] if duty.lapses_with else []
    for field, at in named:
        if field and not any(field in CATALOGUE[event].model_fields for event in starts if event in CATALOGUE):
            yield Finding(f"no starting event has a field {field}", at, duty.id)


def _kinds(fact: type[Fact], field: str) -> set[Any]:
    """The types that a field's value may have; none when there is no such field."""
    annotation = fact.model_fields[field].annotation if field in fact.model_fields else None
    return {annotation, *get_args(annotation)}


def _fields(
    duty: Duty, event: str, wanted: Iterable[tuple[str | None, type, str]], at: tuple[str | int, ...]
) -> Iterator[Finding]:
    fact = CATALOGUE.get(event)
    if fact is None:
        yield Finding(f"there is no event {event}", (*at, "event"), duty.id)
        return
    for field, kind, key in wanted:
        if field is None:
            continue
        if field not in fact.model_fields:
            yield Finding(f"{event} has no field {field}", (*at, key), duty.id)
        elif kind not in _kinds(fact, field):
            yield Finding(f"{event}.{field} is not a {kind.__name__}", (*at, key), duty.id)


def _where(duty: Duty, event: str, where: Alternative, at: tuple[str | int, ...]) -> Iterator[Finding]:
    fields = CATALOGUE[event].model_fields if event in CATALOGUE else {}
    for name, wanted in where.items() if fields else ():
        if name not in fields:
            yield Finding(f"{event} has no field {name}", (*at, "where", name), duty.id)
            continue
        known = _domain(fields[name].annotation)
        for value in wanted:
            if known is not None and not _among(value, known):
                yield Finding(f"{event}.{name} is never {value!r}", (*at, "where", name), duty.id)


def _runs(duty: Duty) -> Iterator[Finding]:
    """A live duty starts with something, and someone publishes what fulfils it."""
    if not duty.starts and not duty.schedule:
        yield Finding("nothing starts it", (), duty.id)
    if not duty.fulfilled_by:
        yield Finding("nothing fulfils it", (), duty.id)
    for group, at in ((duty.starts, "starts"), (duty.fulfilled_by, "fulfilled_by")):
        known = [each.event for each in group if each.event in CATALOGUE]
        if known and not any(PUBLISHERS[event] for event in known):
            yield Finding(f"no service publishes {' or '.join(known)}", (at,), duty.id)


def _overlaps(procedure: Procedure) -> Iterator[Finding]:
    """Two live duties of one purpose that both bind a complaint with the same labels."""
    for one, other in combinations(procedure.live, 2):
        if one.purpose != other.purpose:
            continue
        asked = sorted({label for duty in (one, other) for each in (*duty.when, *duty.unless) for label in each})
        for values in product(*(_distinct(label, (one, other), procedure) for label in asked)):
            labels = dict(zip(asked, values, strict=True))
            if one.applies(labels) and other.applies(labels):
                case = ", ".join(f"{label} {value}" for label, value in labels.items()) or "any complaint"
                yield Finding(f"it overlaps with duty {one.id} ({case})", (), other.id)
                break


def _distinct(label: str, duties: Iterable[Duty], procedure: Procedure) -> list[Any]:
    """Every value that can make a difference; of an open list those asked for, and one that is none of them."""
    known = _values_of(label, procedure)
    if known is not None:
        return [None, *(value for value in known if value is not None)]
    return [None, object(), *(v for d in duties for each in (*d.when, *d.unless) for v in each.get(label, ()))]


def _values_of(label: str, procedure: Procedure) -> tuple[Any, ...] | None:
    """The closed list of a label's values, null (unknown) among them; None when it is open."""
    values: dict[tuple[type, Any], Any] = {(NoneType, None): None}
    for event in procedure.labels[label]:
        field = CATALOGUE[event].model_fields.get(label) if event in CATALOGUE else None
        domain = _domain(field.annotation) if field else None
        if domain is None:
            return None
        values |= {(type(value), value): value for value in domain}
    return tuple(values.values())


def _domain(annotation: Any) -> tuple[Any, ...] | None:
    """The closed list of a field's values by its annotation; None when it is open."""
    if annotation is bool:
        return (True, False)
    if annotation in (None, NoneType):
        return (None,)
    if get_origin(annotation) is Literal:
        return get_args(annotation)
    if get_origin(annotation) in (Union, UnionType):
        parts = [_domain(part) for part in get_args(annotation)]
        return None if None in parts else tuple(value for part in parts if part for value in part)
    return None


def _among(value: Any, known: Iterable[Any]) -> bool:
    return any(type(value) is type(each) and value == each for each in known)
