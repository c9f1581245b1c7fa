"""Whether Docker is there for the tests; without it they take the wheel and the jars."""

import os
from functools import cache

import pytest

FORCED_OFF = os.environ.get("REDRESS_TEST_DOCKER") == "0"
IN_CI = os.environ.get("CI") == "true"


@cache
def docker_answers() -> bool:
    """Whether a Docker engine answers. REDRESS_TEST_DOCKER=0 says no without asking; in CI its absence is a failure."""
    if FORCED_OFF:
        return False
    try:
        import docker

        docker.from_env(timeout=60).ping()
    except Exception as error:  # noqa: BLE001 - whatever is wrong with it, it is not there
        if IN_CI:
            pytest.exit(f"Docker does not answer, and in CI its tests may not be left out: {error}", returncode=1)
        return False
    return True


def leave_out(why: str) -> None:
    """Skips the test; in CI, fails it."""
    if IN_CI:
        pytest.fail(f"In CI nothing is left out: {why}")
    pytest.skip(why)
