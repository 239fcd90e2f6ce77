"""One running product and one browser for all journeys of a session."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.journeys.browsers import NOT_RUN, chromium_path, is_required
from tests.journeys.installation import Running, installation
from tests.journeys.visitor import Visitor
from tests.journeys.walker import SIZES, Walker

PASSWORD = "in-my-own-words"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = chromium_path()
    if not path:
        if is_required():
            pytest.fail(NOT_RUN)
        pytest.skip(NOT_RUN)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-background-networking"]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def running(chromium: Browser) -> Iterator[Running]:
    """Two seconds to undo *Now*: a journey does not wait a minute. Skipped, like the browser, where there is none."""
    with installation(ENGINE_UNDO="2", LOG_LEVEL="WARNING") as product:
        yield product


@pytest.fixture(scope="session")
def seen() -> set[tuple[str, str]]:
    """Each kind of page is looked at closely once a size."""
    return set()


@pytest.fixture(params=list(SIZES))
def size(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def walker(
    request: pytest.FixtureRequest, chromium: Browser, running: Running, seen: set[tuple[str, str]], size: str
) -> Iterator[Walker]:
    """Somebody at a browser of this size. A journey fails, too, where a page on its way is not as it should be."""
    journey = request.node.callspec.params.get("network") or request.node.originalname.removeprefix("test_")
    walker = Walker(chromium, running.address, size, str(journey).replace("_", "-"), seen)
    yield walker
    walker.close()
    assert walker.wrong == []


@pytest.fixture(scope="session")
def invited(running: Running) -> dict[str, str]:
    """People to walk the first road: invited by the demo's owner on her own page. Name to address."""
    from tests.journeys.test_first_road import ROADS

    people = {f"{road}-{size}": f"{road}.{size}@northwind.example" for road in ROADS for size in SIZES}
    owner = Visitor(running.address)
    signing_in = owner.open("/accounts/login/")
    owner.press(signing_in, "Sign in", login="olivia@northwind.example", password=PASSWORD)
    page = owner.open(f"{running.company}people/invite/")
    owner.press(page, "Invite", people="\n".join(f"Robin Reed, {address}" for address in people.values()))
    return people
