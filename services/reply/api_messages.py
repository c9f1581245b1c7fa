"""Routes on short messages whose going out a person looks after (6/3.4.4(2))."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from services.reply import noticing
from services.reply.answers import NoticeOut
from services.reply.api_bodies import In, Said
from services.reply.view import notice_view
from services.reply.work import Call, may

router = APIRouter(prefix="/result-notices/{notice}", tags=["notices"])
Telling = Annotated[Call, Depends(may("reply.notify"))]


class Found(In):
    """Whether the message went out, and how that is known."""

    went_out: bool
    text: Said


@router.post("/sending", summary="Send a message again")
async def send_again(notice: UUID, call: Telling) -> NoticeOut:
    """Hand a message in once more that was refused or maybe sent; the gateway knows it by its key (6/3.4.4(2)).

    Operator, handler, supervisor; 409 ``wrong_notice_state``.
    """
    async with call.on_notice(notice) as (work, found):
        noticing.send_again(found)
        return notice_view(work, found)


@router.post("/outcome", summary="Say whether a message went out")
async def say_outcome(notice: UUID, body: Found, call: Telling) -> NoticeOut:
    """A person has found out what nobody knew: told, or to be told otherwise (6/3.4.4(2)).

    Operator, handler, supervisor; 409 ``wrong_notice_state``.
    """
    async with call.on_notice(notice) as (work, found):
        await noticing.found_out(work, found, went_out=body.went_out, words=body.text)
        return notice_view(work, found)
