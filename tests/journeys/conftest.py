"""One running product, one browser and one world for all journeys of a session."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.journeys.browsers import FLAGS, NOT_RUN, UNPAINTED, chromium_path, is_required
from tests.journeys.installation import Running, fewer_programs, installation, program_says
from tests.journeys.page_list import World
from tests.journeys.seats import LOCALES, SIZES, Seats
from tests.journeys.visitor import Visitor
from tests.journeys.walker import Walker

PASSWORD = "in-my-own-words"
NETWORK_ROADS = ("linkedin", "x", "mastodon", "bluesky", "practice")
# One road each, of people who differ in what they bring; at a phone's size.
WAYS: dict[str, dict[str, str | bool]] = {
    **{f"in-{language}": {"language": language} for language in LOCALES if language != "en"},
    "dark": {"dark": True},
    "without-scripts": {"scripts": False},
    "by-keys": {"keys": True},
}
OTHERS = ("hand", "windows", "not-now", "never-again", "leaving", "week", "unclear", "lets-go", "scriptless")

Launching = Callable[..., Browser]


@pytest.fixture(scope="session")
def launch() -> Iterator[Launching]:
    path = chromium_path()
    if not path:
        if is_required():
            pytest.fail(NOT_RUN)
        pytest.skip(NOT_RUN)
    with sync_playwright() as playwright:
        browsers: list[Browser] = []

        def launched(*flags: str) -> Browser:
            browsers.append(playwright.chromium.launch(executable_path=path, args=flags))
            return browsers[-1]

        yield launched
        for browser in browsers:
            browser.close()


@pytest.fixture(scope="session")
def chromium(launch: Launching) -> Browser:
    return launch(*FLAGS)


@pytest.fixture(scope="session")
def unpainted(launch: Launching) -> Browser:
    return launch(*UNPAINTED)


@pytest.fixture(scope="session")
def running(chromium: Browser) -> Iterator[Running]:
    """Two seconds to undo *Now*, and twelve until a lost answer is asked about: a journey waits no minute. Skipped,
    like the browser, where there is none.

    The environment of tests, for it alone shows the page of all components.
    """
    with installation(
        fewer_programs,
        ADVOCACY_ENV="test",
        ENGINE_UNDO="2",
        ENGINE_SETTLE="2",
        ENGINE_LEASE="10",
        ENGINE_CALL_TIMEOUT="6",
        LOG_LEVEL="WARNING",
    ) as product:
        yield product


@pytest.fixture(scope="session")
def page_world(running: Running) -> World:
    return World.told(json.loads(program_says(running, "tests.journeys.page_world")))


@pytest.fixture(scope="session")
def seen() -> set[tuple[str, str]]:
    """Each kind of page is looked at closely once a size."""
    return set()


@pytest.fixture(scope="session")
def seats(chromium: Browser, running: Running) -> Seats:
    return Seats(chromium, running.address)


@pytest.fixture(params=list(SIZES))
def size(request: pytest.FixtureRequest) -> str:
    return str(request.param)


Walking = Callable[..., Walker]


@pytest.fixture
def walking(seats: Seats, seen: set[tuple[str, str]]) -> Iterator[Walking]:
    """Makes walkers. A journey fails, too, where a page on its way is not as it should be."""
    walkers: list[Walker] = []

    def walk(size: str, journey: str, **ways: bool | str) -> Walker:
        walkers.append(Walker(seats, size, journey, seen, **ways))  # type: ignore[arg-type]  # as WAYS has them
        return walkers[-1]

    yield walk
    for walker in walkers:
        walker.close()
    assert [sentence for walker in walkers for sentence in walker.wrong] == []


@pytest.fixture
def walker(request: pytest.FixtureRequest, walking: Walking, size: str) -> Walker:
    """Somebody at a browser of this size, who speaks English and sees, points and clicks."""
    journey = request.node.callspec.params.get("network") or request.node.originalname.removeprefix("test_")
    return walking(size, str(journey).replace("_", "-"))


@pytest.fixture(scope="session")
def invited(running: Running) -> dict[str, str]:
    """People to walk the first road: invited by the demo's owner on her own page. Name to address."""
    roads = [f"{road}-{size}" for road in (*NETWORK_ROADS, *OTHERS) for size in SIZES]
    people = {road: f"{road}@northwind.example" for road in (*roads, *WAYS)}
    owner = Visitor(running.address)
    signing_in = owner.open("/accounts/login/")
    owner.press(signing_in, "Sign in", login="olivia@northwind.example", password=PASSWORD)
    page = owner.open(f"{running.company}people/invite/")
    owner.press(page, "Invite", people="\n".join(f"Robin Reed, {address}" for address in people.values()))
    return people


@pytest.fixture(scope="session")
def taken() -> dict[str, set[str]]:
    """The stories that were posted *Now*, by network: a colleague's next post of one would be set apart from it."""
    return defaultdict(set)


@pytest.fixture
def counted(record_property: Callable[[str, object], None]) -> Callable[..., None]:
    """Keeps how many clicks a road took, for the line at the end of the run; more than `most` fails."""

    def count(journey: str, walker: Walker, most: int) -> None:
        told = {"journey": journey, "size": walker.size, "language": walker.language, "clicks": walker.clicks}
        record_property("clicks", json.dumps(told | {"most": most}))
        assert walker.clicks <= most, f"{walker.clicks} clicks for {journey}, and {most} are promised"

    return count


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The clicks of each road as JSON."""
    calls = [
        one for reports in terminalreporter.stats.values() for one in reports if getattr(one, "when", "") == "call"
    ]
    told = [str(value) for call in calls for name, value in call.user_properties if name == "clicks"]
    if told:
        terminalreporter.write_line(f'{{"clicks": [{", ".join(told)}]}}')
