"""Reading `procedure.yaml`: typed, and every mistake is refused with the line it stands in."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from shared.procedure.checks import Finding, check
from shared.procedure.model import Clause, Duty, Procedure
from shared.procedure.policy import Policy
from shared.settings import Settings
from shared.yaml_files import YamlMistake, read_document

FILE = Path(__file__).parent / "procedure.yaml"
VERSIONS = Path(__file__).parent / "versions"

_Model = TypeVar("_Model", bound=BaseModel)
_SECTIONS = ("version", "clauses", "labels", "policy", "duties")


@cache
def load(version: str | None = None) -> Procedure:
    """The procedure in force, or an earlier version by its name (a complaint keeps that of its registration).

    YamlMistake when the file is wrong, LookupError when there is no such version.
    """
    file = Settings().procedure_file or FILE
    current = read(file.read_bytes(), file.name)
    if version in (None, current.version):
        return current
    for kept in _kept():
        if kept.stem == version:
            return read(kept.read_bytes(), kept.name)
    shipped = read(FILE.read_bytes(), FILE.name)
    if shipped.version == version:
        return shipped
    raise LookupError(f"there is no version {version} of the procedure")


def versions() -> tuple[str, ...]:
    """The versions at hand, by name: the one in force, and those that are kept."""
    return tuple(sorted({load().version, *(kept.stem for kept in _kept())}))


def _kept() -> list[Path]:
    """The files of earlier versions: beside the procedure in force, and those that are shipped."""
    beside = (Settings().procedure_file or FILE).parent / VERSIONS.name
    return [*sorted(beside.glob("*.yaml")), *sorted(VERSIONS.glob("*.yaml"))]


def read(text: str | bytes, name: str = FILE.name) -> Procedure:
    """The procedure in a text; YamlMistake with the line of the first mistake."""
    return _Reader(text, name).procedure()


class _Reader:
    """A document, and the procedure in it."""

    def __init__(self, text: str | bytes, name: str) -> None:
        self.document = read_document(name, text)
        self.data = self.document.data

    def procedure(self) -> Procedure:
        """The whole document, read and checked."""
        data = self.data if isinstance(self.data, dict) else {}
        for key in (*data, *_SECTIONS):
            if key not in _SECTIONS or key not in data:
                raise self.document.mistake(
                    (key,), f"the procedure has the sections {', '.join(_SECTIONS)}; not so `{key}`"
                )
        clauses = self._table("clauses", Clause)
        found = Procedure(
            version=str(data["version"]),
            clauses=clauses,
            labels=self._labels(),
            policy=self.document.fitted(Policy, data["policy"], ("policy",)),
            duties=self._table("duties", Duty, lambda raw: _filled_in(raw, clauses, data["policy"])),
        )
        for finding in check(found):
            raise self._located(finding)
        return found

    def _located(self, finding: Finding) -> YamlMistake:
        if not finding.duty:
            return self.document.mistake(finding.at, finding.message)
        index = next(i for i, raw in enumerate(self.data["duties"]) if raw["id"] == finding.duty)
        return self.document.mistake(("duties", index, *finding.at), f"duty {finding.duty}: {finding.message}")

    def _labels(self) -> dict[str, tuple[str, ...]]:
        labels = self.data["labels"]
        if not isinstance(labels, dict):
            raise self.document.mistake(("labels",), "labels are a list of events for each label")
        for name, events in labels.items():
            if not isinstance(name, str) or not isinstance(events, list) or not all(isinstance(e, str) for e in events):
                raise self.document.mistake(("labels", name), "a label has a list of events")
        return {name: tuple(events) for name, events in labels.items()}

    def _table(self, section: str, model: type[_Model], prepare: Any = lambda raw: raw) -> dict[str, _Model]:
        rows: dict[str, _Model] = {}
        raws = self.data[section]
        if not isinstance(raws, list):
            raise self.document.mistake((section,), f"{section} are a list")
        for index, raw in enumerate(raws):
            if not isinstance(raw, dict) or not isinstance(raw.get("id"), str):
                raise self.document.mistake((section, index), "each needs an id")
            if raw["id"] in rows:
                raise self.document.mistake((section, index), f"the id {raw['id']} is there twice")
            rows[raw["id"]] = self.document.fitted(model, prepare(raw), (section, index))
        return rows


def _filled_in(raw: Mapping[str, Any], clauses: Mapping[str, Clause], policy: Any) -> dict[str, Any]:
    """A duty with what it leaves out: the purpose is its id, the title its clause's, the warnings the policy's."""
    clause = clauses.get(str(raw.get("clause")))
    title = clause.model_dump(by_alias=True, exclude={"id"}) if clause else {"zh-Hant": "", "zh-Hans": "", "en": ""}
    has_clock = any(raw.get(key) for key in ("due", "due_by", "due_from", "schedule"))
    shares = policy["warnings"]["shares"] if has_clock else []
    return {"purpose": raw.get("id"), "title": title, "warn": shares, **raw}
