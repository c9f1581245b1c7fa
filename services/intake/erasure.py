"""Erasure (4/5.2.5): the keys of a complaint and its attachments are destroyed; nothing can open them again."""

from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.intake.fairness import refuse_unfair
from services.intake.holding import held_complaint
from services.intake.offices import Intake
from services.intake.tables import Attachment, BlindIndex, Complaint
from shared.clock import now
from shared.events import ComplaintErased
from shared.outbox import publish


async def erase(session: AsyncSession, intake: Intake, id_: UUID, by: str) -> Complaint:
    """Erase the person and every text of a complaint, in every service and every backup of theirs.

    Raises ``Problem`` 403 where it names who asks, or someone they lead.
    """
    complaint = await held_complaint(session, id_)
    await refuse_unfair(session, by, complaint.named_officers)
    if complaint.erased_at is None:
        complaint.erased_at = await now(session)
        await session.execute(delete(BlindIndex).where(BlindIndex.complaint == id_))
        attachments = list(await session.scalars(select(Attachment.id).where(Attachment.complaint == id_)))
        await session.execute(update(Attachment).where(Attachment.complaint == id_).values(sha256=None))
        await publish(session, str(id_), ComplaintErased(by=by))
        await session.flush()
        # last, and for ever: should the commit fail now, asking again finishes it
        await intake.vault.destroy([id_, *attachments])
    return complaint
