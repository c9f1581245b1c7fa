"""Two kinds of failure: a part of the house is down (wait, skip nothing), or an event is poisonous (park it)."""

import asyncpg
import httpx
from aiokafka.errors import KafkaError
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from shared.logs import where

# 08 connection, 25P03/57 ended by the server, 40 deadlock and serialization, 53 no room, 55P03 lock, 58 disk
_PASSING = ("08", "25P03", "25P04", "40", "53", "55P03", "57", "58")
# no character of the encoding, no text, out of range, beyond the calendar
_UNSTORABLE = ("22021", "22P05", "22003", "22008")
_DOWN = (OSError, KafkaError, PoolTimeoutError, asyncpg.InterfaceError, httpx.TransportError)
_BUSY = frozenset({408, 425, 429, 502, 503, 504})


def is_infrastructure(fault: BaseException) -> bool:
    """Whether trying again later can help: the database, the broker or another service is down or busy."""
    if isinstance(fault, httpx.HTTPStatusError):
        return fault.response.status_code in _BUSY
    if isinstance(fault, DBAPIError) and fault.connection_invalidated:
        return True
    if isinstance(fault, _DOWN) or getattr(fault, "status", None) in _BUSY:
        return not isinstance(fault, ValueError)  # asyncpg's word for a parameter of the wrong type
    state = _sqlstate(fault)
    return state.startswith(_PASSING) if state else isinstance(fault, OperationalError)


def is_unstorable(fault: BaseException) -> bool:
    """Whether a value is beyond what a column or a calendar can hold: a NUL character, the year 10000, 10 to the 30."""
    if isinstance(fault, OverflowError):
        return True
    if not isinstance(fault, DBAPIError):
        return False
    return _sqlstate(fault) in _UNSTORABLE or isinstance(getattr(fault.orig, "__cause__", None), asyncpg.DataError)


def _sqlstate(fault: BaseException) -> str:
    origin = fault.orig if isinstance(fault, DBAPIError) else fault
    return str(getattr(origin, "sqlstate", None) or "")


def describe(fault: BaseException) -> str:
    """What broke and where, without the message: that might quote a person or a text."""
    place = where(fault)
    return f"{type(fault).__name__} at {place}" if place else type(fault).__name__
