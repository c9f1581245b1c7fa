"""How the classifier weighs its two parts (settings.yaml): read, and checked at start with the line in the error."""

from functools import cache
from pathlib import Path
from typing import Annotated, Final, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from services.classification.model import LABELS
from shared.glossary import Kind, Nature, Service, Topic
from shared.yaml_files import read_as

FILE: Final = Path(__file__).parent / "settings.yaml"
Weight = Annotated[float, Field(ge=0, le=10, strict=True)]
Share = Annotated[float, Field(ge=0, le=1, strict=True)]
Value = TypeVar("Value", bound=str)


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class How(_Part, Generic[Value]):
    """How one label is weighed."""

    rules: Weight
    learned: Weight
    sharp: Annotated[Weight, Field(gt=0)]
    person_below: Share
    ahead: dict[Value, Share] = Field(default_factory=dict)


class Topics(_Part):
    """How the topic is chosen among those of a service."""

    general: frozenset[Topic]
    general_counts: Share
    surest: Share
    person_below: Share


class Settings(_Part):
    """How each label is weighed, and the topic, and from which probability on level 1 is proposed."""

    service: How[Service | Literal["none"]]
    kind: How[Kind]
    nature: How[Nature]
    level: How[Literal["1", "2", "3"]]
    topic: Topics
    level_1_from: Share
    level_1_unheard_from: Share

    @property
    def labels(self) -> dict[str, How[str]]:
        """Return how each label is weighed."""
        return {label: getattr(self, label) for label in LABELS}

    @field_validator("level_1_unheard_from")
    @classmethod
    def _not_more_readily(cls, unheard: float, info: ValidationInfo) -> float:
        if unheard < info.data.get("level_1_from", 0.0):
            raise ValueError("lies below level_1_from")
        return unheard


@cache
def settings() -> Settings:
    """Return what settings.yaml says; YamlMistake names the line of what cannot be used."""
    return read_as(FILE, Settings)
