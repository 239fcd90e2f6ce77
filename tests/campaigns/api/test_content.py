"""Stories over the API: kind, facts, limits, topics, embargo and level are written and read as they stand."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns.models import Item
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


@pytest.mark.parametrize("wrong", [{"about": "strange"}, {"least_posts": -1}, {"facts": ["x" * 201]}])
def test_what_cannot_be_is_refused_and_nothing_is_written(acme: world.Company, wrong: dict[str, object]) -> None:
    wish = {"campaign": world.campaign(acme.owner).public_id, "kind": "text", "title": "A", "summary": "B", **wrong}
    assert Caller(acme.owner)("post", "library/", wish).status_code == 400
    assert Item.objects.count() == 0
