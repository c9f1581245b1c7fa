"""What intake is made of."""

from uuid import UUID

from sqlalchemy import select, union_all

from services.intake import attachments, limits
from services.intake.api import router
from services.intake.api_complaints import entrance
from services.intake.channel_keys import adopt_example_keys
from services.intake.handlers import HANDLERS, after_batch
from services.intake.offices import intake_of, open_intake
from services.intake.tables import Attachment, Base, Complaint
from shared.danger import danger_lexicon
from shared.running import Service, ServiceSpec, Worker


async def start(running: Service) -> None:
    danger_lexicon()  # with cues that cannot be used nothing is received: a danger would not ring (2/1.1.15(1))
    await open_intake(running)
    await adopt_example_keys(running)


async def stop(running: Service) -> None:
    await intake_of(running).vault.database.dispose()


async def sweep_vault(running: Service) -> bool:
    async def used(ids: list[UUID]) -> set[UUID]:
        of_both = union_all(
            select(Complaint.id).where(Complaint.id.in_(ids)), select(Attachment.id).where(Attachment.id.in_(ids))
        )
        async with running.database.session() as session:
            return set(await session.scalars(of_both))

    return await intake_of(running).vault.sweep(used)


service = ServiceSpec(
    name="intake",
    router=router,
    entrance=entrance,
    metadata=Base.metadata,
    handlers=HANDLERS,
    topics=("complaints", "procedure"),
    workers=(
        Worker("sweep vault", sweep_vault, every=300, woken=False),
        Worker("sweep attachments", attachments.sweep_unbound, every=300, woken=False),
        Worker("sweep limits", limits.sweep, every=3600, woken=False),
    ),
    after_batch=after_batch,
    start=start,
    stop=stop,
)
