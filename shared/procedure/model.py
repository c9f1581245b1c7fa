"""The procedure as typed values: clauses, duties, and the questions a duty engine asks of them.

What each key means is told once, at the head of `procedure.yaml`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from shared.events import Fact
from shared.glossary import Role
from shared.procedure.policy import Alternative, Condition, Policy, Share, Strict, Titles, as_list, holds
from shared.working_time import Rule


class Clause(Titles):
    """A clause of the law."""

    id: str


class Start(Strict):
    """A fact that starts a duty when its fields meet `where`; at its time, or that of its field `from`, and `after`.

    Not when one of `not_after` came before it.
    """

    event: str
    where: Alternative = Field(default_factory=dict)
    from_: str | None = Field(None, alias="from")
    after: Rule | None = None
    not_after: tuple[str, ...] = ()


class Proof(Strict):
    """A fact that fulfils a duty when its fields meet `where`; at the event's time, or that of its field `at`."""

    event: str
    where: Alternative = Field(default_factory=dict)
    at: str | None = None


class End(Strict):
    """A fact after which a duty no longer binds, unless the complaint's labels are such."""

    event: str
    where: Alternative = Field(default_factory=dict)
    unless: Condition = ()


class Lapse(Strict):
    """The row lapses with the row of the duty (or purpose) that a field of its starting fact names."""

    field: str
    otherwise: str


class ExtendedBy(Strict):
    """A fact that moves the due date to the date in its field `until`, if it is in time for a purpose as well."""

    event: str
    until: str
    in_time_for: str | None = None


class Schedule(Strict):
    """The periods for which a standing duty binds the office; it begins at a time of the day, or when they are over."""

    each: Literal["hour", "working_day", "month", "quarter"]
    at: time | None = None
    when_over: bool = False

    @model_validator(mode="after")
    def _at_of_a_day(self) -> Schedule:
        if self.at and self.each != "working_day":
            raise ValueError("only a working day has a time of the day")
        return self


def _ends(value: Any) -> Any:
    return [{"event": each} if isinstance(each, str) else each for each in as_list(value)]


class Duty(Strict):
    """What a clause demands of someone on one complaint (or, with a schedule, of the office)."""

    id: str
    clause: str
    title: Titles
    owner: Role
    purpose: str
    starts: tuple[Start, ...] = ()
    when: Condition = ()
    unless: Condition = ()
    key: str | None = None
    again: Literal["keep", "restart"] = "keep"
    due: Rule | None = None
    due_by: str | None = None
    due_from: str | None = None
    no_later_than: str | None = None
    binding_from: str | None = None
    fulfilled_by: tuple[Proof, ...] = ()
    voided_by: Annotated[tuple[End, ...], BeforeValidator(_ends)] = ()
    counts_from: tuple[str, ...] = ()
    not_after: tuple[str, ...] = ()
    lapses_with: Lapse | None = None
    extended_by: ExtendedBy | None = None
    pausable: bool = False
    recurs: bool = False
    warn: tuple[Share, ...] = ()
    any_hour: bool = False
    promised: bool = False
    schedule: Schedule | None = None
    later: bool = False

    @model_validator(mode="after")
    def _one_deadline(self) -> Duty:
        if sum(map(bool, (self.due, self.due_by, self.due_from))) > 1:
            raise ValueError("a duty has one of `due`, `due_by` and `due_from`")
        return self

    def applies(self, labels: Mapping[str, Any]) -> bool:
        """Whether it binds a complaint with these labels; a label that is not there is unknown."""
        return (not self.when or holds(self.when, labels)) and not holds(self.unless, labels)

    def start_of(self, fact: Fact) -> Start | None:
        """The start that this fact is, if it is one."""
        return next((start for start in self.starts if _fits(start.event, start.where, fact)), None)

    def proof_of(self, fact: Fact) -> Proof | None:
        """The proof that this fact is, if it is one; the caller compares `key`."""
        return next((proof for proof in self.fulfilled_by if _fits(proof.event, proof.where, fact)), None)

    def is_voided_by(self, fact: Fact, labels: Mapping[str, Any]) -> bool:
        """Whether it no longer binds after this fact about a complaint with these labels."""
        return any(_fits(end.event, end.where, fact) and not holds(end.unless, labels) for end in self.voided_by)

    def key_of(self, fact: Fact) -> str | None:
        """What tells its rows apart, in a starting or fulfilling fact."""
        return str(getattr(fact, self.key)) if self.key else None

    @property
    def events(self) -> frozenset[str]:
        """Every event type that the duty mentions."""
        named = [*(start.event for start in self.starts), *(proof.event for proof in self.fulfilled_by)]
        named += [*(end.event for end in self.voided_by), *self.not_after, *self.counts_from]
        named += [event for start in self.starts for event in start.not_after]
        named += [self.binding_from] if self.binding_from else []
        named += [self.extended_by.event] if self.extended_by else []
        return frozenset(named)


def _fits(event: str, where: Alternative, fact: Fact) -> bool:
    return event == fact.type and all(getattr(fact, name, None) in wanted for name, wanted in where.items())


class Procedure(Strict):
    """One version of the procedure."""

    version: str
    clauses: Mapping[str, Clause]
    labels: Mapping[str, tuple[str, ...]]
    policy: Policy
    duties: Mapping[str, Duty]

    @cached_property
    def live(self) -> tuple[Duty, ...]:
        """The duties that are started on complaints."""
        return tuple(duty for duty in self.duties.values() if not duty.later and not duty.schedule)

    @cached_property
    def standing(self) -> tuple[Duty, ...]:
        """The duties that bind the office on a schedule."""
        return tuple(duty for duty in self.duties.values() if not duty.later and duty.schedule)

    @cached_property
    def mentions(self) -> frozenset[str]:
        """Every event type that a duty engine has to hear."""
        of_duties = frozenset().union(*(duty.events for duty in (*self.live, *self.standing)))
        return of_duties | {event for events in self.labels.values() for event in events} | PAUSING

    def labels_after(self, labels: Mapping[str, Any], fact: Fact) -> dict[str, Any]:
        """The complaint's labels after a fact; those it does not set stay."""
        set_now = {name: getattr(fact, name) for name, events in self.labels.items() if fact.type in events}
        return {**labels, **set_now}

    def purpose_of(self, name: str) -> str | None:
        """The purpose of a duty id; a purpose is its own."""
        if name in self.duties:
            return self.duties[name].purpose
        return name if any(duty.purpose == name for duty in self.duties.values()) else None


PAUSING = frozenset({"clock.paused", "clock.resumed"})
