"""The editor of a story: everything in one form, messages and questions beside it, nothing typed is lost."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from pytest_django import Settings

from accounts.models import Team
from campaigns.actions.messages import suggest_message
from campaigns.models import HeldReason, Item, ItemState, LinkCode, Media, Share, ShareState
from tests.campaigns import pictures, world
from tests.campaigns.asked import queries_of
from tests.campaigns.posted_weeks import MONDAY, on, people, posts
from tests.campaigns.views.curator import Curator, curator, upload

pytestmark = pytest.mark.django_db
WARSAW = ZoneInfo("Europe/Warsaw")


@pytest.fixture(autouse=True)
def _own_media(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def cleo() -> Curator:
    return curator()


def story(cleo: Curator, **fields: Any) -> Item:
    with cleo.acting():
        return world.item(cleo.member, **fields)


# --- the editor -------------------------------------------------------------------------------


def test_saving_untouched_changes_nothing(cleo: Curator) -> None:
    item = story(cleo, release_at=timezone.now() - timedelta(days=3, seconds=7))
    assert cleo.save(item).status_code == 302
    after = cleo.again(item)
    assert (after.title, after.destination, after.state) == (item.title, item.destination, ItemState.RELEASED)


def test_everything_is_saved_and_released_in_one_post(cleo: Curator) -> None:
    with cleo.acting():
        team = Team.objects.create(name="Engineering")
    item = story(cleo, state=ItemState.DRAFT)
    closes = timezone.now() + timedelta(days=7)
    answer = cleo.save(
        item,
        title="  Builds,   twice as fast ",
        topics="CI, engineering,  ci ",
        teams=[team.public_id],
        expires_at=closes.strftime("%Y-%m-%dT%H:%M"),
        upload=upload(pictures.picture("WEBP")),
        alt_text="A green bar",
        release="yes",
    )
    assert answer.status_code == 302
    after = cleo.again(item)
    assert (after.title, after.state) == ("Builds, twice as fast", ItemState.RELEASED)
    assert after.picture is not None
    assert (after.picture.alt_text, after.picture.content_type) == ("A green bar", "image/jpeg")
    assert after.release_at is not None
    with cleo.acting():
        assert sorted(link.topic.name for link in after.topic_links.select_related("topic")) == ["CI", "engineering"]
        assert [link.team.name for link in after.team_links.select_related("team")] == ["Engineering"]
    cleo.save(after, topics="Engineering", teams=[])
    with cleo.acting():
        assert [link.topic.name for link in after.topic_links.select_related("topic")] == ["engineering"]
        assert after.team_links.count() == 0


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"release_at": "2020-01-01T09:00"}, "This time has passed. Leave it empty to release at once."),
        ({"expires_at": "2020-01-01T09:00"}, "This time has passed. Choose a later one."),
        ({"release_at": "2027-03-28T02:30"}, "so this time does not exist. 03:00 does."),
        ({"release_at": "soon"}, "Please choose a date and a time."),
        ({"release_at": "2027-02-02T09:00", "expires_at": "2027-02-01T09:00"}, "It would close before it opens."),
        ({"release_at": "2099-02-02T09:00"}, "That is more than two years away. Is the year right?"),
        ({"destination": "https://10.0.0.1/"}, "This address works only inside a network."),
        ({"destination": ""}, "This field is required."),
        ({"topics": ",".join(map(str, range(11)))}, "Up to ten topics, please"),
        ({"title": ""}, "This field is required."),
    ],
)
def test_what_cannot_be_saved_says_why_and_keeps_what_was_typed(
    cleo: Curator, typed: dict[str, str], sentence: str
) -> None:
    item = story(cleo, state=ItemState.DRAFT)
    answer = cleo.save(item, **{"summary": "Typed for minutes", **typed})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert sentence in page
    assert "Typed for minutes" in page
    for value in typed.values():
        assert value in page
    assert cleo.again(item).summary == "A story"


def test_times_are_read_and_shown_in_the_curators_zone(cleo: Curator) -> None:
    item = story(cleo, state=ItemState.DRAFT)
    cleo.save(item, release_at="2027-01-12T09:30")
    after = cleo.again(item)
    assert after.release_at is not None
    assert after.release_at.isoformat() == "2027-01-12T08:30:00+00:00"  # Warsaw in winter
    assert 'value="2027-01-12T09:30"' in cleo.get("item_edit", item.public_id).content.decode()


def test_a_good_picture_is_kept_when_something_else_is_wrong(cleo: Curator) -> None:
    item = story(cleo, state=ItemState.DRAFT)
    answer = cleo.save(item, title="", upload=upload(pictures.picture()))
    with cleo.acting():
        kept = Media.objects.get()
    assert answer.status_code == 400
    assert f'name="picture" value="{kept.sha256}"' in answer.content.decode()
    cleo.save(item, picture=kept.sha256)
    assert cleo.again(item).picture == kept


def test_another_address_holds_what_waits_and_leaves_what_is_out(cleo: Curator) -> None:
    with cleo.acting():
        item = world.item(cleo.member)
        waiting = world.approved(world.draft(world.person("Bob"), item))
        out = world.approved(world.draft(world.person("Carol"), item))
        Share.objects.filter(pk=out.pk).update(state=ShareState.PUBLISHED, published_at=timezone.now())
    cleo.save(item, source="Another source")
    with cleo.acting():
        assert Share.objects.get(pk=waiting.pk).state == ShareState.SCHEDULED
    cleo.save(item, destination="https://example.com/elsewhere")
    with cleo.acting():
        held = Share.objects.get(pk=waiting.pk)
        assert (held.state, held.held_reason) == (ShareState.HELD, HeldReason.STORY_CHANGED)
        published = Share.objects.select_related("link_code").get(pk=out.pk)
        assert published.state == ShareState.PUBLISHED
        assert published.link_code is not None
        assert published.link_code.destination == "https://example.com/story"


def test_end_release_again_and_discard(cleo: Curator) -> None:
    item = story(cleo)
    cleo.post("item_end", item.public_id)
    assert cleo.again(item).state == ItemState.ENDED
    cleo.post("item_discard", item.public_id)
    assert cleo.again(item).state == ItemState.ENDED
    cleo.post("item_release", item.public_id)
    assert cleo.again(item).state == ItemState.RELEASED
    draft = story(cleo, state=ItemState.DRAFT)
    cleo.post("item_discard", draft.public_id)
    with cleo.acting():
        assert not Item.objects.filter(pk=draft.pk).exists()


def test_ending_links_asks_once(cleo: Curator) -> None:
    with cleo.acting():
        item = world.item(cleo.member)
        out = world.approved(world.draft(world.person("Bob"), item))
    assert "This cannot be undone." in cleo.get("item_end_links", item.public_id).content.decode()
    cleo.post("item_end_links", item.public_id)
    with cleo.acting():
        assert LinkCode.objects.get(code=out.link_code_id).ended_at is not None
        assert Share.objects.get(pk=out.pk).link_code_id != out.link_code_id


# --- messages and questions -------------------------------------------------------------------


def test_messages_and_questions_are_added_changed_and_removed(cleo: Curator) -> None:
    item = story(cleo)
    cleo.post("message_new", item.public_id, text="Read this.", language="en", network="x")
    with cleo.acting():
        message = item.messages.get()
    cleo.post("message_change", item.public_id, message.public_id, text="Look here.", language="pl", network="")
    with cleo.acting():
        message.refresh_from_db()
        assert (message.text, message.language, message.network) == ("Look here.", "pl", "")
    cleo.post("message_change", item.public_id, message.public_id, remove="yes")
    cleo.post("angle_new", item.public_id, question="Why now?", language="en", network="linkedin")
    with cleo.acting():
        assert item.messages.count() == 0
        angle = item.angles.get()
        assert (angle.question, angle.network) == ("Why now?", "linkedin")
    cleo.post("angle_remove", item.public_id, angle.public_id)
    cleo.post("angle_new", item.public_id, defaults="yes")
    with cleo.acting():
        assert item.angles.count() == 7


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        ("message_new", {"text": "é" * 281, "network": "x"}, "1 character too long for X."),
        ("message_new", {"text": " ", "network": ""}, "This field is required."),
        ("message_new", {"text": "A", "network": "myspace"}, "Select a valid choice."),
        ("angle_new", {"question": "Read this."}, "A question ends with a question mark"),
    ],
)
def test_a_wording_that_cannot_stand_comes_back_as_typed(
    cleo: Curator, name: str, typed: dict[str, str], sentence: str
) -> None:
    item = story(cleo)
    answer = cleo.post(name, item.public_id, language="en", **typed)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert sentence in page
    assert all(value in page for value in typed.values() if value != "myspace")
    with cleo.acting():
        assert (item.messages.count(), item.angles.count()) == (0, 0)


@pytest.mark.parametrize(("embargo", "closes"), [(1, 3), (8, 9), (None, 2)])
def test_its_embargo_and_its_end_may_move_together(cleo: Curator, embargo: int | None, closes: int) -> None:
    now = timezone.now().replace(second=0, microsecond=0)
    item = story(cleo, embargo_until=now + timedelta(days=4), expires_at=now + timedelta(days=6))

    def typed(days: int | None) -> str:
        return "" if days is None else f"{timezone.localtime(now + timedelta(days=days), WARSAW):%Y-%m-%dT%H:%M}"

    assert cleo.save(item, embargo_until=typed(embargo), expires_at=typed(closes)).status_code == 302
    after = cleo.again(item)
    assert after.embargo_until == (None if embargo is None else now + timedelta(days=embargo))
    assert after.expires_at == now + timedelta(days=closes)


def test_the_page_of_a_story_with_figures_and_messages_asks_few_questions_of_the_database(cleo: Curator) -> None:
    with cleo.acting():
        campaign, picture = world.campaign(cleo.member, needs_review=True, signs_off_messages=True), world.picture()
        item = world.item(cleo.member, of=campaign, picture=picture)
        for number in range(3):
            suggest_message(item, by=cleo.member, text=f"Wording {number}", language="en")
            Team.objects.create(name=f"Team {number}")
        item.messages.update(passed_by=cleo.member, passed_at=timezone.now())
        posts(people(5), [item], weeks_ago=1)
        Share.objects.update(text="The same words")
    with on(MONDAY):
        shown: Any = cleo.get("item_edit", item.public_id)
        assert (shown.context["figures"].posts, shown.context["figures"].wordings) == (5, 1)
        asked = queries_of(lambda: cleo.get("item_edit", item.public_id))
        with cleo.acting():
            posts(people(15), [item], weeks_ago=2)
        assert queries_of(lambda: cleo.get("item_edit", item.public_id)) == asked <= 15
