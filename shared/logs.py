"""Logs by allow-list: a field that is not named here does not get into a log, so no person and no text can."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, Final

import structlog

_NAMES: Final = (
    "event level timestamp service method route status ms error where worker topic partition offset group complaint "
    "subject source type sequence position count seconds lag tries port path mode version duty row letter file attempt "
    "again_in"
)
ALLOWED: Final = frozenset(_NAMES.split())


def _only_allowed(_: Any, __: str, fields: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {name: value for name, value in fields.items() if name in ALLOWED}


def set_up(level: str) -> None:
    """Write one JSON line per entry to standard error; other libraries' logs keep their message only at warning."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _only_allowed,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    handler = logging.StreamHandler()
    handler.setFormatter(_Silent("%(levelname)s %(name)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


class _Silent(logging.Formatter):
    """Of a library's entry keeps its logger, and of an error its type and place: messages may hold a person's words."""

    def formatException(self, ei: Any) -> str:  # noqa: N802 - logging's own name
        """Return what may be said of an error."""
        error = ei[1]
        return f"{type(error).__name__} {where(error)}".rstrip() if error is not None else ""


def where(error: BaseException) -> str:
    """Return file and line of the innermost own frame: what a log may say of an error instead of its message."""
    trace, place = error.__traceback__, ""
    while trace is not None:
        code = trace.tb_frame.f_code
        if "/shared/" in code.co_filename or "/services/" in code.co_filename:
            place = f"{'/'.join(code.co_filename.split('/')[-2:])}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place


def log(service: str) -> Any:
    """Return the logger of a service."""
    return structlog.get_logger().bind(service=service)
