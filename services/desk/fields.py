"""A form's fields as data, and how what people typed becomes what a service takes. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from services.desk.dates import from_form

Input = Literal[
    "line",
    "text",
    "choice",
    "officer",
    "officers",
    "department",
    "day",
    "time",
    "yes_no",
    "tick",
    "file",
    "list",
    "choices",
    "password",
]
_SEPARATORS: Final = re.compile(r"[、,，;；\n]")
LONGEST_LINE: Final = 200
LONGEST_TEXT: Final = 8000


@dataclass(frozen=True)
class Field:
    """One field. ``group``: the glossary's codes a choice offers; its label is the words ``field.<label or name>``."""

    name: str
    input: Input = "text"
    group: str = ""
    required: bool = True
    longest: int = 0
    codes: tuple[str, ...] = ()
    label: str = ""
    number: bool = False

    @property
    def words(self) -> str:
        """Return the key of the field's label."""
        return f"field.{self.label or self.name}"

    @property
    def most(self) -> int:
        """Return how many characters the field takes."""
        return self.longest or (LONGEST_LINE if self.input in ("line", "list", "password") else LONGEST_TEXT)


def typed(fields: Sequence[Field], form: Mapping[str, Any]) -> dict[str, Any]:
    """Return what people typed, by field, so that a refused form shows it again."""
    return {field.name: _kept(field, form) for field in fields if field.input != "file"}


def _kept(field: Field, form: Mapping[str, Any]) -> Any:
    if field.input in ("officers", "choices"):
        many = form.getlist(field.name) if hasattr(form, "getlist") else form.get(field.name, [])
        return [str(one) for one in many if one]
    return str(form.get(field.name) or "").strip()


def body(fields: Sequence[Field], values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the JSON of a form, and the words' key of what is wrong at which field."""
    content: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for field in fields:
        if field.input == "file":
            continue
        value = values.get(field.name)
        if value in ("", [], None):
            if field.required and field.input != "tick":
                wrong[field.name] = "error.required"
            elif field.input == "tick":
                content[field.name] = False
            continue
        try:
            content[field.name] = _value(field, value)
        except ValueError:
            wrong[field.name] = "error.not_a_date" if field.input in ("day", "time") else "error.not_a_choice"
    return content, wrong


def _value(field: Field, value: Any) -> Any:
    if field.input == "time":
        return from_form(value)
    if field.input in ("yes_no", "tick"):
        return value in ("yes", "true", "on")
    if field.input == "list":
        return [one.strip() for one in _SEPARATORS.split(value) if one.strip()]
    return int(value) if field.number else value
