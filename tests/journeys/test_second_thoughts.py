"""What people decide after the first post: what nobody could tell, an account let go and taken up again, and what an
operator stops.
"""

from __future__ import annotations

import pytest
import requests
from playwright.sync_api import expect

from tests.journeys.conftest import Walking
from tests.journeys.installation import Running
from tests.journeys.main_road import approve, begin, take_part
from tests.journeys.page_list import World
from tests.journeys.test_first_road import connect
from tests.journeys.walker import Walker

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]


@pytest.mark.parametrize("size", ["320"], indirect=True)
def test_what_nobody_could_tell(
    walker: Walker, running: Running, invited: dict[str, str], taken: dict[str, set[str]], size: str
) -> None:
    """LinkedIn took it and the answer was lost: the person looks there, and says which it was."""
    taken["linkedin"].add(begin(walker, invited[f"unclear-{size}"], besides=taken["linkedin"]))
    walker.button("Connect %(network)s", "connect-linkedin", network="LinkedIn")
    connect(walker, running, "linkedin", handle="unclear")
    lost = {"network": "linkedin", "faults": ["accept_reset"]}
    requests.post(f"{running.place.sandbox_address}/sandbox/script", json=lost, timeout=10).raise_for_status()
    walker.tick("Now")
    approve(walker, "queue")
    walker.until_it_says("It is there", at=f"{running.company}queue/", seconds=60)
    walker.look("queue-could-not-tell")
    walker.button("It is there", "queue-answered")
    assert walker.says("Thank you. It counts as posted.")
    assert not walker.says("It is there")


def test_an_account_let_go_and_taken_up_again(walker: Walker, running: Running, invited: dict[str, str]) -> None:
    take_part(walker, invited[f"lets-go-{walker.size}"])
    walker.menu("My networks", "networks-none")
    walker.link("Connect %(network)s", "connect-mastodon", network="Mastodon")
    connect(walker, running, "mastodon", handle="lets-go")
    letting_go = walker.page.locator("main").get_by_role("link", name="Disconnect")
    assert letting_go.count() == 1
    walker.link("Disconnect", "disconnect")
    walker.button("Disconnect", "networks-let-go")
    expect(walker.page.get_by_role("heading", level=1)).to_have_text("My networks")
    assert letting_go.count() == 0
    walker.link("Connect %(network)s", "connect-mastodon", network="Mastodon")
    connect(walker, running, "mastodon", handle="lets-go")
    assert letting_go.count() == 1


def test_an_operator_stops_a_network_and_lets_it_go_on(walker: Walker, page_world: World) -> None:
    """The reason stands there for whoever comes after; posting goes on with one button."""
    walker.sign_in(next(state["session"] for state in page_world.states if state["name"] == "operator"))
    walker.open("/operator/", "operator")
    named = walker.page.get_by_role("heading", name="Mastodon", exact=True)
    switch = walker.page.locator("section[aria-labelledby=stop] .rows > .stack").filter(has=named)
    walker.click(switch.locator("summary"))
    switch.get_by_label("Why").fill("Its people say that it is ill today.")
    walker.go(switch.get_by_role("button", name="Stop posting"), "operator-stopped")
    assert walker.says("Its people say that it is ill today.")
    walker.go(switch.get_by_role("button", name="Let it go on"), "operator-goes-on")
    assert "Posting" in switch.inner_text()


@pytest.mark.parametrize("size", ["320"])
def test_connecting_without_scripts(walking: Walking, running: Running, invited: dict[str, str], size: str) -> None:
    """To the network and back by plain forms: our Content-Security-Policy lets them through."""
    walker = walking(size, "connecting-without-scripts", scripts=False)
    take_part(walker, invited[f"scriptless-{size}"])
    walker.open(f"{running.company}connections/", "networks-none")
    walker.link("Connect %(network)s", "connect-mastodon", network="Mastodon")
    connect(walker, running, "mastodon", handle="scriptless")
    assert walker.says("is connected.")
