"""Classification: what it is made of."""

from services.classification import handlers
from services.classification.api import router
from services.classification.lexicon import lexicon
from services.classification.tables import Base
from shared.running import Service, ServiceSpec


async def check_lexicons(_: Service) -> None:
    """Refuse to start with a lexicon that cannot be used, and say the line."""
    lexicon()


service = ServiceSpec(
    name="classification",
    router=router,
    metadata=Base.metadata,
    handlers=handlers.HANDLERS,
    prepare=handlers.prepare,
    start=check_lexicons,
)
