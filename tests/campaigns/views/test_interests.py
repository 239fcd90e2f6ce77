"""*What interests me*, *How is this list made?*, announcements and what stood on a page, as a browser meets them."""

from __future__ import annotations

import pytest

from accounts.models import Member
from campaigns.actions.skips import note_interest, skip_item
from campaigns.fit_rules import NEW_A_WEEK
from campaigns.models import AnnouncementRead, Item, ItemKind, ItemTopic, MemberLanguage, Share, Sight, Skip, Topic
from tests.campaigns import world
from tests.campaigns.views.browser import Browser

pytestmark = pytest.mark.django_db


@pytest.fixture
def climate(acme: world.Company) -> Topic:
    return Topic.objects.create(name="Climate")


def of_topic(acme: world.Company, topic: Topic, title: str = "A story") -> Item:
    story = world.item(acme.owner, title=title)
    ItemTopic.objects.create(item=story, topic=topic)
    return story


def test_a_topic_is_picked_up_removed_and_added(
    acme: world.Company, browser: Browser, bob: Member, climate: Topic
) -> None:
    assert "None yet" in browser.get("interests/")
    note_interest(of_topic(acme, climate), by=bob)
    assert "Picked up from what you opened" in browser.get("interests/")
    browser.post(f"interests/{climate.public_id}/remove/")
    assert "None yet" in browser.get("interests/")
    browser.post(f"interests/{climate.public_id}/add/")
    assert "Added by you" in browser.get("interests/")
    browser.post("interests/missing/add/", status=404)


def test_not_my_field_lets_a_topic_sink_and_taking_it_back_restores_it(
    acme: world.Company, browser: Browser, bob: Member, climate: Topic
) -> None:
    story = of_topic(acme, climate)
    browser.post(f"items/{story.public_id}/skip/", {"reason": "not_my_field"})
    assert "it is not your field" in browser.get("interests/")
    browser.post(f"items/{story.public_id}/unskip/")
    assert "it is not your field" not in browser.get("interests/")


def test_languages_are_chosen_and_everything_is_forgotten(
    acme: world.Company, browser: Browser, bob: Member, climate: Topic
) -> None:
    browser.post("interests/languages/", {"language": ["pl", "it"]})
    assert sorted(MemberLanguage.objects.values_list("language", flat=True)) == ["it", "pl"]
    browser.post("interests/languages/", {"language": ["xx"]})
    assert MemberLanguage.objects.count() == 2
    skip_item(of_topic(acme, climate), by=bob, reason="not_my_field")
    browser.post("interests/forget/")
    assert MemberLanguage.objects.count() == 0
    assert "None yet" in browser.get("interests/")
    assert Skip.objects.filter(undone_at=None).count() == 1, "what was put aside stays aside"


def test_how_the_list_is_made_names_every_term(browser: Browser) -> None:
    page = browser.get("how-this-list-is-made/")
    for words in ("In your language", "New", "For your team", "Several people found it too salesy", "At most 5 new"):
        assert words in page
    assert "At most 2 of them ask for something else than a post" in page


def test_a_few_stories_stand_for_the_week_and_the_rest_wait_under_more(acme: world.Company, browser: Browser) -> None:
    for number in range(NEW_A_WEEK + 2):
        world.item(acme.owner, title=f"Story {number}")
    assert "2 more stories" in browser.get("")
    browser.post(f"items/{Item.objects.get(title='Story 6').public_id}/skip/")
    page = browser.get("")
    assert "2 more stories" in page, "its place stays empty this week"


def test_an_announcement_is_read_by_one_person_alone(acme: world.Company, browser: Browser, bob: Member) -> None:
    notice = world.item(acme.owner, kind=ItemKind.ANNOUNCEMENT, title="The office moves", summary="In May.")
    page = browser.get("")
    assert "The office moves" in page
    assert "Make it mine" not in page
    browser.get(f"items/{notice.public_id}/", status=404)
    browser.post(f"items/{notice.public_id}/share/", status=404)
    browser.post(f"announcements/{notice.public_id}/read/")
    assert "The office moves" not in browser.get("")
    assert AnnouncementRead.objects.count() == 1
    carol = Browser(acme, world.person("Carol"))
    assert "The office moves" in carol.get("")


def test_an_announcement_with_topics_is_for_those_who_care(
    acme: world.Company, browser: Browser, bob: Member, climate: Topic
) -> None:
    notice = world.item(acme.owner, kind=ItemKind.ANNOUNCEMENT, title="The climate report is out", summary="Read it.")
    ItemTopic.objects.create(item=notice, topic=climate)
    assert "climate report" not in browser.get("")
    browser.post(f"interests/{climate.public_id}/add/")
    assert "climate report" in browser.get("")


def test_a_story_that_asks_for_posts_says_so_and_opens_then(acme: world.Company, browser: Browser, bob: Member) -> None:
    story = world.item(acme.owner, title="For the experienced", least_posts=1)
    assert "Opens to you after 1 more post of yours." in browser.get("")
    assert "Opens to you after 1 more post of yours." in browser.get(f"items/{story.public_id}/")
    browser.post(f"items/{story.public_id}/share/")
    assert Share.objects.count() == 0


def test_what_stood_on_a_page_is_noted_once(acme: world.Company, browser: Browser) -> None:
    story = world.item(acme.owner)
    assert 'hx-trigger="load"' in browser.get("")
    for _look in range(2):
        browser.post("seen/", {"story": [story.public_id, "missing"]}, status=204)
    assert Sight.objects.count() == 1
