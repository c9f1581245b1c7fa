"""Incidents: who belongs to which is what the facts say, one at a time, and nothing joins what nobody declared."""

from collections.abc import Iterable

from tests.checker.evidence import Evidence, Violation


def incidents_are_as_they_were_told(evidence: Evidence) -> Iterable[Violation]:
    """The open memberships are those that casework has told of; a complaint belongs to one incident at a time."""
    declared = {one["subject"] for one in evidence.of_type("incident.declared")}
    belongs: dict[str, str] = {}
    told = evidence.of_type("incident.joined", "incident.left")
    for one in sorted(told, key=lambda one: one["sequence"]):
        complaint, incident = one["subject"], one["data"].get("incident")
        if one["type"] == "incident.left":
            if belongs.pop(complaint, None) != incident:
                yield Violation("incident", f"left {incident}, to which it did not belong", complaint)
            continue
        if incident not in declared:
            yield Violation("incident", f"joined {incident}, which nobody declared", complaint)
        if complaint in belongs:
            yield Violation("incident", f"joined {incident} while it belonged to {belongs[complaint]}", complaint)
        belongs[complaint] = str(incident)
    kept = {row["complaint"]: row["incident"] for row in evidence.rows("casework", "memberships") if not row["left_at"]}
    for complaint in sorted({*belongs, *kept}):
        if belongs.get(complaint) != kept.get(complaint):
            words = f"casework keeps {kept.get(complaint)}, its facts say {belongs.get(complaint)}"
            yield Violation("incident", words, complaint)
