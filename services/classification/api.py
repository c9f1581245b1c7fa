"""Classification's routes: suggestions for any text, and the proposal that was made for a complaint."""

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.classification.classify import Labels, classify
from services.classification.tables import Proposal
from shared.access import allowed
from shared.errors import Problem
from shared.running import Session

router = APIRouter(tags=["classification"])
MOST_TEXTS = 1000
LONGEST_TEXT = 20_000


class OneText(BaseModel):
    """A text to label; ``id`` comes back with the answer."""

    model_config = ConfigDict(extra="forbid")
    id: str | None = Field(None, max_length=200)
    text: str = Field(max_length=LONGEST_TEXT)


class Texts(BaseModel):
    """One text, or up to 1,000."""

    model_config = ConfigDict(extra="forbid")
    text: str | None = Field(None, max_length=LONGEST_TEXT)
    texts: list[OneText] | None = Field(None, max_length=MOST_TEXTS)

    @model_validator(mode="after")
    def _one_or_many(self) -> "Texts":
        if (self.text is None) == (self.texts is None):
            raise ValueError("missing")
        return self


def _shown(labels: Labels) -> dict[str, Any]:
    content = asdict(labels)
    kept = {name: content.pop(name) for name in ("confidence", "reasons", "p_level_1", "danger_cues", "to_person")}
    return {"labels": content, **kept}


@router.post(
    "/suggestions",
    summary="Labels for texts",
    dependencies=[Depends(allowed("classification.suggest"))],
)
def suggest(body: Texts) -> dict[str, Any]:
    """Label one text or up to 1,000 (chapter 2): each label with its confidence and the words that decided.

    Nothing is kept. ``to_person`` lists the labels that a person would have to decide.
    """
    if body.text is not None:
        return _shown(classify(body.text))
    return {"suggestions": [{"id": one.id, **_shown(classify(one.text))} for one in body.texts or []]}


@router.get(
    "/complaints/{complaint}",
    summary="The proposal for a complaint",
    dependencies=[Depends(allowed("classification.read"))],
)
async def proposal(complaint: str, session: Session) -> dict[str, Any]:
    """Return the labels proposed for a complaint; reasons are places in its text and terms of the lexicon."""
    found = await session.get(Proposal, complaint)
    if found is None:
        raise Problem(404, "complaint_not_found")
    return {"complaint": complaint, "proposed_at": found.proposed_at, "labels": found.labels, "reasons": found.reasons}
