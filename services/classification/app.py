"""Classification: what it is made of."""

from services.classification import handlers, models
from services.classification.api import router
from services.classification.lexicon import lexicon
from services.classification.settings import settings
from services.classification.tables import Base
from shared.danger import danger_lexicon
from shared.running import Service, ServiceSpec, Worker


async def check_files(service: Service) -> None:
    """Refuse to start with words or settings that cannot be used, and say the line; take up the model that is on."""
    danger_lexicon()
    lexicon()
    settings()
    await models.follow(service)


service = ServiceSpec(
    name="classification",
    router=router,
    metadata=Base.metadata,
    handlers=handlers.HANDLERS,
    prepare=handlers.prepare,
    start=check_files,
    workers=(Worker("follow_model", models.follow, every=10.0),),
)
