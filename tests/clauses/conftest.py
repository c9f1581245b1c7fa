"""The clauses' own tests are told in the same office as the journeys."""

from tests.journeys.conftest import office, pytest_generate_tests

__all__ = ["office", "pytest_generate_tests"]
