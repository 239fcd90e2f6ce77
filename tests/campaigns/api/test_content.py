"""Stories over the API: kind, facts, limits, topics, embargo and level are written and read as they stand."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.actions.teams import create_team
from accounts.models import TeamMember
from campaigns.actions.items import address_item
from campaigns.models import HeldReason, Item, ItemKind, ShareState, Topic
from tests.campaigns import world
from tests.campaigns.api.test_shares import Caller

pytestmark = pytest.mark.django_db


def test_a_story_with_everything_a_curator_decides(acme: world.Company) -> None:
    call, campaign = Caller(acme.owner), world.campaign(acme.owner)
    until = (timezone.now() + timedelta(days=2)).replace(second=0, microsecond=0)
    wish = {
        "campaign": campaign.public_id,
        "kind": "text",
        "title": "The new handheld",
        "summary": "Smaller, and the battery lasts a week.",
        "about": "product",
        "facts": ["It weighs 210 grams."],
        "limits": ["the best", "maintenance-free"],
        "topics": ["Products", "Engineering"],
        "embargo_until": until.isoformat(),
        "least_posts": 2,
    }
    made = call("post", "library/", wish)
    assert made.status_code == 201, made.content
    told = made.json()
    for field in ("about", "facts", "limits", "least_posts"):
        assert told[field] == wish[field]
    assert told["topics"] == ["Engineering", "Products"]
    item = Item.objects.get()
    assert (item.embargo_until, item.is_praise) == (until, True)
    call("post", f"library/{told['id']}/release/")
    assert [one["topics"] for one in call("get", "items/").json()["results"]] == [["Engineering", "Products"]]


def test_an_announcement_is_not_among_the_stories_to_share(acme: world.Company) -> None:
    call, campaign = Caller(acme.owner), world.campaign(acme.owner)
    wish = {"campaign": campaign.public_id, "kind": "announcement", "title": "Closed", "summary": "Next week."}
    told = call("post", "library/", wish).json()
    assert call("post", f"library/{told['id']}/release/").json()["state"] == "released"
    assert call("get", "items/").json()["results"] == []


def test_something_else_than_a_post_is_asked_for(acme: world.Company) -> None:
    call, campaign = Caller(acme.owner), world.campaign(acme.owner)
    target = {"asks": "like", "target": "https://x.com/acme/status/17", "target_at": "x", "proof": ""}
    wish = {"campaign": campaign.public_id, "kind": "text", "title": "Our bridge", **target}
    told = call("post", "library/", wish).json()
    assert {name: told[name] for name in target} == target
    changed = call("patch", f"library/{told['id']}/", {"target": "https://x.com/acme/status/18", "asks": "follow"})
    assert (changed.json()["target"], changed.json()["asks"]) == ("https://x.com/acme/status/18", "like")
    assert call("post", "library/", {**wish, "target": "nonsense"}).status_code == 400


@pytest.mark.parametrize("wrong", [{"about": "strange"}, {"least_posts": -1}, {"facts": ["x" * 201]}])
def test_what_cannot_be_is_refused_and_nothing_is_written(acme: world.Company, wrong: dict[str, object]) -> None:
    wish = {"campaign": world.campaign(acme.owner).public_id, "kind": "text", "title": "A", "summary": "B", **wrong}
    assert Caller(acme.owner)("post", "library/", wish).status_code == 400
    assert Item.objects.count() == 0


def test_a_story_is_changed_as_on_its_page_and_what_is_not_named_stays(acme: world.Company) -> None:
    call, team, bob = Caller(acme.owner), create_team(by=acme.owner, name="Sales"), world.person("Bob")
    TeamMember.objects.create(team=team, member=bob)
    item = world.item(acme.owner, limits="the best", embargo_until=timezone.now() + timedelta(days=9))
    address_item(item, by=acme.owner, teams=[team], topics=["Work"])
    waiting = world.approved(world.draft(bob, item), due_at=timezone.now() + timedelta(days=10))
    path, closes = f"library/{item.public_id}/", timezone.now().replace(second=0, microsecond=0) + timedelta(days=4)
    told = call("patch", path, {"closeness_ceiling": 40, "topics": ["CI"]}, key="once").json()
    assert (told["closeness_ceiling"], told["topics"], told["limits"]) == (40, ["CI"], ["the best"])
    waiting.refresh_from_db()
    assert waiting.state == ShareState.SCHEDULED, "no post shows the change"
    both = {"embargo_until": None, "expires_at": closes.isoformat(), "title": "Twice as fast", "praises_product": True}
    told = call("patch", path, both).json()
    assert (told["embargo_until"], told["title"], told["praises_product"]) == (None, "Twice as fast", True)
    assert told["teams"] == ["Sales"]
    waiting.refresh_from_db()
    assert (waiting.state, waiting.held_reason) == (ShareState.HELD, HeldReason.STORY_CHANGED)
    assert call("patch", path, {"closeness_ceiling": 9}).status_code == 400
    assert call("patch", path, {"title": " "}).status_code == 400
    again = call("patch", path, {"closeness_ceiling": 40, "topics": ["CI"]}, key="once")
    assert again.headers["Idempotency-Replayed"] == "true"
    item.refresh_from_db()
    assert (item.title, item.closeness_ceiling, item.expires_at) == ("Twice as fast", 40, closes)
    assert list(item.team_links.values_list("team__name", flat=True)) == ["Sales"]
    assert call("get", path).json()["closeness_ceiling"] == 40
    create_team(by=acme.owner, name="Research")
    assert call("patch", path, {"teams": ["Nobody"]}).status_code == 400
    told = call("patch", path, {"teams": ["Research"]}).json()
    assert (told["teams"], told["topics"]) == (["Research"], ["CI"])
    assert call("patch", path, {"teams": []}).json()["teams"] == []


def test_announcements_are_read_by_their_reader_alone(acme: world.Company) -> None:
    bob, carol = Caller(world.person("Bob")), Caller(world.person("Carol"))
    item = world.item(acme.owner, kind=ItemKind.ANNOUNCEMENT, title="Closed on Friday")
    assert [one["title"] for one in bob("get", "announcements/").json()["results"]] == ["Closed on Friday"]
    assert bob("post", f"announcements/{item.public_id}/read/").json()["id"] == item.public_id
    assert bob("get", "announcements/").json()["results"] == []
    assert len(carol("get", "announcements/").json()["results"]) == 1
    assert bob("post", f"announcements/{world.item(acme.owner).public_id}/read/").status_code == 404


def test_interests_are_said_and_forgotten(acme: world.Company) -> None:
    call, topic = Caller(world.person("Bob")), Topic.objects.create(name="Climate")
    told = call("post", f"interests/{topic.public_id}/add/").json()
    assert [(one["name"], one["is_said"], one["weight"] > 0) for one in told["topics"]] == [("Climate", True, True)]
    assert call("patch", "interests/", {"languages": ["pl", "it"]}).json()["languages"] == ["it", "pl"]
    assert call("patch", "interests/", {"languages": ["tlh"]}).status_code == 400
    told = call("post", f"interests/{topic.public_id}/remove/").json()
    assert [(one["name"], one["weight"]) for one in told["topics"]] == [("Climate", 0)]
    told = call("post", "interests/forget/").json()
    assert (told["topics"][0]["is_said"], told["languages"]) == (False, ["en"])
