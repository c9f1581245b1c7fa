"""What classification's routes answer."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from services.classification.classify import Reason
from shared.common_answers import Out, Time
from shared.glossary import Category, Importance, Kind, Level, Nature, Service, Topic

Label = Literal["service", "topic_code", "nature", "kind", "level", "importance"]
Learned = Literal["service", "kind", "nature", "level"]
Version = Annotated[str, Field(examples=["20260302010000-5f0c8a4d"])]
Sure = Annotated[dict[str, float], Field(description="by label", examples=[{"service": 0.998, "level": 0.878}])]
Right = Annotated[
    dict[Learned, float],
    Field(description="by label, the share labelled rightly of examples not shown", examples=[{"service": 0.92}]),
]


class LabelsOut(Out):
    """The labels of a text; null where the machine does not know, and where the text is out of scope."""

    in_scope: bool
    service: Service | None
    topic_code: Topic | None
    nature: Nature | None
    kind: Kind
    category: Category | None
    level: Level | None
    importance: Importance
    department: str | None


class HowSureOut(Out):
    """How sure the labels are. ``to_person``: those that a person would have to decide."""

    confidence: Sure
    p_level_1: float
    danger_cues: list[str]
    to_person: list[str]


class SuggestionOut(HowSureOut):
    """Labels for a text, and the words that decided."""

    labels: LabelsOut
    reasons: list[Reason]


class SuggestionOfManyOut(SuggestionOut):
    """The same for one of many texts, with the ``id`` that came with it."""

    id: str | None


class SuggestionsOut(Out):
    """Labels for texts, in their order."""

    suggestions: list[SuggestionOfManyOut]


class ProposedLabelsOut(LabelsOut, HowSureOut):
    """Labels as they were proposed, and how sure."""


class ProposalOut(Out):
    """What was proposed for a complaint, by which model, and what a person decided; no reasons once it is erased."""

    complaint: str = Field(json_schema_extra={"format": "uuid"})
    proposed_at: Time
    model: Version | None
    labels: ProposedLabelsOut
    decided: dict[Label, str | None] | None = Field(examples=[{"service": "water", "level": "2"}])
    reasons: list[Reason]


class ConfusionOut(Out):
    """How often a value was proposed and another one, or the same, decided."""

    suggested: str | None
    decided: str | None
    count: int


class DriftOut(Out):
    """How many were proposed and decided; by label, how many of them otherwise."""

    proposed: int
    decided: int
    overruled: Annotated[dict[Label, int], Field(examples=[{"level": 3}])]


class MonthOut(DriftOut):
    """The proposals of a month (UTC)."""

    month: str = Field(examples=["2026-03"])


class OfModelOut(DriftOut):
    """The proposals of a model."""

    model: Version | None


class MisleadingOut(Out):
    """A word of the lexicon that spoke for what people then decided otherwise."""

    label: Label
    suggested: str
    term: str
    count: int


class AppraisalOut(Out):
    """How often people agreed, and decided otherwise."""

    model: Version | None
    proposed: int
    decided: int
    confusion: dict[Label, list[ConfusionOut]] = Field(
        examples=[{"level": [{"suggested": "2", "decided": "1", "count": 3}]}]
    )
    months: list[MonthOut]
    models: list[OfModelOut]
    misleading_words: list[MisleadingOut]


class MeasuredOut(Out):
    """A model by how often it is right."""

    version: Version | None
    right: Right


class MadeOut(Out):
    """A model that was made, beside the one that was on. ``overruled``: examples that people's overrules gave."""

    version: Version
    examples: int
    overruled: int
    before: MeasuredOut
    after: MeasuredOut


class AboutOut(Out):
    """What a model says of itself; ``of`` tells its examples from others. What other programs add is left out."""

    model_config = ConfigDict(extra="ignore")
    version: Version
    examples: int
    of: str
    left_out_right: Right


class AboutOwnOut(AboutOut):
    """The same of a model that the office made: of how many examples of the program's and of its own overrules.

    Null where an old one does not say it.
    """

    shipped: int | None = None
    made_with: str | None = None
    overruled: int
    before: MeasuredOut | None = None


class OwnModelOut(Out):
    """A model that the office made; at most one is on. One that an older program made may not fit: make it anew."""

    version: Version
    made_at: Time
    made_by: str = Field(examples=["admin"])
    about: AboutOwnOut
    active: bool
    fits: bool


class ModelsOut(Out):
    """The model that is on, the one that came with the program, and the office's own, the newest first.

    One that says another ``made_with`` was made with other examples or lexicons than the program has now.
    """

    made_with: str
    current: AboutOwnOut | AboutOut
    shipped: AboutOut
    models: list[OwnModelOut]
