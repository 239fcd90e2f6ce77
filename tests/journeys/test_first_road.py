"""From the invitation to the first post, in a browser: each network, rehearsing on practice, and by hand.

Mail is read in Mailbox; signing in and consent are clicked on the sandbox networks' own pages.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.journeys.installation import Running
from tests.journeys.main_road import MOST_CLICKS, MOST_CLICKS_BY_HAND, WORDS, approve, begin
from tests.journeys.walker import Walker

LABELS = {"linkedin": "LinkedIn", "x": "X", "mastodon": "Mastodon", "bluesky": "Bluesky", "practice": "Practice"}

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]


@pytest.mark.parametrize("network", list(LABELS))
def test_with_a_network(
    walker: Walker,
    running: Running,
    invited: dict[str, str],
    taken: dict[str, set[str]],
    counted: Callable[..., None],
    network: str,
    size: str,
) -> None:
    label = LABELS[network]
    taken[network].add(begin(walker, invited[f"{network}-{size}"], besides=taken[network]))
    walker.button("Connect %(network)s", f"connect-{network}", network=label)
    connect(walker, running, network)
    assert WORDS in walker.page.get_by_label("Your words").input_value()
    walker.tick("Now")
    approve(walker, "queue")
    counted(f"from the invitation to the approval, with {label}", walker, MOST_CLICKS)
    walker.until_it_says("Out since", at=f"{running.company}queue/")
    walker.look("queue-out")


def connect(walker: Walker, running: Running, network: str, *, handle: str = "robin") -> None:
    label, page = LABELS[network], walker.page
    if network == "practice":
        return walker.button(f"Yes, connect {label}", "composer-connected")
    walker.click(page.get_by_role("button", name=f"Yes, go on to {label}"))
    page.wait_for_url(f"{running.place.sandbox_address}/**")
    page.locator("[name=new_handle]").fill(f"{handle}{walker.size}")
    walker.look(f"consent-{network}")
    walker.click(page.get_by_role("button", name="Allow"))
    page.wait_for_url(f"{running.address}/**")
    return walker.look("composer-connected")


def test_by_hand(
    walker: Walker,
    running: Running,
    invited: dict[str, str],
    counted: Callable[..., None],
    size: str,
) -> None:
    place = {"320": "Facebook", "1280": "Reddit"}[size]  # nobody else posts there, so no story is set apart
    begin(walker, invited[f"hand-{size}"])
    walker.tick(place)
    walker.tick("Now")
    approve(walker, "by-hand")
    counted("from the invitation to the approval, by hand", walker, MOST_CLICKS_BY_HAND)
    assert WORDS in walker.page.locator("#text").input_value()
    walker.button("It's out", "queue-by-hand")
    assert walker.says("You posted it yourself")
    walker.open(f"{running.company}results/", "results")
    walker.open(f"{running.company}boards/", "boards")
