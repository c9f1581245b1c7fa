"""Attachments come in by multipart, and go out to staff; what is in them is checked, cleaned and sealed."""

from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from starlette.datastructures import UploadFile

from services.intake.answers import Kept
from services.intake.attachments import keep, open_attachment
from services.intake.callers import at_the_edge, complainant_of
from services.intake.fairness import refuse_unfair
from services.intake.holding import found
from services.intake.media import MOST_BYTES
from services.intake.reading import note_looks
from services.intake.routing import Bounded
from services.intake.tables import Attachment, Complaint
from shared.access import Caller, allowed
from shared.errors import Problem
from shared.running import Running, Service

router = APIRouter(route_class=Bounded, tags=["attachments"])
_FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "complaint": {"type": "string", "description": "staff: the complaint it belongs to"},
                    },
                }
            }
        },
    }
}


async def _owner(request: Request) -> tuple[str, UUID | None, bool]:
    """Return who brings it, the complaint it is for where that is known, and whether they are staff or a service."""
    code, number = request.headers.get("X-Receipt-Code"), request.query_params.get("number")
    if code and number:
        complainant = await complainant_of(request.app.state.service, number, code)
        return complainant.owner, complainant.complaint.id, False
    edge = await at_the_edge("intake.attach")(request)
    return edge.sender.id, None, edge.sender.person or edge.caller.is_service


_owner.action = "intake.attach"  # type: ignore[attr-defined]
Owner = Annotated[tuple[str, UUID | None, bool], Depends(_owner)]


@router.post("/attachments", status_code=201, openapi_extra=_FORM)
async def attach(request: Request, service: Running, owner: Owner) -> Kept:
    """Bring a file of at most 20 MB: with a channel key, as staff, or as complainant (`?number=`, `X-Receipt-Code`).

    Its kind is judged by its content: pictures, PDF, Word, Excel, text, audio, video, e-mail. Pages, scripts and
    programs are refused (415). Cleaned of what a camera noted; sealed (4/5.2.5).
    """
    who, complaint, staff = owner
    async with request.form(max_files=1, max_fields=2) as form:
        file, wanted = form.get("file"), form.get("complaint")
        if not isinstance(file, UploadFile):
            raise Problem(422, "invalid", errors=[("file", "attachment_missing")])
        content, name = await file.read(MOST_BYTES + 1), file.filename or ""
    if staff and isinstance(wanted, str) and wanted:
        async with service.database.session() as session:
            meant = await found(session, wanted)
            await refuse_unfair(session, who, meant.named_officers)
            complaint = meant.id
    return Kept.model_validate(await keep(service, who, name, content, complaint))


@router.get("/attachments/{attachment}", response_class=Response)
async def read_attachment(
    attachment: UUID, service: Running, caller: Annotated[Caller, Depends(allowed("intake.read"))]
) -> Response:
    """The content of an attachment, opened; every look of a person is on record (10/5.2.11).

    ``X-Complaint`` says which complaint it belongs to, once it does.
    """
    row = await _look_at(service, attachment, caller)
    opened = await open_attachment(service, row)
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(opened.name or 'attachment')}",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    if row.complaint is not None:
        headers["X-Complaint"] = str(row.complaint)
    return Response(opened.content, media_type=opened.media_type, headers=headers)


async def _look_at(service: Service, attachment: UUID, caller: Caller) -> Attachment:
    async with service.database.session() as session:
        row = await session.get(Attachment, attachment)
        if row is None:
            raise Problem(404, "not_found")
        if row.complaint is not None:
            complaint = await session.get_one(Complaint, row.complaint)
            await refuse_unfair(session, caller.acts_as, complaint.named_officers)
            await note_looks(session, caller, "attachment", [row.complaint])
        return row
