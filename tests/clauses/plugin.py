"""A plugin of pytest (``-p tests.clauses.plugin``): only marked tests, and what became of each, as a file.

``CLAUSES_REPORT`` names the file: {node: {"clauses": [...], "outcome": ...}}. A test that was collected and did not run
has the outcome ``not run``; one that broke before or after itself, ``error``.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.clauses.marking import MARK, clauses_of

_WORST = ("not run", "passed", "skipped", "error", "failed")
_found: dict[str, dict[str, Any]] = {}


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what proves no clause, and what needs a broker."""
    wanted = [one for one in items if clauses_of(one) and not one.get_closest_marker("kafka")]
    config.hook.pytest_deselected(items=[one for one in items if one not in wanted])
    items[:] = wanted
    for one in wanted:
        _found[one.nodeid] = {"clauses": clauses_of(one), "outcome": "not run"}


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Keep the worst of setup, call and teardown."""
    claimed = [str(value) for name, value in report.user_properties if name == MARK]
    kept = _found.setdefault(report.nodeid, {"clauses": claimed, "outcome": "not run"})
    outcome = "error" if report.outcome == "failed" and report.when != "call" else report.outcome
    kept["outcome"] = max(kept["outcome"], outcome, key=_WORST.index)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the file; workers of xdist leave it to the one who started them."""
    if not hasattr(session.config, "workerinput"):
        Path(os.environ["CLAUSES_REPORT"]).write_text(json.dumps(_found), "utf-8")
