"""The desk: pages, accounts, tokens. It hears nothing: pages ask when they are looked at."""

from services.desk import problems
from services.desk.accounts import adopt_accounts
from services.desk.api import router
from services.desk.tables import Base
from shared.running import ServiceSpec

service = ServiceSpec(name="desk", router=router, metadata=Base.metadata, handlers={}, topics=(), start=adopt_accounts)

__all__ = ["problems", "service"]
