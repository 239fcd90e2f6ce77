"""The main road again, by people who differ in what they bring: a language, dark pages, no JavaScript, no pointer.

Nothing here knows an English word of the screen: names come from the catalogue of the browser's language.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.journeys.conftest import WAYS, Walking
from tests.journeys.installation import Running
from tests.journeys.main_road import MOST_CLICKS_BY_HAND, approve, begin
from tests.journeys.seats import SIZES

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]


@pytest.mark.parametrize("way", list(WAYS))
def test_main_road(
    walking: Walking, running: Running, invited: dict[str, str], counted: Callable[..., None], way: str
) -> None:
    size = list(SIZES)[list(WAYS).index(way) % 2]
    walker = walking(size, f"main-road-{way}", **WAYS[way])
    title = begin(walker, invited[way])
    walker.tick("LinkedIn")
    approve(walker, "queue")
    counted(f"from the invitation to the approval, {way}", walker, MOST_CLICKS_BY_HAND)
    heading = walker.page.get_by_role("heading", level=1)
    assert heading.inner_text() == walker.in_words("My queue")
    assert walker.says(title)
