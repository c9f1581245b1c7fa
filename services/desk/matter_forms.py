"""The forms of a reply's matters: added, answered, merged, removed (5/1.1). Pure."""

from typing import Any, Final

from services.desk.fields import Field

ADDED: Final = (Field("text", "line", longest=1000, label="matter_text"),)
ANSWER: Final = (
    Field("answer", longest=4000, label="matter_answer"),
    Field("evidence", "choices", required=False, label="matter_evidence"),
    Field("unknown", "tick", label="matter_unknown"),
    Field("text", "line", longest=1000, required=False, label="matter_named"),
)
FORMS: Final = {
    "answer": ANSWER,
    "merger": (Field("into", "choice", label="matter_into"),),
    "removal": (Field("reason", "line", longest=1000, label="matter_reason"),),
}


def supports(case: dict[str, Any] | None) -> list[tuple[str, str, str]]:
    """Return what in the case can carry an answer: (id, kind, words)."""
    found = case or {}
    investigation = found.get("investigation") or {}
    return [
        *((one["id"], "evidence", one.get("title") or "") for one in investigation.get("evidence") or ()),
        *((one["id"], "session", one.get("place") or "") for one in investigation.get("sessions") or ()),
        *((one["id"], "measure", one.get("text") or "") for one in found.get("measures") or ()),
    ]
