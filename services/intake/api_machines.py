"""The routes of other services (texts, keys) and of channels' keys."""

import base64
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends

from services.intake import channel_keys, reading
from services.intake.answers import ChannelKeyOut, Key, LikenessOut, NewChannelKeyOut, Texts
from services.intake.inputs import ChannelKeyIn, IdsIn, LikenessIn, TextsIn
from services.intake.offices import intake_of
from services.intake.routing import Bounded
from shared.access import Caller, allowed
from shared.running import Running, Session

router = APIRouter(route_class=Bounded, tags=["machines"])
Manager = Annotated[Caller, Depends(allowed("intake.manage_channels"))]


@router.post(
    "/texts",
    dependencies=[Depends(allowed("intake.read_texts"))],
    response_model=Texts,
)
async def read_texts(body: TextsIn, session: Session, service: Running) -> dict[str, Any]:
    """The texts of at most 500 complaints, for services; an erased one is an answer, not a failure (4/5.2.5)."""
    return await reading.texts(session, intake_of(service), body.ids, body.parts)


@router.post("/likeness", dependencies=[Depends(allowed("intake.read_texts"))])
async def read_likeness(body: LikenessIn, session: Session, service: Running) -> list[LikenessOut]:
    """How like complaints are in words and place: numbers alone, no text leaves intake (incidents, 3/m5.1)."""
    return [LikenessOut.model_validate(one) for one in await reading.likenesses(session, intake_of(service), body)]


@router.post("/keys", dependencies=[Depends(allowed("intake.read_keys"))])
async def read_keys(body: IdsIn, service: Running) -> dict[UUID, Key | None]:
    """The keys of at most 500 complaints, base64, for services; null: erased (4/5.2.5)."""
    keys = await intake_of(service).vault.keys(body.ids)
    return {id_: base64.b64encode(keys[id_]).decode() if id_ in keys else None for id_ in body.ids}


@router.post("/channel-keys", status_code=201)
async def make_channel_key(body: ChannelKeyIn, session: Session, service: Running, caller: Manager) -> NewChannelKeyOut:
    """Make a key for a channel; it is shown only in this answer (1/1.1.2)."""
    made = await channel_keys.make_key(session, intake_of(service), body.name, body.scopes, caller.id)
    return NewChannelKeyOut.model_validate(made)


@router.get("/channel-keys")
async def channel_keys_there_are(session: Session, _: Manager) -> list[ChannelKeyOut]:
    """The keys there are: name, scopes, by whom, whether revoked (3/1.1)."""
    return [ChannelKeyOut.model_validate(one) for one in await channel_keys.list_keys(session)]


@router.delete("/channel-keys/{key}", status_code=204)
async def revoke_channel_key(key: UUID, session: Session, service: Running, _: Manager) -> None:
    """Refuse a key from now on (within 5 seconds in every replica) (3/1.1)."""
    await channel_keys.revoke_key(session, intake_of(service), key)
