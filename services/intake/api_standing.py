"""What the office does on a schedule, as far as it is intake's: the mailbox."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from services.intake import standing
from services.intake.answers import MailboxOut
from services.intake.routing import Bounded
from shared.access import Caller, allowed
from shared.clock import now
from shared.running import Session

router = APIRouter(route_class=Bounded, tags=["standing duties"])


class MailboxIn(BaseModel):
    """How many letters lay in the mailbox."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"letters": 3}})
    letters: Annotated[int, Field(ge=0, le=10_000)]


@router.post("/mailbox-collections", status_code=201, summary="The mailbox was collected")
async def collect_mailbox(
    body: MailboxIn, session: Session, caller: Annotated[Caller, Depends(allowed("intake.collect_mailbox"))]
) -> MailboxOut:
    """Fulfils the standing duty of each working day (1/1.1.4); the letters themselves are received one by one."""
    await standing.collect_mailbox(session, body.letters, caller.acts_as)
    return MailboxOut(collected_at=await now(session), letters=body.letters, by=caller.acts_as)
