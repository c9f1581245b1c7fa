"""The month in figures: each from who owns it, over HTTP; and again from what the checker read by itself."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from tests.checker.evidence import Evidence
from tests.demo.place import Place
from tests.demo.shown import shown

Figures = dict[str, Any]
_WHO = "director"
_JOURNALS = ("intake", "classification", "sla", "casework", "reply", "archive")
_PROVEN = ("fulfilled", "late", "breached")


async def summary(place: Place) -> Figures:
    """Ask intake, classification, sla, casework, reply and archive."""
    journals = {name: await _journal(place, name) for name in _JOURNALS}
    intake = journals["intake"]
    received = [one["subject"] for one in intake if one["type"] == "complaint.received"]
    registered = _subjects(intake, "complaint.registered")
    duties: Counter[str] = Counter()
    breached: Counter[str] = Counter()
    for complaint in received:
        for row in (await place.as_(_WHO, "GET", f"/sla/complaints/{complaint}/ledger"))["rows"]:
            duties[row["state"]] += 1
            if row["state"] == "breached":
                breached[row["clause"]] += 1
    proof = await place.as_("archivist1", "POST", "/archive/verifications", {})
    return _figures(
        received=len(received),
        registered=len(registered),
        refused=len(_subjects(intake, "complaint.refused")),
        classified=len(_subjects(journals["classification"], "complaint.classified")),
        duties=duties,
        breached=breached,
        replied=len(_subjects(journals["reply"], "reply.sent")),
        filed=(await place.as_("archivist1", "GET", "/archive/files", state="filed", limit=1))["total"],
        seals=proof["links"] - len(proof["tampered"]) if proof["chain_ok"] else 0,
        by_machine=_by_machine(intake),
        shown=shown(journals),
    )


def recount(evidence: Evidence) -> Figures:
    """Count the same in the tables and journals that the checker has read."""

    def count(source: str, type_: str) -> int:
        return len({one["subject"] for one in evidence.journals[source] if one["type"] == type_})

    rows = [one for one in evidence.rows("sla", "ledger_rows") if one["complaint"] in evidence.complaints()]
    files = [one for one in evidence.rows("archive", "files") if one["state"] == "filed"]
    return _figures(
        received=count("intake", "complaint.received"),
        registered=count("intake", "complaint.registered"),
        refused=count("intake", "complaint.refused"),
        classified=count("classification", "complaint.classified"),
        duties=Counter(row["state"] for row in rows),
        breached=Counter(row["clause"] for row in rows if row["state"] == "breached"),
        replied=count("reply", "reply.sent"),
        filed=len(files),
        seals=len(evidence.rows("archive", "links")),
        by_machine=_by_machine(evidence.journals["intake"]),
        shown=shown({name: evidence.journals[name] for name in _JOURNALS}),
    )


def _figures(**found: Any) -> Figures:
    duties, breached = found.pop("duties"), found.pop("breached")
    return {
        "received": found["received"],
        "registered": found["registered"],
        "registered_by_machine": found["by_machine"],
        "refused": found["refused"],
        "classified": found["classified"],
        "duties_met": duties["fulfilled"],
        "duties_late": duties["late"],
        "duties_breached": duties["breached"],
        "breached_by_clause": dict(sorted(breached.items())),
        "replied": found["replied"],
        "filed": found["filed"],
        "seals_verified": found["seals"],
        "shown": found["shown"],
    }


def disagreements(said: Figures, counted: Figures) -> list[str]:
    """Name each figure on which the owners and the checker differ."""
    return [
        f"{name}: the owner says {said[name]}, the checker counts {counted[name]}"
        for name in said
        if said[name] != counted[name]
    ]


def _by_machine(events: Iterable[dict[str, Any]]) -> int:
    return sum(one["data"].get("by_machine") is True for one in events if one["type"] == "complaint.registered")


def _subjects(events: Iterable[dict[str, Any]], type_: str) -> set[str]:
    return {one["subject"] for one in events if one["type"] == type_}


async def _journal(place: Place, service: str) -> list[dict[str, Any]]:
    """Return a service's whole journal, page by page (the position is how many there were: it has no gap)."""
    found: list[dict[str, Any]] = []
    while page := await place.as_(_WHO, "GET", f"/{service}/events", after=len(found), limit=1000):
        found += page
    return found
