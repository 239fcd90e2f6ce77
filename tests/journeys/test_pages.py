"""Every page of the resolver, by somebody who may see it, in worlds full, long-worded and empty: nothing is wider
than a phone, cut off, unreadable, hidden from the keys or found by axe-core, light and dark, in five languages.

Which pages there are comes from the resolver and the matrix (`page_list.py`); what is measured, from `looker.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import cycle

import pytest
from playwright.sync_api import Browser

from tests.journeys.installation import Running
from tests.journeys.looker import NARROW, Looker
from tests.journeys.page_list import HOW_TO_VISIT, Visit, World, every_visit, not_visited
from tests.journeys.seats import LOCALES

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]


@pytest.fixture
def looker(chromium: Browser, running: Running) -> Iterator[Looker]:
    looker = Looker(chromium, running.address)
    yield looker
    looker.close()


@pytest.fixture
def reader(unpainted: Browser, running: Running) -> Iterator[Looker]:
    looker = Looker(unpainted, running.address, has_axe=False)
    yield looker
    looker.close()


def test_every_page(looker: Looker, page_world: World) -> None:
    assert not_visited(page_world) == [], HOW_TO_VISIT
    visits = every_visit(page_world)
    wrong = [sentence for visit in visits for sentence in looker.look(visit)]
    assert wrong == []
    no_pages = {visit.name for visit in visits} - looker.seen
    assert no_pages <= FOR_PROGRAMS, "these answer no HTML; a page should, and a file stands in FOR_PROGRAMS"


# Pages for those who build or try the product, and one that speaks its person's language whatever the browser asks for.
IN_ENGLISH = {"design", "api_page", "mailbox", "mailbox_mail", "stop_letters"}
# Addresses with a GET that answer a file or data to whoever may have it.
FOR_PROGRAMS = {
    "client_keys",
    "my_record",
    "health_live",
    "health_ready",
    "api_schema",
    "metrics",
    "service_worker",
    "web_manifest",
}


LONGEST, *OTHERS = ("ru", "it", "pl", "zh-hans")


@pytest.mark.parametrize("languages", [(LONGEST,), OTHERS], ids=["the-longest-words", "the-others-by-turns"])
def test_every_page_fits_in(languages: Sequence[str], reader: Looker, page_world: World) -> None:
    """Other languages' words are longer or break elsewhere: on a phone, and with the reader's own spacing."""
    assert {LONGEST, *OTHERS, "en"} == set(LOCALES)
    first: dict[str, Visit] = {}
    for visit in every_visit(page_world):
        first.setdefault(visit.name, visit)
    visits = [visit for name, visit in first.items() if name not in IN_ENGLISH]
    in_turn = zip(visits, cycle(languages), strict=False)
    assert [sentence for visit, language in in_turn for sentence in reader.fits(visit, language)] == []


MAIN_ROAD = {"invitation", "this_week", "item", "compose", "approve", "by_hand", "queue", "plan_week", "my_results"}


def test_people_with_settings_of_their_own(looker: Looker, page_world: World) -> None:
    """Forced colours, more contrast and less motion, on what most people see."""
    visits = {visit.name: visit for visit in every_visit(page_world) if visit.name in MAIN_ROAD}
    assert set(visits) == MAIN_ROAD
    assert [sentence for visit in visits.values() for sentence in looker.with_own_settings(visit)] == []


def test_the_look_bites(looker: Looker, running: Running) -> None:
    """Each measure sees what it is there for."""
    looker.open(Visit("account_login", "/accounts/login/"))
    looker.page.evaluate(SPOILING)
    found = " ".join(looker.faults())
    for words in SEEN:
        assert words in found, f"“{words}” was not seen: {found}"


def test_the_reading_bites(reader: Looker, running: Running) -> None:
    """In a browser that paints nothing, too."""
    reader.open(Visit("account_login", "/accounts/login/"), NARROW)
    reader.page.evaluate(SPOILING)
    found = " ".join(reader.unfit(LONGEST))
    for words in ("speaks en, not ru", *SEEN[:2], "with wider text spacing, words are cut off in p “cut off"):
        assert words in found, f"“{words}” was not seen: {found}"


SPOILING = """() => {
  const add = (html, style) => {
    document.querySelector('main').insertAdjacentHTML('beforeend', html);
    Object.assign(document.querySelector('main').lastElementChild.style, style);
  };
  add('<p>wide</p>', { width: '2000px' });
  add('<p>cut off and on and on and on and on and on</p>', { width: '40px', overflow: 'hidden', whiteSpace: 'nowrap' });
  add('<img src="/static/img/icon.svg">', {});
  add('<button class="button">low</button>', { minHeight: '0', height: '20px', padding: '0' });
  add('<a href="#x">unseen</a>', { outline: 'none' });
  const over = { position: 'fixed', left: '0', top: '0', width: '100vw', height: '60vh', zIndex: '99' };
  add('<div>over</div>', { ...over, background: '#fff' });
}"""
SEEN = (
    "px wider than the screen",
    "words are cut off in p “cut off",
    "axe image-alt",
    "“low” is 20 px high",
    "the focus is not seen on a “unseen”",
    "something lies over the focus on",
    "what sticks to the screen takes",
)
