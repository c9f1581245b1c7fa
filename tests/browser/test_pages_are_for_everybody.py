"""Every page speaks three languages, works by keyboard and on a phone, and has no serious accessibility fault."""

import json
from pathlib import Path

import pytest
import pytest_asyncio

from tests.browser.visitor import PHONE, Visitor, Visitors
from tests.infrastructure.docker import leave_out

pytestmark = pytest.mark.browser
AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
_SERIOUS = """async () => (await axe.run(document, {resultTypes: ['violations']})).violations
    .filter(one => ['serious', 'critical'].includes(one.impact))
    .map(one => one.id + ': ' + one.nodes.slice(0, 3).map(node => node.html.slice(0, 160)).join(' | '))"""

_STICKING_OUT = """() => document.documentElement.scrollWidth <= innerWidth ? null :
    [...document.querySelectorAll('main *, header *')].filter(one => one.getBoundingClientRect().right > innerWidth)
    .map(one => one.outerHTML.slice(0, 120)).slice(0, 6)"""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def pages(visitors: Visitors) -> dict[str, list[str]]:
    """Every page of the desk, by who looks at it; with a complaint at work, one that rings, and a letter."""
    office = visitors.office
    operator = await office.as_("operator1")
    labels = {"service": "gas", "topic_code": "gas.facility_safety", "nature": "safety", "kind": "consultation"}
    worked = await office.receive(
        operator,
        channel="phone",
        text="廚房裡有煤氣味，已經兩天。",
        complainant={"name": "吳先生", "phone": "13700137000"},
        registration=labels,
    )
    website = office.channel("website")
    waiting = await office.receive(
        website, channel="website", text="公交車總是遲到二十分鐘。", complainant={"name": "陸"}
    )
    await office.settle()
    story = (await operator.get(f"/insight/complaints/{worked['id']}")).json()
    handler = await office.as_(story["officer"])
    case = f"/casework/complaints/{worked['id']}"
    for path, body in (
        ("acceptance", {}),
        ("opinion", {"outcome": "upheld", "text": "已派員檢查。"}),
        ("opinion/determination", {}),
    ):
        answer = await handler.post(f"{case}/{path}", json=body)
        assert answer.is_success, answer.text
    await office.settle()
    letter = await handler.post(f"/reply/complaints/{worked['id']}/letters", json={})
    assert letter.is_success, letter.text
    stage = (await operator.get(f"/intake/complaints/{waiting['id']}")).json()["stage"]
    waiting_page = "scope-checks" if stage == "received" else "complaints"
    return {
        "operator1": [
            "/desk/",
            "/desk/new",
            "/desk/scope-checks",
            f"/desk/{waiting_page}/{waiting['id']}",
            "/desk/search",
        ],
        story["officer"]: [
            "/desk/?queue=alarms",
            f"/desk/complaints/{worked['id']}",
            f"/desk/letters/{letter.json()['id']}",
            "/desk/mails",
            "/desk/print-queue",
        ],
        "archivist1": ["/desk/files", "/desk/files/analyses"],
        "admin": ["/desk/office", "/desk/office/companies"],
        "director": [
            "/desk/office/roster",
            "/desk/reviews",
            "/desk/visits",
            "/desk/incidents",
            "/desk/disputes",
            "/desk/effects",
            "/desk/unanswered",
            "/desk/extensions",
        ],
    }


async def open_all_details(visitor: Visitor) -> None:
    await visitor.page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_no_page_has_a_serious_accessibility_fault(visitors: Visitors, pages: dict[str, list[str]], scheme: str):
    if not AXE.is_file():
        leave_out("axe-core is not installed: make setup")
    viewport = PHONE if scheme == "dark" else None
    faults: dict[str, list[str]] = {}
    nobody = await visitors.somebody(color_scheme=scheme, viewport=viewport, bypass_csp=True)
    looks = [(nobody, ["/desk/sign-in"])]
    for username, addresses in pages.items():
        looks.append((await visitors.as_(username, color_scheme=scheme, viewport=viewport, bypass_csp=True), addresses))
    for visitor, addresses in looks:
        for address in addresses:
            await visitor.go(address)
            await open_all_details(visitor)
            await visitor.page.add_script_tag(path=AXE)
            if found := await visitor.page.evaluate(_SERIOUS):
                faults[address] = found
    assert not faults, json.dumps(faults, indent=1, ensure_ascii=False)


async def test_no_page_is_wider_than_a_small_phone(visitors: Visitors, pages: dict[str, list[str]]):
    wide = {}
    for username, addresses in pages.items():
        visitor = await visitors.as_(username, viewport=PHONE)
        for address in addresses:
            await visitor.go(address)
            await open_all_details(visitor)
            if sticking_out := await visitor.page.evaluate(_STICKING_OUT):
                wide[address] = sticking_out
    assert wide == {}


async def test_a_supervisor_sees_all_rooms_at_once(visitors: Visitors) -> None:
    director = await visitors.as_("director")
    await director.go("/desk/office")
    room = "one => one.scrollWidth <= one.clientWidth"
    assert await director.page.locator("nav.rooms").evaluate(room)


async def test_no_page_breaks_its_own_content_policy(visitors: Visitors, pages: dict[str, list[str]]):
    said = {}
    for username, addresses in pages.items():
        visitor = await visitors.as_(username)
        for address in addresses:
            await visitor.go(address)
            await visitor.page.wait_for_timeout(150)
        if visitor.complaints_of_the_browser:
            said[username] = visitor.complaints_of_the_browser
    assert said == {}


async def test_the_desk_speaks_the_readers_language_and_keeps_it(visitors: Visitors, pages: dict[str, list[str]]):
    words = {
        "zh-TW": ("zh-Hant", "登入"),
        "zh-CN": ("zh-Hans", "登录"),
        "en-GB": ("en", "Sign in"),
        "fr-FR": ("zh-Hant", "登入"),
    }
    for browser_language, (language, word) in words.items():
        visitor = await visitors.somebody(browser_language)
        await visitor.go("/desk/sign-in")
        assert await visitor.page.get_attribute("html", "lang") == language
        assert word in await visitor.says()
    reader = await visitors.as_("analyst1", "zh-TW")
    assert "待辦" in await reader.page.inner_text("header")
    await reader.page.click("details.me summary")
    await reader.send(reader.page.locator('button[name="language"][value="en"]'))
    assert "Queue" in await reader.page.inner_text("header")
    elsewhere = await visitors.as_("analyst1", "zh-TW")
    assert "Queue" in await elsewhere.page.inner_text("header")


async def test_a_case_is_accepted_without_a_mouse(visitors: Visitors):
    operator = await visitors.office.as_("operator1")
    labels = {"service": "power", "topic_code": "power.billing", "nature": "charging", "kind": "complaint", "level": 3}
    taken = await visitors.office.receive(operator, channel="phone", text="電費多收 300 元。", registration=labels)
    await visitors.office.settle()
    story = (await operator.get(f"/insight/complaints/{taken['id']}")).json()
    handler = await visitors.as_(story["officer"])
    await handler.go(f"/desk/complaints/{taken['id']}")
    keyboard = handler.page.keyboard
    await keyboard.press("Tab")
    assert await handler.page.evaluate("document.activeElement.className") == "skip"
    await keyboard.press("Enter")
    for _ in range(6):
        await keyboard.press("Tab")
        focused = await handler.page.evaluate("document.activeElement.tagName + ' ' + document.activeElement.innerText")
        if focused == "BUTTON Accept the case":
            break
    outline = await handler.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    async with handler.page.expect_navigation():
        await keyboard.press("Enter")
    assert "not accepted yet" not in await handler.says()


async def test_the_queue_changes_by_itself_when_something_happens(visitors: Visitors):
    head = await visitors.as_("transport.head")
    await head.go("/desk/?queue=department")
    operator = await visitors.office.as_("operator1")
    labels = {
        "service": "transport",
        "topic_code": "transport.fares",
        "nature": "charging",
        "kind": "complaint",
        "level": 3,
    }
    taken = await visitors.office.receive(operator, channel="phone", text="車資多扣兩元。", registration=labels)
    await head.page.wait_for_selector(f"text={taken['number']}", timeout=40_000)
