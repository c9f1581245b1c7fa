"""The checklist that an emergency plan begins with, by service (2/1.1.16(1)): data, read once."""

from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from shared.glossary import Service
from shared.procedure.policy import Titles
from shared.yaml_files import read_as

FILE = Path(__file__).with_name("emergency.yaml")


class Checklists(BaseModel):
    """The office's own list: what comes first always, then what the service asks for."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    always: tuple[Titles, ...]
    services: dict[Service, tuple[Titles, ...]]

    def of(self, service: str | None) -> list[dict[str, Any]]:
        """Return the steps' titles by language; of a service that is not known yet, only what comes always."""
        own = next((steps for name, steps in self.services.items() if name == service), ())
        return [{str(tag): words for tag, words in step.by_language().items()} for step in (*self.always, *own)]


@cache
def checklists() -> Checklists:
    """The checklists of the office. YamlMistake names the line of what cannot be used."""
    return read_as(FILE, Checklists)
