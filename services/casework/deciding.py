"""Pure: may an opinion be proposed, and who may determine it (4/5.2.9(1))."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from shared.glossary import Outcome


@dataclass(frozen=True, slots=True)
class Known:
    """What is on record before an opinion. For a re-opened case the earlier results stand."""

    kind: str
    investigation_ended: bool
    reported: bool
    cause_found: bool


def missing_for_opinion(known: Known) -> tuple[str, ...]:
    """Return what has to come first, in order; consultations and suggestions need nothing (6/3.4.2(1))."""
    if known.kind != "complaint":
        return ()
    steps = {
        "investigation": known.investigation_ended,
        "report": known.reported,
        "cause": known.cause_found,
    }
    return tuple(step for step, done in steps.items() if not done)


def amiss(
    kind: str, outcome: Outcome, legal_basis: str | None, evidence: Sequence[str], citable: Collection[str]
) -> list[tuple[str, str]]:
    """Return what is wrong with an opinion, as ``[(field, rule)]``: its basis in law and in evidence (4/5.2.1).

    Only what could not be established may rest on no evidence; consultations and suggestions are not investigated.
    """
    wrong = [(f"evidence.{n}", "evidence_unknown") for n, one in enumerate(evidence) if one not in citable]
    if kind == "complaint" and not legal_basis:
        wrong.append(("legal_basis", "missing"))
    if kind == "complaint" and not evidence and outcome != "not_established":
        wrong.append(("evidence", "evidence_needed"))
    return wrong


def officer_may_determine(kind: str, level: int | None) -> bool:
    """Say whether the officer alone may determine the opinion: level 3, consultations and suggestions."""
    return kind != "complaint" or level == 3
