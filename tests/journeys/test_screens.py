"""A picture of every page, and of what people see most as different people see it: on a phone, dark, in Chinese, in
Russian. Runs with `make screenshots` alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser

from tests.journeys import keeping
from tests.journeys.installation import Running
from tests.journeys.looker import NARROW, WIDE, Looker
from tests.journeys.page_companies import RICH
from tests.journeys.page_list import Visit, World, every_visit

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(900),
    pytest.mark.skipif(not keeping.is_wanted(), reason="pictures are kept by `make screenshots`"),
]
MOST_SEEN = (
    "invitation",
    "this_week",
    "compose",
    "approve",
    "queue",
    "plan_week",
    "my_results",
    "library",
    "inbox",
    "team",
)
WAYS = {
    "phone": ("light", "en", NARROW),
    "dark": ("dark", "en", WIDE),
    "dark-phone": ("dark", "en", NARROW),
    "zh": ("light", "zh-hans", NARROW),
    "ru": ("light", "ru", NARROW),
}


@pytest.fixture
def looker(chromium: Browser, running: Running) -> Iterator[Looker]:
    looker = Looker(chromium, running.address, has_axe=False)
    yield looker
    looker.close()


def test_keep_every_screen(looker: Looker, page_world: World) -> None:
    """In the demo's company where it has the page; a page in a state of its own beside the plain one."""
    for visit in every_visit(page_world):
        if (visit.state or visit.world in ("", RICH)) and looker.open(visit):
            name = visit.name.replace("_", "-") + ("-as-told" if visit.state else "")
            keeping.keep_screen(looker.page, name)


@pytest.mark.parametrize("way", list(WAYS))
def test_keep_what_is_seen_most(looker: Looker, page_world: World, way: str) -> None:
    scheme, language, size = WAYS[way]
    visits = {visit.name: visit for visit in every_visit(page_world) if visit.world == RICH}
    visits["invitation"] = Visit("invitation", page_world.of("invitation"), state=True)
    for name in ("this_week", "plan_week"):  # of somebody with a plain week; Ada has been through hers
        visits[name] = replace(visits[name], session=page_world.people[RICH]["colleague"])
    for name in MOST_SEEN:
        looker.speak(language)
        assert looker.open(visits[name], size)
        looker.show(size, "dark" if scheme == "dark" else "light")
        keeping.keep_screen(looker.page, f"{name.replace('_', '-')}-{way}")


def test_keep_the_list() -> None:
    keeping.keep_list()
