"""A form's fields as data, and how what people typed becomes what a service takes. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any, Final, Literal

from services.desk.dates import from_form

Input = Literal[
    "line",
    "text",
    "choice",
    "officer",
    "officers",
    "department",
    "departments",
    "lines",
    "day",
    "time",
    "number",
    "yes_no",
    "tick",
    "file",
    "list",
    "choices",
    "cited",
    "password",
    "rows",
]
_SEPARATORS: Final = re.compile(r"[、,，;；\n]")
_CELL: Final = re.compile(r"([a-z_]+)\.(\d{1,3})\.([a-z_]+)")
LONGEST_LINE: Final = 200
LONGEST_TEXT: Final = 8000


@dataclass(frozen=True)
class Field:
    """One field. ``group``: the glossary's codes a choice offers; its label is the words ``field.<label or name>``.

    ``rows`` has ``columns``, and so many ``blank`` lines to begin with. ``only``: the field and the choice in it for
    which this one is asked; otherwise it is no part of the form.
    """

    name: str
    input: Input = "text"
    group: str = ""
    required: bool = True
    longest: int = 0
    codes: tuple[str, ...] = ()
    label: str = ""
    number: bool = False
    columns: "tuple[Field, ...]" = ()
    blank: int = 3
    only: tuple[str, str] | None = None
    for_kind: str = ""
    """The kind of complaint for which it has to be filled in; its owner sees to that."""

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
    if field.input == "rows":
        return _rows(field, form)
    if field.input in ("officers", "choices", "cited", "departments"):
        many = form.getlist(field.name) if hasattr(form, "getlist") else form.get(field.name, [])
        return [str(one) for one in many if one]
    return str(form.get(field.name) or "").strip()


def _rows(field: Field, form: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return the lines that hold anything: ``readings.0.value`` is the first line's value."""
    lines: dict[int, dict[str, str]] = {}
    for name in form:
        found = _CELL.fullmatch(name)
        if found and found[1] == field.name and (value := str(form.get(name) or "").strip()):
            lines.setdefault(int(found[2]), {})[found[3]] = value
    return [lines[n] for n in sorted(lines)]


def body(fields: Sequence[Field], values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the JSON of a form, and the words' key of what is wrong at which field."""
    content: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for field in fields:
        if field.input == "file" or (field.only and values.get(field.only[0]) != field.only[1]):
            continue
        value = values.get(field.name)
        if value in ("", [], None):
            if field.required and field.input != "tick":
                wrong[field.name] = "error.required"
            elif field.input == "tick":
                content[field.name] = False
            continue
        if field.input == "rows":
            content[field.name], amiss = _lines(field, value)
            wrong |= amiss
            continue
        try:
            content[field.name] = _value(field, value)
        except ValueError:
            wrong[field.name] = _AMISS.get(field.input, "error.not_a_choice")
    return content, wrong


_AMISS: Final = {"day": "error.not_a_date", "time": "error.not_a_date", "number": "error.not_a_number"}


def _number(text: str) -> float:
    value = float(text.replace(",", "."))
    if not isfinite(value):
        raise ValueError(text)
    return int(text) if text.isdecimal() else value


def _lines(field: Field, lines: Sequence[Mapping[str, str]]) -> tuple[list[dict[str, Any]], dict[str, str]]:
    kept = [body(field.columns, line) for line in lines]
    wrong = {f"{field.name}.{n}.{name}": key for n, (_, amiss) in enumerate(kept) for name, key in amiss.items()}
    return [content for content, _ in kept], wrong


def _value(field: Field, value: Any) -> Any:
    if field.input == "time":
        return from_form(value)
    if field.input == "number":
        return _number(value)
    if field.input in ("yes_no", "tick"):
        return value in ("yes", "true", "on")
    if field.input == "lines":
        return [one.strip() for one in value.splitlines() if one.strip()]
    if field.input == "list":
        return [one.strip() for one in _SEPARATORS.split(value) if one.strip()]
    return int(value) if field.number else value
