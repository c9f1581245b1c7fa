"""Archive: what it is made of."""

from services.archive import problems  # noqa: F401 - its problems join the catalogue
from services.archive.api import router
from services.archive.checkpoints import keep_checkpoints
from services.archive.collecting import collect_files
from services.archive.handlers import HANDLERS
from services.archive.signing import open_seal
from services.archive.tables import Base
from shared.running import ServiceSpec, Worker

service = ServiceSpec(
    name="archive",
    router=router,
    metadata=Base.metadata,
    handlers=HANDLERS,
    topics=("complaints", "procedure"),
    workers=(Worker("collecting", collect_files), Worker("checkpoints", keep_checkpoints, every=5.0)),
    start=open_seal,
)
