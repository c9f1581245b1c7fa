"""The limit of intake: the least that FastAPI and asyncpg can do to take a complaint in safely.

A route that validates the same body, and writes the same row and its outbox row in one transaction - and nothing else:
no keys, no sealing, no deadlines, no idempotency, no events consumed. Beside it ``/nothing``, which does nothing.
"""

import asyncio
import gc
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import asyncpg
import uvicorn
import uvloop
from fastapi import FastAPI
from starlette.types import Receive, Scope, Send

from services.intake.inputs import NewComplaint

SCHEMA = """
CREATE SEQUENCE limit_running;
CREATE TABLE limit_complaints (LIKE complaints INCLUDING ALL);
CREATE TABLE limit_outbox (LIKE outbox INCLUDING ALL);
"""
_COMPLAINT = """
INSERT INTO limit_complaints (id, running, number, stage, channel, reply_form, language, received_at, recorded_at,
reachable, danger_cues, urgent, confidential, named_officers, record, complainant, by, body_hash, answer)
SELECT $1, n, 'limit ' || n, 'received', $2, 'online', 'zh-Hant', now(), now(), '{phone}', '{}', false, false, '{}',
$3, $4, 'limit', $5, '{}' FROM nextval('limit_running') AS n
"""
_OUTBOX = """
INSERT INTO limit_outbox (event_id, type, topic, subject, sequence, time, data)
VALUES ($1, 'complaint.received', 'complaints', $2, 1, now(), $3::jsonb)
"""


def application(url: str) -> FastAPI:
    """Return the application; ``url`` of intake's database, as libpq understands it."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with asyncpg.create_pool(url, min_size=10, max_size=10) as pool:
            app.state.pool = pool
            gc.collect()
            gc.freeze()
            yield

    app = FastAPI(lifespan=lifespan)

    @app.post("/complaints", status_code=201)
    async def receive(body: NewComplaint) -> dict[str, str]:
        id_ = uuid4()
        record, person = body.text.encode(), body.complainant.model_dump_json().encode() if body.complainant else None
        fact = body.model_dump_json(include={"channel", "service", "language"})
        async with app.state.pool.acquire() as connection, connection.transaction():
            await connection.execute(_COMPLAINT, id_, body.channel, record, person, record[:32])
            await connection.execute(_OUTBOX, str(uuid4()), str(id_), fact)
        return {"id": str(id_)}

    return app


class WithNothing:
    """The application, and before it a route that does nothing."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != "/nothing":
            await self._app(scope, receive, send)
            return
        headers = [(b"content-length", b"0")]
        await send({"type": "http.response.start", "status": 201, "headers": headers})
        await send({"type": "http.response.body", "body": b""})


def _main(port: str, url: str) -> None:
    app = WithNothing(application(url))
    config = uvicorn.Config(
        app, port=int(port), http="httptools", log_config=None, access_log=False, server_header=False, lifespan="on"
    )
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(uvicorn.Server(config).serve())


if __name__ == "__main__":
    _main(*sys.argv[1:])
