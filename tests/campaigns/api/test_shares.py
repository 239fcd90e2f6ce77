"""A personal key drafts, proposes, moves inside the window and withdraws; it never approves, and repeats do nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.actions.keys import make_key
from accounts.api.urls import urlpatterns as people_urls
from accounts.models import IdempotencyRecord, Member
from campaigns.api.urls import urlpatterns as product_urls
from campaigns.models import Approval, Share, ShareState
from integrations.api.urls import urlpatterns as network_urls
from tests.campaigns import world

JSON = "application/json"


class Caller:
    """A program with one person's key."""

    def __init__(self, member: Member) -> None:
        self.slug = member.organization.slug
        self.secret = make_key(member, by=member, name="test")[1]

    def __call__(self, method: str, path: str, body: dict[str, Any] | None = None, key: str = "") -> Any:
        headers = {"Authorization": f"Bearer {self.secret}", **({"Idempotency-Key": key} if key else {})}
        ask = getattr(Client(), method)
        data = {} if method == "get" else {"data": body or {}, "content_type": JSON}
        return ask(f"/api/v1/o/{self.slug}/{path}", headers=headers, **data)


@pytest.fixture
def call(bob: Member) -> Caller:
    return Caller(bob)


def test_language_audience_and_warning_are_set_and_kept_one_by_one(call: Caller, bob: Member, acme: Any) -> None:
    share = world.draft(bob, world.item(acme.owner), network="mastodon")
    how = {"language": "it", "visibility": "unlisted", "warning": "Politica"}
    for name, value in how.items():
        assert call("patch", f"shares/{share.public_id}/", {name: value}).json()[name] == value
    kept = call("get", f"shares/{share.public_id}/").json()
    assert ({name: kept[name] for name in how}, kept["text"]) == (how, share.text)
    assert call("patch", f"shares/{share.public_id}/", {"warning": "w" * 201}).status_code == 400
    assert call("patch", f"shares/{share.public_id}/", {"language": "deutsch"}).status_code == 400
    assert call("patch", f"shares/{share.public_id}/", {"warning": ""}).json()["warning"] == ""


def test_a_draft_from_start_to_proposal(acme: world.Company, bob: Member, call: Caller) -> None:
    story, account = world.item(acme.owner), world.connected(bob)
    made = call("post", "shares/", {"item": story.public_id, "connection": account.public_id, "text": "Mine"})
    assert made.status_code == 201
    share = made.json()
    assert (share["state"], share["text"], share["connection"]) == ("draft", "Mine", account.public_id)
    soon = (timezone.now() + timedelta(days=1)).isoformat()
    changed = call("patch", f"shares/{share['id']}/", {"text": "Better", "proposed_at": soon}).json()
    assert (changed["text"], changed["state"]) == ("Better", "draft")
    assert changed["proposed_at"] is not None
    assert [one["id"] for one in call("get", "shares/").json()["results"]] == [share["id"]]


def test_a_place_for_ones_own_hand_by_its_name(acme: world.Company, bob: Member, call: Caller) -> None:
    wish = {"item": world.item(acme.owner).public_id, "network": "xing", "by_hand": True, "text": "Mine"}
    share = call("post", "shares/", wish).json()
    assert (share["network"], share["place"], share["by_hand"], share["evidence"]) == ("xing", "XING", True, "")
    elsewhere = call("patch", f"shares/{share['id']}/", {"by_hand_at": "whatsapp"}).json()
    assert (elsewhere["network"], elsewhere["place"]) == ("whatsapp", "WhatsApp")
    assert call("patch", f"shares/{share['id']}/", {"by_hand_at": "myspace"}).status_code == 400
    world.approved(Share.objects.get(), due_at=timezone.now() + timedelta(hours=1))
    assert "WhatsApp" in call("get", f"shares/{share['id']}/").json()["sentence"]


def test_a_key_may_ask_a_reader_and_take_it_back(acme: world.Company, bob: Member, call: Caller) -> None:
    story = world.item(acme.owner, of=world.campaign(acme.owner, needs_review=True))
    share = world.draft_by_hand(bob, story)
    asked = call("post", f"shares/{share.public_id}/ask-for-review/")
    assert (asked.status_code, asked.json()["state"]) == (200, "in_review")
    refused = call("patch", f"shares/{share.public_id}/", {"text": "Sneaked in"})
    assert (refused.status_code, refused.json()["type"]) == (409, "about:blank#too_late")
    refused = call("post", f"shares/{share.public_id}/approve/")
    assert (refused.status_code, refused.json()["type"]) == (409, "about:blank#approval_needed")
    assert call("post", f"shares/{share.public_id}/take-back/").json()["state"] == "draft"


def test_a_key_never_approves(acme: world.Company, bob: Member, call: Caller) -> None:
    share = world.draft(bob, world.item(acme.owner))
    answer = call("post", f"shares/{share.public_id}/approve/")
    assert answer.status_code == 409
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["type"] == "about:blank#approval_needed"
    assert problem["approve_at"].endswith(f"/o/{acme.organization.slug}/shares/{share.public_id}/approve/")
    assert not Approval.objects.exists()


def test_moving_inside_the_window_only(acme: world.Company, bob: Member, call: Caller) -> None:
    share = world.approved(world.draft(bob, world.item(acme.owner)))
    assert share.due_at is not None
    inside, outside = share.due_at + timedelta(minutes=5), share.due_at + timedelta(days=2)
    moved = call("post", f"shares/{share.public_id}/move/", {"due_at": inside.isoformat()})
    assert moved.status_code == 200
    refused = call("post", f"shares/{share.public_id}/move/", {"due_at": outside.isoformat()})
    assert (refused.status_code, refused.json()["type"]) == (409, "about:blank#approval_needed")
    share.refresh_from_db()
    assert share.due_at == inside


def test_withdrawing(acme: world.Company, bob: Member, call: Caller) -> None:
    share = world.approved(world.draft(bob, world.item(acme.owner)))
    assert call("post", f"shares/{share.public_id}/withdraw/").json()["state"] == ShareState.WITHDRAWN


def test_a_colleagues_share_is_not_there(acme: world.Company, call: Caller) -> None:
    foreign = world.draft(world.person("Carol"), world.item(acme.owner))
    for method, path in (("get", ""), ("patch", ""), ("post", "withdraw/"), ("post", "approve/"), ("post", "move/")):
        assert call(method, f"shares/{foreign.public_id}/{path}").status_code == 404


def test_a_repeated_key_is_answered_and_not_done_again(acme: world.Company, bob: Member, call: Caller) -> None:
    first_story, other = world.item(acme.owner), world.item(acme.owner, title="Other")
    body = {"item": first_story.public_id, "text": "Once"}
    first = call("post", "shares/", body, key="k-1")
    again = call("post", "shares/", body, key="k-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    assert Share.objects.count() == 1
    otherwise = call("post", "shares/", {"item": other.public_id}, key="k-1")
    assert (otherwise.status_code, otherwise.json()["title"]) == (422, "key used otherwise")
    assert Share.objects.count() == 1


def test_a_refusal_is_the_first_answer_too(acme: world.Company, bob: Member, call: Caller) -> None:
    share = world.draft(bob, world.item(acme.owner))
    first = call("post", f"shares/{share.public_id}/approve/", key="k-2")
    assert call("post", f"shares/{share.public_id}/approve/", key="k-2").json() == first.json()
    assert IdempotencyRecord.objects.count() == 1


def test_a_key_is_kept_for_a_day(acme: world.Company, bob: Member, call: Caller) -> None:
    story = world.item(acme.owner)
    call("post", "shares/", {"item": story.public_id}, key="k-3")
    IdempotencyRecord.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert "Idempotency-Replayed" not in call("post", "shares/", {"item": story.public_id}, key="k-3").headers


def test_bad_input_names_its_field(acme: world.Company, call: Caller) -> None:
    answer = call("post", "shares/", {})
    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == ["item"]


def test_without_a_key_or_with_a_wrong_one(acme: world.Company, call: Caller) -> None:
    call.secret = call.secret[:-1]
    assert call("get", "shares/").status_code == 401
    assert Client().get(f"/api/v1/o/{call.slug}/shares/").status_code == 401


def test_rights_of_the_role(acme: world.Company, call: Caller) -> None:
    for path in ("people/", "library/", "campaigns/"):
        assert call("get", path).status_code == 404
    owner = Caller(acme.owner)
    assert [owner("get", path).status_code for path in ("people/", "library/", "campaigns/")] == [200, 200, 200]
    invited = owner("post", "invitations/", {"people": [{"email": "new@acme.test"}]})
    assert invited.json() == {"added": 1, "already_there": 0}


def test_reading_the_rest(acme: world.Company, bob: Member, call: Caller) -> None:
    story = world.item(acme.owner)
    assert [one["id"] for one in call("get", "items/").json()["results"]] == [story.public_id]
    assert call("get", f"items/{story.public_id}/").json()["title"] == story.title
    assert call("get", "points/").json()["results"] == []
    assert call("get", "board/?period=week").json()["top"] == []
    assert call("get", "board/?period=year").status_code == 400
    assert call("get", "me/").json()["id"] == bob.public_id


def test_every_write_of_the_api_answers_a_repeated_key() -> None:
    unmarked = []
    views = {entry.callback.cls for entry in _api_patterns()}
    for view in views:
        for method in ("post", "put", "patch", "delete"):
            write = getattr(view, method, None)
            if write is not None and not getattr(write, "answers_once", False):
                unmarked.append((view.__name__, method))
    assert unmarked == []
    assert len(views) > 12


def _api_patterns() -> list[Any]:
    return [*people_urls, *product_urls, *network_urls]


def test_the_schema_names_every_call(db: None) -> None:
    schema = Client().get("/api/v1/schema/")
    assert schema.status_code == 200
    text = schema.content.decode()
    assert all(name in text for name in ("shares_create", "shares_withdraw", "invitations_create", "personalKey"))
