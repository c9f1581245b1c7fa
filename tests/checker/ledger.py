"""Rules about the ledger: it is what the events say, and a promise made to a person stands in it."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from tests.checker.evidence import Evidence, Row, Violation, moment

OFFICE = "office"
"""The subject of the office's own ledger."""
_TIMERS = timedelta(minutes=1)
"""How long a breach may wait to be told."""


def promises_stand_in_the_ledger(evidence: Evidence) -> Iterable[Violation]:
    """What a client was promised is what the duty engine started with."""
    started = {
        (one["subject"], one["data"]["clause"], moment(one["data"]["due_at"]))
        for one in evidence.of_type("duty.started", "duty.changed")
        if one["data"]["due_at"]
    }
    for answer in evidence.own_answers():
        for promise in answer["promised"]:
            if promise["due_at"] and (answer["id"], promise["clause"], moment(promise["due_at"])) not in started:
                what = f"{answer['number']}: {promise['clause']} was promised for {promise['due_at']}, no duty has that"
                yield Violation("promise", what, answer["id"])


def the_ledger_is_true_to_the_events(evidence: Evidence) -> Iterable[Violation]:
    """Each row is what its duty events say; its proof exists, lies when it says, and is late when it is late."""
    tables = {
        "sla": _by_complaint(evidence.rows("sla", "ledger_rows")),
        "insight": _by_complaint(evidence.rows("insight", "ledger")),
    }
    for complaint, timeline in evidence.timelines.items():
        if complaint == OFFICE:
            continue
        rows: dict[str, Row] = {}
        for one in timeline:
            if one["source"] == "sla" and one["type"].startswith("duty."):
                yield from _fold(rows, one, evidence)
        for service, known in tables.items():
            if evidence.present(service):
                yield from _same(service, known.get(complaint, {}), rows, complaint)
        for name, row in rows.items():
            if row["state"] == "running" and row["due_at"] and row["due_at"] + _TIMERS < evidence.now:
                yield Violation("ledger", f"{name} was due {row['due_at']} and is not breached", complaint)


def the_offices_ledger_is_true_to_the_events(evidence: Evidence) -> Iterable[Violation]:
    """Standing duties: each row is what its events say, and what the duty engine keeps of it."""
    rows: dict[str, Row] = {}
    for one in evidence.timelines.get(OFFICE, ()):
        if one["source"] == "sla" and one["type"].startswith("standing_duty."):
            alike = {"type": one["type"].removeprefix("standing_"), "data": {"binding": True} | dict(one["data"])}
            yield from _fold(rows, dict(one) | alike, evidence)
    if evidence.present("sla"):
        yield from _same("sla", _by_complaint(evidence.rows("sla", "ledger_rows")).get(OFFICE, {}), rows, OFFICE)
    for name, row in rows.items():
        if row["state"] == "running" and row["due_at"] + _TIMERS < evidence.now:
            yield Violation("ledger", f"{name} was due {row['due_at']} and is not breached", OFFICE)


def _by_complaint(rows: Iterable[Row]) -> dict[str, dict[str, Row]]:
    found: dict[str, dict[str, Row]] = {}
    for row in rows:
        found.setdefault(str(row["complaint"]), {})[row["row"]] = row
    return found


def _same(service: str, known: Mapping[str, Row], rows: Mapping[str, Row], complaint: str) -> Iterable[Violation]:
    if rows.keys() != known.keys():
        odd = sorted(rows.keys() ^ known.keys())
        yield Violation("ledger", f"{service} and the events differ in the rows {odd}", complaint)
    for name, row in rows.items():
        for what in ("state", "due_at", "proof"):
            if name in known and known[name][what] != row[what]:
                said = f"{service} says {what} of {name} is {known[name][what]}, the events say {row[what]}"
                yield Violation("ledger", said, complaint)


def _fold(rows: dict[str, Row], one: Row, evidence: Evidence) -> Iterable[Violation]:
    data, kind, complaint = one["data"], one["type"].removeprefix("duty."), one["subject"]
    name, due_at = data["row"], data.get("due_at") and moment(data["due_at"])
    if kind == "started":
        rows[name] = {"due_at": due_at, "state": "running" if data["binding"] else "provisional", "proof": None}
        return
    row = rows.get(name)
    if row is None:
        yield Violation("ledger", f"{one['type']} of {name}, which never started", complaint)
        return
    if row["state"] in {"fulfilled", "late"} and kind not in {"changed", "voided"}:
        yield Violation("ledger", f"{one['type']} of {name}, which was already {row['state']}", complaint)
    if kind == "changed":
        state = "paused" if data["paused"] else "running" if data["binding"] else "provisional"
        row |= {"due_at": due_at, "state": state, "proof": None}
    elif kind == "voided":
        row["state"] = "void"
    elif kind == "breached":
        row["state"] = "breached"
        if due_at != row["due_at"]:
            yield Violation("ledger", f"{name} was breached at {due_at}, it was due {row['due_at']}", complaint)
        if due_at > one["time"]:
            yield Violation("ledger", f"{name} was breached before it was due", complaint)
    elif kind == "fulfilled":
        row |= {"state": "late" if data["late"] else "fulfilled", "proof": data["proof"]}
        yield from _proof(row, data, evidence, complaint)


def _proof(row: Row, data: Mapping[str, Any], evidence: Evidence, complaint: str) -> Iterable[Violation]:
    proof = evidence.events.get(data["proof"])
    if proof is None or proof["type"] != data["proof_type"] or proof["subject"] != complaint:
        yield Violation("proof", f"{data['row']} names a proof that is not there", complaint)
    elif moment(data["at"]) > proof["time"]:
        yield Violation("proof", f"{data['row']}: done at {data['at']}, its proof came at {proof['time']}", complaint)
    if row["due_at"] and data["late"] != (moment(data["at"]) >= row["due_at"]):
        yield Violation("proof", f"{data['row']}: late={data['late']}, at {data['at']}, due {row['due_at']}", complaint)
