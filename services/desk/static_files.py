"""Our own files and the two that come from npm at set-up; nothing else of the disk can be reached."""

from pathlib import Path
from typing import Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import FileResponse

from services.desk.page import STATIC
from shared.access import allowed
from shared.errors import Problem

_MODULES: Final = Path(__file__).parents[2] / "node_modules"
_VENDOR: Final = {
    "htmx.js": _MODULES / "htmx.org/dist/htmx.min.js",
    "sse.js": _MODULES / "htmx-ext-sse/dist/sse.min.js",
    "echarts.js": _MODULES / "echarts/dist/echarts.min.js",
}
_OWN: Final = {path.name: path for path in sorted(STATIC.iterdir()) if path.is_file()}
_FOR_EVER: Final = "public, max-age=31536000, immutable"

router = APIRouter(dependencies=[Depends(allowed("office.observe"))], include_in_schema=False)


@router.get("/static/vendor/{name}")
async def vendor(name: str) -> FileResponse:
    """A browser library; without it the pages work, but are not live."""
    return _file(_VENDOR.get(name), "public, max-age=86400")


@router.get("/static/{name}")
async def own(name: str, request: Request) -> FileResponse:
    """One of the desk's own files; an address with the mark of its content is good for ever."""
    return _file(_OWN.get(name), _FOR_EVER if "v" in request.query_params else "no-cache")


def _file(path: Path | None, keep: str) -> FileResponse:
    if path is None or not path.is_file():
        raise Problem(404, "not_found")
    return FileResponse(path, headers={"Cache-Control": keep, "X-Content-Type-Options": "nosniff"})
