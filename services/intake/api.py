"""All routes of intake: the edge for channels and complainants, the staff's, the services', and the public pages."""

from fastapi import APIRouter

from services.intake import api_attachments, api_complaints, api_machines, api_staff, api_standing, pages

router = APIRouter()
for part in (api_complaints, api_attachments, api_staff, api_machines, api_standing, pages):
    router.include_router(part.router)
