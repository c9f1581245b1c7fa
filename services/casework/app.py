"""Casework: what it is made of."""

from services.casework import handlers, office
from services.casework.api import router
from services.casework.tables import Base
from shared.running import ServiceSpec

service = ServiceSpec(
    name="casework",
    router=router,
    metadata=Base.metadata,
    handlers=handlers.HANDLERS,
    topics=("complaints", "procedure"),
    start=office.open_office,
)
