"""How the classifier weighs its two parts (settings.yaml): read, and checked at start with the line in the error."""

import re
from functools import cache
from pathlib import Path
from typing import Annotated, Final, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from services.classification.model import LABELS
from shared.glossary import Topic
from shared.yaml_files import read_yaml

FILE: Final = Path(__file__).parent / "settings.yaml"
Weight = Annotated[float, Field(ge=0, le=10, strict=True)]
Share = Annotated[float, Field(ge=0, le=1, strict=True)]


class SettingsError(ValueError):
    """The settings cannot be used; the message names file, line and reason."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class How(_Part):
    """How one label is weighed."""

    rules: Weight
    learned: Weight
    sharp: Annotated[Weight, Field(gt=0)]
    person_below: Share
    ahead: dict[str, Share] = Field(default_factory=dict)


class Topics(_Part):
    """How the topic is chosen among those of a service."""

    general: frozenset[Topic]
    general_counts: Share
    surest: Share
    person_below: Share


class Settings(_Part):
    """How each label is weighed, and the topic, and from which probability on level 1 is proposed."""

    service: How
    kind: How
    nature: How
    level: How
    topic: Topics
    level_1_from: Share
    level_1_unheard_from: Share

    @property
    def labels(self) -> dict[str, How]:
        """Return how each label is weighed."""
        return {label: getattr(self, label) for label in LABELS}

    @model_validator(mode="after")
    def _of_known_values(self) -> Self:
        for label, how in self.labels.items():
            if unknown := set(how.ahead) - set(LABELS[label]):
                raise ValueError(f"{label}.ahead names {', '.join(sorted(unknown))}, which is no {label}")
        if self.level_1_unheard_from < self.level_1_from:
            raise ValueError("level_1_unheard_from lies below level_1_from")
        return self


@cache
def settings() -> Settings:
    """Return what settings.yaml says; SettingsError names what cannot be used."""
    try:
        return Settings.model_validate(read_yaml(FILE))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        raise SettingsError(f"{FILE.name}, line {mark.line + 1 if mark else 1}: {error}") from error
    except ValidationError as error:
        # a key that is not known is told first: another one that is missing is often the same, rightly spelt
        first = min(error.errors(), key=lambda one: one["type"] != "extra_forbidden")
        where = ".".join(str(part) for part in first["loc"])
        said = f"{where}: {first['msg']}" if where else first["msg"].removeprefix("Value error, ")
        raise SettingsError(f"{FILE.name}, line {_line(said)}: {said}") from error


def _line(said: str) -> int:
    """Return the line of the key that ``said`` begins with."""
    key = re.split(r"[^a-z0-9_]", said, maxsplit=1)[0]
    lines = FILE.read_text("utf-8").splitlines()
    return next((number for number, line in enumerate(lines, 1) if re.match(rf"[\"']?{key}\b", line)), 1)
