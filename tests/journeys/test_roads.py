"""The shorter roads, at a phone's and a desk's size: a quiet no, leaving, a week with a pause, a colleague's suggestion
that becomes a story, thanks, coming back by a mailed link.
"""

from __future__ import annotations

import pytest

from tests.journeys.installation import Running
from tests.journeys.main_road import take_part
from tests.journeys.page_companies import RICH
from tests.journeys.page_list import World
from tests.journeys.walker import Walker

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]


def test_not_now(walker: Walker, invited: dict[str, str], size: str) -> None:
    walker.follow_mail(invited[f"not-now-{size}"], "/i/", "invitation")
    walker.button("Not now", "not-now")
    assert walker.says("Nobody is told, and nothing changes for you.")


def test_never_again(walker: Walker, invited: dict[str, str], size: str) -> None:
    walker.follow_mail(invited[f"never-again-{size}"], "/i/", "invitation")
    walker.button("Don't invite me again", "never-again")
    assert walker.says("You will not be invited again.")


def test_leaving(walker: Walker, invited: dict[str, str], size: str) -> None:
    """One page, one act, and a receipt."""
    take_part(walker, invited[f"leaving-{size}"])
    walker.menu("Me and my data", "me")
    walker.link("How to leave", "leaving")
    walker.button("Leave now", "receipt")
    assert walker.says("What was done")


def test_this_week(walker: Walker, invited: dict[str, str], size: str) -> None:
    take_part(walker, invited[f"week-{size}"])
    stories = walker.page.locator("article.card:has(form[action$='/skip/'])")
    first = stories.locator(".card-title").first.inner_text()
    walker.click(stories.first.locator("summary"))
    walker.go(stories.first.get_by_role("button", name="Just not for me"), "this-week-without-it")
    assert first not in stories.locator(".card-title").all_inner_texts()
    walker.button("Bring the story back", "this-week-with-it")
    assert first in stories.locator(".card-title").all_inner_texts()


def test_a_pause(walker: Walker, running: Running, page_world: World, size: str) -> None:
    walker.sign_in(page_world.people[RICH]["colleague"])
    walker.open(running.company, "this-week")
    walker.menu("My queue", "queue")
    walker.button("Pause everything", "queue-paused")
    assert walker.says("Everything is paused")
    walker.button("Go on", "queue")


def test_a_suggestion_becomes_a_story(walker: Walker, running: Running, page_world: World, size: str) -> None:
    walker.sign_in(page_world.people[RICH]["colleague"])
    walker.open(running.company, "this-week")
    walker.menu("Suggest a story", "suggest")
    walker.write("Link", f"{running.place.sandbox_address}/linkedin/in/suggested.{size}")
    walker.write("Title", f"Read on the train, at {size} px")
    walker.button("Suggest it", "suggested")
    walker.sign_in(page_world.people[RICH]["curator"])
    walker.open(running.company, "this-week")
    walker.menu("Inbox", "inbox")
    walker.button(f"Begin a draft – Read on the train, at {size} px", "draft-from-inbox")
    walker.button("Save and release", "story-released")
    walker.menu("Library", "library")
    assert walker.says(f"Read on the train, at {size} px")


def test_thanks(walker: Walker, running: Running, page_world: World, size: str) -> None:
    """A manager thanks somebody who chose to be named."""
    walker.sign_in(page_world.people[RICH]["manager"])
    walker.open(running.company, "this-week")
    walker.menu("Team", "team")
    person = walker.page.locator("#thank select").first
    person.select_option(index=0 if size == "320" else 1)
    walker.page.locator("#thank textarea").fill("Your story of the night shift made my week.")
    walker.button("Send my thanks", "thanked")


def test_back_by_mail(walker: Walker, running: Running, size: str) -> None:
    """No password is asked; opening the link does nothing, its button does."""
    walker.open("/accounts/login/", "sign-in")
    walker.link("Send me a link by mail", "ask-for-link")
    walker.write("Your mail address", "marek@northwind.example")
    walker.button("Send me a sign-in link", "link-sent")
    walker.follow_mail("marek@northwind.example", "/in/", "is-it-you", subject="link to sign in")
    walker.button("Sign in", "signed-in")
    assert walker.page.locator("#menu").count() == 1


def test_people(walker: Walker, running: Running, page_world: World, size: str) -> None:
    """Found by a part of the address; the name as the company writes it is saved, and tells nothing else."""
    walker.sign_in(page_world.people[RICH]["owner"])
    walker.open(running.company, "this-week")
    walker.menu("People", "people")
    walker.write("Search by name or address", "marek@")
    walker.button("Search", "people-found")
    person = walker.page.locator("#people tbody a")
    assert person.count() == 1
    name = person.inner_text()
    walker.go(person, "person")
    walker.write("Name as the company writes it", name)
    walker.button("Save the name", "person-saved")
    assert walker.page.locator("h1").inner_text() == name


def test_thinking_twice_about_a_connection(walker: Walker, running: Running, page_world: World, size: str) -> None:
    """What disconnecting does stands there before it is done, and staying is as near."""
    walker.sign_in(page_world.people[RICH]["ada"])
    walker.open(running.company, "this-week")
    walker.menu("My networks", "networks-of-mine")
    accounts = walker.page.locator("main").get_by_role("link", name="Disconnect")
    connected = accounts.count()
    walker.go(accounts.first, "disconnect")
    assert walker.says("Posts planned from this account do not go out; they wait for you with their text.")
    walker.link("Keep it", "networks-kept")
    assert accounts.count() == connected
