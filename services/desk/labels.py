"""From what a form holds to the labels that services take, and back. Pure."""

import re
from collections.abc import Mapping
from typing import Any, Final

from services.desk.fields import Field
from services.desk.words import say
from shared.glossary import Language

LABELS: Final = (
    Field("topic_code", "choice", "topic"),
    Field("nature", "choice", "nature"),
    Field("kind", "choice", "kind"),
    Field("level", "choice", "level", required=False, number=True),
    Field("importance", "choice", "importance"),
    Field("urgent", "tick"),
    Field("extent", "choice", "extent", required=False),
    Field("people_affected", "number", required=False),
)
"""The labels of a classification; the service follows from the topic, and a level is for complaints alone."""


def labels_of(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return the labels of a registration; the service is the topic's, and only complaints have a level."""
    labels = {field.name: content[field.name] for field in LABELS if field.name in content}
    labels["service"] = labels["topic_code"].split(".")[0]
    if labels["kind"] != "complaint":
        labels["level"] = None
    for name in ("named_officers", "district"):
        if content.get(name):
            labels[name] = content[name]
    return labels


def check_labels(content: Mapping[str, Any]) -> dict[str, str]:
    """Return what is wrong with the labels as a whole: a complaint has a level."""
    needs = content.get("kind") == "complaint" and "level" not in content
    return {"level": "error.level_needed"} if needs else {}


def at_field(wrong: Mapping[str, str], language: Language) -> dict[str, str]:
    """Return our own keys as sentences of the person's language."""
    return {name: say(language, key) for name, key in wrong.items()}


def last_part(fields: Mapping[str, str]) -> dict[str, str]:
    """Return a service's field errors by the form's own names: ``registration.level`` is the field ``level``."""
    own = {
        name.replace("platform.", "platform_").replace("representative.", "rep_"): message
        for name, message in fields.items()
    }
    return {_in_form(name): message for name, message in own.items()}


def _in_form(name: str) -> str:
    cell = _CELL.search(name)
    return cell[0] if cell else name.rsplit(".", 1)[-1]


_CELL: Final = re.compile(r"[^.]+\.\d+\.[^.]+$")
"""A cell of a form's rows keeps its place: ``readings.0.value``."""


def proposal_of(answer: Any) -> dict[str, Any] | None:
    """Return one proposal, however the classifier wraps it."""
    if isinstance(answer, dict) and "labels" not in answer:
        answer = answer.get("suggestions") or answer.get("items") or answer.get("results") or []
    if isinstance(answer, list):
        answer = answer[0] if answer else None
    return answer if isinstance(answer, dict) and answer.get("labels") else None
