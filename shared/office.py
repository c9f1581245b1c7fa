"""The example office: departments as a tree, and officers to try everything with. Data: `procedure/office.yaml`."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, model_validator

from shared.glossary import Role
from shared.yaml_files import MistakeAt, read_as

OFFICE_FILE = Path(__file__).parent / "procedure" / "office.yaml"


class Name(BaseModel):
    """A name in the three languages."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)
    zh_hant: str
    zh_hans: str
    en: str

    def by_language(self) -> dict[str, str]:
        """The name by language tag."""
        return {"zh-Hant": self.zh_hant, "zh-Hans": self.zh_hans, "en": self.en}


class Department(BaseModel):
    """A department; ``parent`` is the next higher one (the root has none), ``services`` what it answers for."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: str
    name: Name
    parent: str | None = None
    head: str
    services: tuple[str, ...] = ()


class Officer(BaseModel):
    """A person of the office; ``superior`` follows from the department's head."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: str
    username: str
    name: Name
    department: str
    roles: tuple[Role, ...]


class Letterhead(BaseModel):
    """The lines under a company's name, in the three languages."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    zh_hant: tuple[str, ...] = ()
    zh_hans: tuple[str, ...] = ()
    en: tuple[str, ...] = ()

    def by_language(self) -> dict[str, list[str]]:
        """The lines by language tag."""
        return {"zh-Hant": list(self.zh_hant), "zh-Hans": list(self.zh_hans), "en": list(self.en)}


class Company(BaseModel):
    """A company in whose name letters go out (5/2.1); without name and mailbox it is the main one, as set."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: str
    name: Name | None = None
    letterhead: Letterhead = Letterhead()
    seal: Name | None = None
    mailbox: str | None = None
    services: tuple[str, ...] = ()


class Office(BaseModel):
    """The companies, departments and officers, each reference checked."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    companies: tuple[Company, ...] = ()
    departments: tuple[Department, ...]
    officers: tuple[Officer, ...]

    @model_validator(mode="after")
    def _consistent(self) -> "Office":
        departments = {department.id for department in self.departments}
        officers = {officer.id for officer in self.officers}
        for place, officer in enumerate(self.officers):
            if officer.department not in departments:
                raise MistakeAt(("officers", place), f"no department {officer.department}")
        for place, department in enumerate(self.departments):
            if department.head not in officers:
                raise MistakeAt(("departments", place), f"no officer {department.head}")
            if department.parent is not None and department.parent not in departments:
                raise MistakeAt(("departments", place), f"no department {department.parent}")
        if sum(department.parent is None for department in self.departments) != 1:
            raise ValueError("an office has one root department")
        return self

    def above(self, department: str) -> Iterator[Department]:
        """The departments above one, the nearest first."""
        by_id = {each.id: each for each in self.departments}
        parent = by_id[department].parent
        while parent is not None:
            yield by_id[parent]
            parent = by_id[parent].parent


@cache
def example_office() -> Office:
    """The example office. YamlMistake names the line of what cannot be used."""
    return read_as(OFFICE_FILE, Office)
