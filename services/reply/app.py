"""What reply is made of."""

import asyncio

from services.reply import problems  # noqa: F401 - its problems join the catalogue
from services.reply.api import router
from services.reply.companies import open_companies
from services.reply.fonts import letter_fonts
from services.reply.handlers import HANDLERS
from services.reply.language_check import LANGUAGE_FILE, check_file
from services.reply.machine import write_letters
from services.reply.noticing import send_messages
from services.reply.sending import send_letters
from services.reply.tables import Base
from shared.procedure.reader import load
from shared.service import Service, ServiceSpec, Worker


async def start(service: Service) -> None:
    """Refuse to start where letters cannot be set or the procedure cannot be read; at first, found the companies."""
    load()
    check_file(LANGUAGE_FILE)
    await asyncio.to_thread(letter_fonts)
    await open_companies(service)


service = ServiceSpec(
    name="reply",
    router=router,
    metadata=Base.metadata,
    handlers=HANDLERS,
    topics=("complaints", "procedure"),
    workers=(
        Worker("machine letters", write_letters),
        Worker("sending", send_letters),
        Worker("messages", send_messages),
    ),
    start=start,
)
