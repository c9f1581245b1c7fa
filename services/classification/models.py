"""The office's own models: made from the project's examples and its overrules, switched on, and back again."""

import asyncio
import io
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.classification.answers import MadeOut, MeasuredOut, OwnModelOut
from services.classification.examples import own
from services.classification.learning import Example, digest, learn
from services.classification.model import LABELS, Model, current, fits, load, save, shipped, switch
from services.classification.tables import KnownModel, Overrule, Proposal
from shared.clock import now
from shared.errors import Problem
from shared.running import Service

MOST_OVERRULED: Final = 2_500
"""Complaints, the last that were overruled, of which a model learns: memory grows with the square of the examples."""
_making: Final = asyncio.Lock()


def made_with() -> str:
    """Return what tells this program's examples from another's, and its lexicons from those an office has edited."""
    return f"{shipped().about['of']}-{digest(())}"


async def make(service: Service, by: str) -> MadeOut:
    """Make a model from the examples and the overrules, keep it switched off, and compare it with the current one.

    It learns outside of any transaction, in a thread of its own: the office goes on meanwhile. Where no example and no
    overrule is new, the model that was made of the same is returned as it is. Raises ``model_in_the_making`` where this
    process makes one already: two would want twice the memory.
    """
    if _making.locked():
        raise Problem(409, "model_in_the_making")
    async with _making:
        return await _make(service, by)


async def _make(service: Service, by: str) -> MadeOut:
    async with service.database.session() as session:
        moment, decided = await now(session), await _decided(session)
    corrected, ours = await _corrected(service, decided), await asyncio.to_thread(own)
    of = await asyncio.to_thread(digest, ours + corrected)
    async with service.database.session() as session:
        same = KnownModel.about["of"].astext == of
        about = await session.scalar(select(KnownModel.about).where(same).order_by(KnownModel.made_at).limit(1))
    if about is not None:
        return _told(about)
    version = f"{moment:%Y%m%d%H%M%S}-{uuid4().hex[:8]}"
    model = await asyncio.to_thread(learn, ours + corrected, version, len(ours))
    before = {"version": current().about.get("version"), "right": current().about.get("left_out_right", {})}
    about = model.about | {"shipped": len(ours), "overruled": len(corrected), "before": before}
    about["made_with"] = made_with()
    content = io.BytesIO()
    save(content, Model(model.names, model.weights, model.bias, about))
    async with service.database.session() as session:
        session.add(KnownModel(version=version, made_at=moment, made_by=by, about=about, content=content.getvalue()))
    return _told(about)


def _told(about: dict[str, Any]) -> MadeOut:
    """Return what is said of a model that was made."""
    return MadeOut(
        version=about["version"],
        examples=about["shipped"],
        overruled=about["overruled"],
        before=about["before"],
        after=MeasuredOut(version=about["version"], right=about["left_out_right"]),
    )


async def _decided(session: AsyncSession) -> dict[str, dict[str, str | None]]:
    """Return the labels of the complaints that people labelled otherwise, as people decided: of the last of them."""
    decided: dict[str, dict[str, str | None]] = {}
    last = select(Overrule.complaint).group_by(Overrule.complaint).order_by(func.max(Overrule.id).desc())
    rows = await session.execute(
        select(Overrule.complaint, Overrule.label, Overrule.decided, Proposal.labels)
        .join(Proposal, Proposal.complaint == Overrule.complaint)
        .where(Overrule.complaint.in_(last.limit(MOST_OVERRULED)))
        .order_by(Overrule.id)
    )
    for complaint, label, value, proposed in rows:
        known = decided.setdefault(
            complaint, {one: None if proposed.get(one) is None else str(proposed[one]) for one in LABELS}
        )
        if label in LABELS:
            known[label] = value
    return decided


async def _corrected(service: Service, decided: dict[str, dict[str, str | None]]) -> list[Example]:
    """Return those complaints as examples; an erased one teaches nothing."""
    texts = await service.services.texts(list(decided)) if decided else {}
    return [
        Example(str(texts[one]["text"]), {label: known[label] for label in LABELS})
        for one, known in decided.items()
        if texts.get(one, {}).get("text")
    ]


async def activate(session: AsyncSession, version: str | None) -> None:
    """Switch a model on; ``None``: back to the shipped one.

    Raises ``not_found``, and ``model_of_an_older_program`` where its features are not those of this program.
    """
    found = None if version is None else await session.get(KnownModel, version)
    if version is not None and found is None:
        raise Problem(404, "not_found")
    if found is not None and not fits(found.about):
        raise Problem(409, "model_of_an_older_program")
    await session.execute(update(KnownModel).where(KnownModel.active).values(active=False))
    if found is not None:
        model = load(io.BytesIO(found.content))
        await session.execute(update(KnownModel).where(KnownModel.version == version).values(active=True))
        switch(model)
    else:
        switch(None)


async def listed(session: AsyncSession) -> list[OwnModelOut]:
    """Return the office's models, newest first."""
    rows = await session.execute(
        select(
            KnownModel.version, KnownModel.made_at, KnownModel.made_by, KnownModel.about, KnownModel.active
        ).order_by(KnownModel.made_at.desc())
    )
    return [_listed(**row._mapping) for row in rows]


def _listed(*, about: dict[str, Any], active: bool, **known: Any) -> OwnModelOut:
    return OwnModelOut(about=about, active=active and fits(about), fits=fits(about), **known)


async def follow(service: Service) -> bool:
    """Take up the model that is switched on, wherever it was switched on; nothing more to do: ``False``.

    One that an older program made of other features gives way to the shipped one until another is switched on.
    """
    async with service.database.session() as session:
        on = (await session.execute(select(KnownModel.version, KnownModel.about).where(KnownModel.active))).first()
        if on is None or not fits(on.about):
            switch(None)
        elif on.version != current().about.get("version"):
            content = await session.scalar(select(KnownModel.content).where(KnownModel.version == on.version))
            switch(load(io.BytesIO(content or b"")))
    return False
