"""The clauses, the policy and the duties as data (`procedure.yaml`), their typed reader, and the calendars."""

from shared.procedure.model import Clause, Duty, End, Procedure, Proof, Start
from shared.procedure.pauses import within_caps
from shared.procedure.policy import Policy, Titles
from shared.procedure.promises import Promise, promises
from shared.procedure.reader import load, read, versions

__all__ = [
    "Clause",
    "Duty",
    "End",
    "Policy",
    "Procedure",
    "Promise",
    "Proof",
    "Start",
    "Titles",
    "load",
    "promises",
    "read",
    "versions",
    "within_caps",
]
