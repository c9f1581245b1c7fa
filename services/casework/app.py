"""Casework: what it is made of."""

from services.casework import handlers, office
from services.casework.api import router
from services.casework.assignment import assignment_rules
from services.casework.checklists import checklists
from services.casework.tables import Base
from shared.running import Service, ServiceSpec


async def start(running: Service) -> None:
    """Refuse to start with rules of assignment or checklists that cannot be used, and say the line; open the office."""
    assignment_rules()
    checklists()
    await office.open_office(running)


service = ServiceSpec(
    name="casework",
    router=router,
    metadata=Base.metadata,
    handlers=handlers.HANDLERS,
    topics=("complaints", "procedure"),
    start=start,
)
