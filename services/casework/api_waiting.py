"""How much waits for the caller in each of casework's lists: for the front page, which shows no more than that."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends
from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework import api_disputes, api_sub_tasks, api_tracking
from shared.access import Caller, allowed
from shared.running import Session

router = APIRouter(tags=["casework"])
Waiting = Annotated[dict[str, int], Field(examples=[{"sub_tasks": 2, "unanswered": 0, "disputes": 1}])]
_LISTS: Final[dict[str, tuple[str, Callable[[AsyncSession, Caller], Awaitable[Sequence[Any]]]]]] = {
    "sub_tasks": ("casework.contribute", api_sub_tasks.my_departments),
    "unanswered": ("casework.assign", api_tracking.unanswered),
    "disputes": ("casework.arbitrate", api_disputes.waiting),
}


@router.get("/waiting", summary="How much waits for the caller")
async def waiting(session: Session, caller: Annotated[Caller, Depends(allowed("casework.read"))]) -> Waiting:
    """Sub-tasks, urgings that nobody answered, disputes: as many as the caller's own lists have (6/3.4.3(1)).

    A list that the caller may not see is left out.
    """
    return {name: len(await listed(session, caller)) for name, (action, listed) in _LISTS.items() if caller.may(action)}
