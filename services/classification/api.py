"""Classification's routes: suggestions for any text, and the proposal that was made for a complaint."""

from dataclasses import fields
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.classification import models, problems
from services.classification.answers import (
    AppraisalOut,
    LabelsOut,
    MadeOut,
    ModelsOut,
    ProposalOut,
    SuggestionOfManyOut,
    SuggestionOut,
    SuggestionsOut,
)
from services.classification.appraisal import appraised
from services.classification.classify import Labels, classify
from services.classification.model import current, shipped
from services.classification.sealing import unseal_reasons
from services.classification.tables import Proposal
from shared.access import Caller, allowed
from shared.errors import Problem
from shared.running import Running, Session

assert problems  # what it refuses is defined with its routes
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

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"text": "昨天起整棟樓停水，沒有任何通知。"}}
    )
    text: str | None = Field(None, max_length=LONGEST_TEXT)
    texts: list[OneText] | None = Field(None, max_length=MOST_TEXTS)

    @model_validator(mode="after")
    def _one_or_many(self) -> "Texts":
        if (self.text is None) == (self.texts is None):
            raise ValueError("missing")
        return self


def _shown(labels: Labels) -> dict[str, Any]:
    found = {each.name: getattr(labels, each.name) for each in fields(labels)}
    return {"labels": {name: found.pop(name) for name in LabelsOut.model_fields}, **found}


@router.post(
    "/suggestions",
    summary="Labels for texts",
    dependencies=[Depends(allowed("classification.suggest"))],
)
def suggest(body: Texts) -> SuggestionOut | SuggestionsOut:
    """Label one text or up to 1,000 (chapter 2): each label with its confidence and the words that decided (3/2.1).

    Nothing is kept. ``to_person`` lists the labels that a person would have to decide.
    """
    if body.text is not None:
        return SuggestionOut(**_shown(classify(body.text)))
    many = [SuggestionOfManyOut(id=one.id, **_shown(classify(one.text))) for one in body.texts or []]
    return SuggestionsOut(suggestions=many)


@router.get(
    "/complaints/{complaint}",
    summary="The proposal for a complaint",
    dependencies=[Depends(allowed("classification.read"))],
)
async def proposal(complaint: str, service: Running) -> ProposalOut:
    """Return the labels proposed for a complaint; reasons are places in its text and terms of the lexicon (3/2.1)."""
    async with service.database.session() as session:
        found = await session.get(Proposal, complaint)
    if found is None:
        raise Problem(404, "complaint_not_found")
    key = (await service.keys.many([complaint])).get(complaint) if found.reasons else None
    return ProposalOut(
        complaint=complaint,
        proposed_at=found.proposed_at,
        model=found.model,
        labels=found.labels,
        decided=found.decided,
        reasons=unseal_reasons(key, complaint, found.reasons),
    )


@router.get(
    "/appraisal",
    summary="How the classifier does",
    dependencies=[Depends(allowed("classification.appraise"))],
)
async def appraisal(service: Running) -> AppraisalOut:
    """Return confusion by label, the words that misled, drift by month and by model, from what people decided
    (8/1.1).
    """
    return await appraised(service)


@router.get("/models", summary="The models", dependencies=[Depends(allowed("classification.appraise"))])
async def all_models(session: Session) -> ModelsOut:
    """Return the office's models with what they say of examples they were not shown, and the one that is on (8/1.1)."""
    return ModelsOut(
        made_with=models.made_with(),
        current=current().about,
        shipped=shipped().about,
        models=await models.listed(session),
    )


@router.post("/models", status_code=201, summary="Make a model")
async def make_model(service: Running, caller: Annotated[Caller, Depends(allowed("classification.train"))]) -> MadeOut:
    """Make a model from the examples and the office's overrules; it stays off until it is switched on (8/1.1).

    It takes about a minute; ``model_in_the_making`` while one is made already.
    """
    return await models.make(service, caller.id)


@router.post(
    "/models/{version}/activation",
    status_code=204,
    summary="Switch a model on",
    dependencies=[Depends(allowed("classification.train"))],
)
async def activate_model(version: str, session: Session) -> None:
    """Switch a model on; ``shipped``: back to the one that came with the program (8/1.1)."""
    await models.activate(session, None if version == "shipped" else version)
