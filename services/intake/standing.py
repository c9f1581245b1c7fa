"""The dedicated mailbox: emptied on a schedule, and that is put on record (1/1.1.4)."""

from sqlalchemy.ext.asyncio import AsyncSession

from shared.events import OFFICE, MailboxCollected
from shared.outbox import hold, publish


async def collect_mailbox(session: AsyncSession, letters: int, by: str) -> None:
    """The mailbox was emptied, and so many letters were taken in; none is a finding, too."""
    await hold(session, OFFICE)
    await publish(session, OFFICE, MailboxCollected(letters=letters, by=by))
