"""The owner's first hour, in a browser: from the landing page to the first invitation, with no outside account."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.journeys.installation import Running
from tests.journeys.walker import Walker

MOST_CLICKS = 25
PILOT = "Ada Lis, ada@{company}.example\nBen Novak, ben@{company}.example"

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]


def test_first_hour(walker: Walker, running: Running, counted: Callable[..., None], size: str) -> None:
    company = f"meridian-{size}"
    sign_up(walker, company)
    purpose_and_words(walker)
    networks(walker)
    first_story(walker, running)
    invite(walker, company)
    counted("from signing up to the first invitation", walker, MOST_CLICKS)
    walker.follow_mail(f"ada@{company}.example", "/i/", "invitation-of-a-new-company")
    assert walker.says("We measure what others guess.")


def sign_up(walker: Walker, company: str) -> None:
    walker.open("/", "home")
    walker.link("Start for your company", "sign-up")
    walker.write("Your name", "Nadia Brandt")
    walker.write("Email", f"nadia@{company}.example")
    walker.write("Password", "a quiet morning by the sea")
    walker.button("Make my account", "look-into-your-mail")
    walker.follow_mail(f"nadia@{company}.example", "/accounts/confirm-email/", "confirm-address")
    walker.button("Yes, it is mine", "after-confirming")
    walker.write("Company", company.replace("-", " ").title())
    walker.button("Start", "first-steps")
    assert walker.page.locator(".person-name").text_content() == "Nadia Brandt"


def purpose_and_words(walker: Walker) -> None:
    walker.link("Choose", "purpose")
    walker.tick("Hiring")
    walker.button("Save and go on", "told")
    walker.write("Your own sentence", "We measure what others guess.")
    walker.button("Save", "first-steps-two-done")


def networks(walker: Walker) -> None:
    walker.link("Choose networks", "networks")
    walker.button("Save", "networks-saved")
    walker.menu("First steps", "first-steps-after-networks")


def first_story(walker: Walker, running: Running) -> None:
    """A link to a page that exists here: somebody's profile at the sandbox."""
    walker.link("Add a story", "new-story")
    walker.write("Link", f"{running.place.sandbox_address}/linkedin/in/ada.lis")
    walker.button("Fetch it", "story-draft")
    walker.button("Release", "story-released")


def invite(walker: Walker, company: str) -> None:
    walker.menu("First steps", "first-steps-with-a-story")
    walker.link("Invite", "invite")
    walker.write("E-mail addresses", PILOT.format(company=company))
    walker.button("Invite", "people")
    assert walker.says("2 people are invited.")
