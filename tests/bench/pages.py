"""Each page of the desk at 100,000 complaints, as a signed-in browser asks for it."""
# ruff: noqa: T201 - a benchmark tells what it sees

import os
import re
import statistics
import time
from itertools import product
from typing import Any, Final

import httpx

from services.desk.app import service as desk
from services.insight.queues import QUEUES
from shared.secrets import Secrets
from tests.bench.reads import LARGE, p99
from tests.bench.row import Row
from tests.bench.seeded import Running, running, seeded

MOST_MS: Final = 300.0
_TIMES: Final = 30
_PEOPLE: Final = ("director", "water.head", "archivist1", "operator1", "water.handler", "analyst1", "admin")
_NO_PAGES: Final = ("/static", "/language", "/sign-out", "/changes", "/live.js")
_QUERIES: Final = {
    "/search": ("", "?text=銀杏路", "?text=表號"),
    "/files": ("", "?state=filed"),
}
"""What to ask a page for, beside itself."""


def measure() -> list[Row]:
    """Return the row ``pages``: the slowest p99; prints each page."""
    with running(seeded(LARGE)) as office:
        browsers = [browser for name in _PEOPLE if (browser := sign_in(office, name)) is not None]
        browsers.append(office.as_(""))  # the sign-in page is for who is not signed in
        figures = {path: times for path in paths(office) if (times := _times(browsers, path))}
    if not figures:
        raise RuntimeError("no page was found")
    for path, times in sorted(figures.items(), key=lambda one: -p99(one[1])):
        print(f"  {p99(times):7.1f} ms p99 {statistics.median(times):7.1f} ms p50  {path}")
    slowest = max(figures, key=lambda path: p99(figures[path]))
    worst = p99(figures[slowest])
    told = f"slowest of {len(figures)} pages: {_plain(slowest)}"
    return [
        Row("pages", round(worst, 1), "ms", MOST_MS, round(worst / MOST_MS, 2), worst < MOST_MS,
            statistics.median(figures[slowest]), worst, told)
    ]  # fmt: skip


def _plain(path: str) -> str:
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "…", path)


def paths(office: Running) -> list[str]:
    """Return every page of the desk, its parameters filled in from the office's data."""

    def one(service: str, query: str) -> str:
        return str(next(iter(office.rows(service, query)[0].values())))

    complaint = one("casework", "SELECT complaint FROM cases WHERE stage = 'replied' LIMIT 1")
    mail = next((path.name for path in sorted((office.data / "mail").glob("*.eml"))), "")
    filled = {
        "complaint": [complaint],
        "letter": [one("reply", f"SELECT id FROM letters WHERE complaint = '{complaint}' LIMIT 1")],
        "visit": [one("reply", "SELECT id FROM visits WHERE ended_at IS NULL LIMIT 1")],
        "review": [one("reply", "SELECT id FROM reviews WHERE decided_at IS NULL LIMIT 1")],
        "file": [one("archive", "SELECT id FROM files WHERE state = 'filed' LIMIT 1")],
        "number": ["1"],
        "incident": [_incident(office)],
        "attachment": [_attachment(office, complaint)],
    }
    special = {
        "/queues/{name}": list(QUEUES),
        "/mails/{name}": [mail],
        "/scope-checks/{complaint}": [one("intake", "SELECT id FROM complaints WHERE stage = 'received' LIMIT 1")],
    }
    found = []
    for route in _routes(desk.router):
        if any(route.startswith(each) for each in _NO_PAGES):
            continue
        names = re.findall(r"\{(\w+)", route)
        examples = [special.get(route, filled.get(name, [])) for name in names]
        if not all(examples):
            print(f"  no example for {route}: not measured")
        for values in product(*examples):
            path = re.sub(r"\{[^}]+\}", "{}", route).format(*values)
            found += [f"/desk{path}{query}" for query in _QUERIES.get(route, ("",))]
    return found


def _incident(office: Running) -> str:
    """Return an incident of many; the seed has none, so a person declares one, which the next run finds."""
    operator = office.as_("operator1")
    if found := operator.get("/casework/incidents").raise_for_status().json():
        return str(found[0]["id"])
    # of one topic, whichever the seed's assigned ones have
    one_topic = "topic_code = (SELECT topic_code FROM cases WHERE stage = 'assigned' LIMIT 1)"
    open_ones = f"SELECT complaint FROM cases WHERE stage = 'assigned' AND {one_topic} LIMIT 20"
    members = [str(row["complaint"]) for row in office.rows("casework", open_ones)]
    declared = operator.post("/casework/incidents", json={"complaints": members}).raise_for_status()
    return str(declared.json()["id"])


def _attachment(office: Running, complaint: str) -> str:
    """Return the attachment that an operator brings to a complaint."""
    file = {"file": ("meter.txt", "讀數 01234".encode(), "text/plain")}
    brought = office.as_("operator1").post("/intake/attachments", files=file, data={"complaint": complaint})
    return str(brought.raise_for_status().json()["id"])


def _routes(router: Any) -> list[str]:
    found: set[str] = set()
    for route in router.routes:
        if (inner := getattr(route, "original_router", None)) is not None:
            found.update(_routes(inner))
        elif "GET" in (getattr(route, "methods", None) or ()):
            found.add(route.path)
    return sorted(found)


def sign_in(office: Running, username: str) -> httpx.Client | None:
    """Return a browser in which this person has signed in; ``None`` when there is no such account."""
    accounts = {one.username: one.password for one in Secrets(office.data / "keys").accounts()}
    if username not in accounts:
        return None
    browser = httpx.Client(base_url=office.url, headers={"Accept-Language": "en"}, timeout=60)
    office.clients[f"browser of {username}"] = browser
    page = browser.get("/desk/sign-in").text
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    answer = browser.post("/desk/sign-in", data=hidden | {"username": username, "password": accounts[username]})
    if answer.status_code not in {302, 303}:
        raise RuntimeError(f"{username} cannot sign in: {answer.status_code}")
    return browser


def _times(browsers: list[httpx.Client], path: str) -> list[float]:
    for browser in browsers:
        with browser.stream("GET", path) as answer:
            if "event-stream" in answer.headers.get("content-type", ""):
                return []
            answer.read()
        if answer.status_code == 200:
            return [_time(browser, path) for _ in range(_TIMES)]
    print(f"  {_plain(path)}: nobody gets it ({answer.status_code}), load {os.getloadavg()[0]:.1f}")
    return []


def _time(browser: httpx.Client, path: str) -> float:
    begun = time.perf_counter()
    answer = browser.get(path)
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answered {answer.status_code}")
    return (time.perf_counter() - begun) * 1000
