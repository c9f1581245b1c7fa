"""How the services are served."""

import httpx

from services.running import server_config
from shared.settings import Settings


async def _nothing(*_: object) -> None: ...


def test_no_connection_is_closed_under_a_client_that_still_keeps_it() -> None:
    """Kept equally long on both sides, a request now and then meets a door that closes: "connection reset"."""
    kept = httpx.Limits().keepalive_expiry
    assert kept is not None
    assert server_config(_nothing, Settings()).timeout_keep_alive > 2 * kept
