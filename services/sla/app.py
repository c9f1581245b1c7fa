"""What sla is made of."""

from services.sla.api import router
from services.sla.handlers import HANDLERS, after_batch
from services.sla.standing import open_office
from services.sla.tables import Base
from services.sla.timers import next_due, sweep
from shared.procedure import load
from shared.service import Service, ServiceSpec, Worker


async def start(service: Service) -> None:
    """Refuse to start on a procedure that cannot be carried out: every fact that it mentions is heard here."""
    unheard = load().mentions - {fact.type for fact in HANDLERS}
    if unheard:
        raise RuntimeError(f"the procedure mentions facts that sla does not hear: {', '.join(sorted(unheard))}")
    await open_office(service)


service = ServiceSpec(
    name="sla",
    router=router,
    metadata=Base.metadata,
    handlers=HANDLERS,
    topics=("complaints", "procedure"),
    workers=(Worker("timers", sweep, every=0.25),),
    after_batch=after_batch,
    next_due=next_due,
    start=start,
)
