"""The owner's first hour: what stands there ticks itself; and the audit view names the stories it speaks of."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from accounts.actions.guidelines import publish_guidelines
from accounts.actions.invitations import Invitee, invite_people
from accounts.actions.members import change_role
from accounts.actions.settings import change_settings, end_setup_step
from accounts.guideline_texts import GuidelinesWords
from campaigns.actions.items import end_item
from campaigns.models import Share
from tests.campaigns import world
from tests.campaigns.asked import queries_of
from tests.campaigns.views.browser import Browser

pytestmark = pytest.mark.django_db


def done(browser: Browser) -> list[str]:
    """The titles of the steps that are done, as the page shows them."""
    page = BeautifulSoup(browser.get("setup/"), "html.parser")
    return [str(step.contents[0]).strip() for step in page.select("li.is-done > h2")]


def test_signing_up_answered_the_first_step(acme: world.Company) -> None:
    assert done(Browser(acme, acme.owner)) == ["What is it for?"]


def test_three_stories_tick_their_step(acme: world.Company) -> None:
    browser = Browser(acme, acme.owner)
    for number in range(3):
        assert "Three first stories" not in done(browser)
        world.item(acme.owner, title=f"Story {number}")
    assert done(browser) == ["What is it for?", "Three first stories"]
    assert "Open again: Three first stories" not in " ".join(
        BeautifulSoup(browser.get("setup/"), "html.parser").stripped_strings
    )


def test_a_rehearsal_ticks_the_step_of_who_rehearsed_alone(acme: world.Company) -> None:
    anna = world.person("Anna")
    change_role(anna, by=acme.owner, role="admin")
    world.draft(anna, world.item(acme.owner))
    Share.objects.update(published_at=timezone.now())
    assert "Rehearse" in done(Browser(acme, anna))
    assert "Rehearse" not in done(Browser(acme, acme.owner)), "that Anna rehearsed tells that she takes part"


def test_the_home_of_who_runs_the_programme_shows_what_is_left_until_nothing_is(acme: world.Company) -> None:
    owner, heading = Browser(acme, acme.owner), 'id="setup-heading"'
    assert heading in owner.get("")
    assert {"What your people will be told", "Guidelines", "Invite a pilot"}.isdisjoint(done(owner))
    change_settings(by=acme.owner, changes={"introduction": "We measure what others guess."})
    publish_guidelines(by=acme.owner, texts={"en": GuidelinesWords(("Say who you are.",), "All of it.")})
    invite_people([Invitee("dora@example.com")], by=acme.owner)
    assert {"What your people will be told", "Guidelines", "Invite a pilot"} <= set(done(owner))
    assert queries_of(lambda: owner.get("")) <= 15
    assert heading not in Browser(acme, world.person("Bob")).get("")
    for step in ("networks", "items", "rehearse"):
        end_setup_step(step, by=acme.owner, how="skipped")
    assert heading not in owner.get("")


def test_the_audit_view_names_the_story(acme: world.Company) -> None:
    end_item(world.item(acme.owner, title="How we cut build times"), by=acme.owner)
    page = BeautifulSoup(Browser(acme, acme.owner).get("audit/"), "html.parser")
    rows = [[cell.get_text(strip=True) for cell in row.select("td")][1:] for row in page.select("tbody tr")]
    assert ["Alice", "ended a story", "How we cut build times"] in rows
