"""Reply's routes: what it keeps of a case; letters and notices stand in files of their own."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from services.reply import (
    api_companies,
    api_letters,
    api_matters,
    api_messages,
    api_notices,
    api_reviews,
    api_visits,
    api_waiting,
)
from services.reply.answers import CaseOut, DocumentOut
from services.reply.api_incidents import router as incidents_router
from services.reply.view import documents, story
from services.reply.work import Call, may

router = APIRouter()
router.include_router(incidents_router)


@router.get("/complaints/{complaint}", tags=["reply"])
async def read_case(complaint: UUID, call: Annotated[Call, Depends(may("reply.read"))]) -> CaseOut:
    """Letters, result notices, extensions and what the complainant said, with what to do next (6/3.4.5(1))."""
    async with call.look_at(complaint) as work:
        return await story(work)


@router.get("/complaints/{complaint}/documents", tags=["reply"])
async def read_documents(
    complaint: UUID, call: Annotated[Call, Depends(may("reply.read_documents"))]
) -> list[DocumentOut]:
    """Everything for the file, still sealed (10/5.2.5)."""
    async with call.look_at(complaint) as work:
        return await documents(work)


router.include_router(api_letters.router)
router.include_router(api_matters.router)
router.include_router(api_messages.router)
router.include_router(api_companies.router)
router.include_router(api_notices.router)
router.include_router(api_reviews.router)
router.include_router(api_visits.router)
router.include_router(api_waiting.router)
