"""How much waits for the caller in each of reply's lists: for the front page, which shows no more than that."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Final

from fastapi import APIRouter, Depends

from services.reply import api_letters, api_notices, api_reviews, api_visits
from services.reply.answers import List, WaitingOut
from services.reply.work import Call, may

router = APIRouter(tags=["reply"])


async def _extensions(call: Call) -> int:
    return len(await api_notices.waiting_extensions(call))


async def _reviews(call: Call) -> int:
    return len(await api_reviews.list_reviews(call))


_COUNTS: Final[dict[List, tuple[str, Callable[[Call], Awaitable[int]]]]] = {
    "extensions": ("reply.approve_extension", _extensions),
    "visits": ("reply.visit", api_visits.open_visits),
    "reviews": ("reply.assign_review", _reviews),
    "print_queue": ("reply.send", api_letters.letters_to_post),
}


@router.get("/waiting", summary="How much waits for the caller")
async def waiting(call: Annotated[Call, Depends(may("reply.read"))]) -> WaitingOut:
    """Extensions to approve, visits, reviews, letters to post: as many as the caller's own lists have (6/3.4.3(1)).

    A list that the caller may not see is left out.
    """
    return {name: await count(call) for name, (action, count) in _COUNTS.items() if call.caller.may(action)}
