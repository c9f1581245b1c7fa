"""How much waits for the caller in each of reply's lists: for the front page, which shows no more than that."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends

from services.reply import api_letters, api_notices, api_reviews, api_visits
from services.reply.work import Call, may

router = APIRouter(tags=["reply"])
_LISTS: Final = {
    "extensions": ("reply.approve_extension", api_notices.waiting_extensions),
    "visits": ("reply.visit", api_visits.list_visits),
    "reviews": ("reply.assign_review", api_reviews.list_reviews),
    "print_queue": ("reply.send", api_letters.print_queue),
}


@router.get("/waiting", summary="How much waits for the caller")
async def waiting(call: Annotated[Call, Depends(may("reply.read"))]) -> dict[str, int]:
    """Extensions to approve, visits, reviews, letters to post: as many as the caller's own lists have (6/3.4.3(1)).

    A list that the caller may not see is left out.
    """
    return {name: len(await listed(call)) for name, (action, listed) in _LISTS.items() if call.caller.may(action)}
