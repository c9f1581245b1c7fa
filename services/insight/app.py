"""What insight is made of."""

from services.insight import changes, indexing
from services.insight.api import router
from services.insight.handlers import HANDLERS
from services.insight.keeping import after_batch
from services.insight.tables import Base
from shared.service import ServiceSpec, Worker

service = ServiceSpec(
    name="insight",
    router=router,
    metadata=Base.metadata,
    handlers=HANDLERS,
    topics=("complaints", "procedure"),
    workers=(Worker("search index", indexing.fill, every=60),),
    prepare=indexing.prepare,
    after_batch=after_batch,
    start=indexing.start,
    stop=changes.stop,
)
