"""Our connectors against the sandbox, over real HTTP: two independent readings of the same protocols must agree."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from integrations.networks import network
from integrations.networks.base import (
    Absent,
    CannotTell,
    Found,
    Grant,
    NeedsReconnect,
    Picture,
    Post,
    Published,
    Refreshed,
    Removed,
    Secret,
    Unknown,
    Uploaded,
)
from integrations.networks.posts import LinkCard
from tests.integrations.sandbox.rig import Body, SandboxProcess

KEYS = ("linkedin", "x", "mastodon", "bluesky", "threads", "facebook_pages", "instagram")
LISTS_MAY_BE_BEHIND = ("threads", "instagram")
PIXEL = b"\x89PNG\r\n\x1a\n picture"
SHA256 = hashlib.sha256(PIXEL).hexdigest()
JPEG = b"\xff\xd8\xff picture"
PICTURES = {hashlib.sha256(one).hexdigest(): one for one in (PIXEL, JPEG)}
TEXT = (
    "Zażółć & <gęślą> (jaźń) 👩‍👩‍👧 #Work_Life @nobody {x} *y* ~z~ [a] \\ |\nhttps://go.example.com/l/abc_123?a=1&b=2"
)


def grant_of(account: Body) -> Grant:
    return Grant(
        access_token=Secret(account["access_token"]),
        refresh_token=Secret(account["refresh_token"]) if account["refresh_token"] else None,
        scopes=frozenset(account["scopes"]),
        server=account["server"],
        account_id=account["account_id"],
        client_id=account["client_id"],
        client_secret=Secret(account["client_secret"]),
    )


def picture_for(key: str) -> Picture:
    """One that the network takes."""
    content, kind = (PIXEL, "image/png") if "image/png" in network(key).limits.picture_types else (JPEG, "image/jpeg")
    return Picture(hashlib.sha256(content).hexdigest(), kind, "A chart")


def post_for(key: str, account: Body, text: str = TEXT, **more: Any) -> Post:
    rkey, created_at = network(key).fix_identity(datetime.now(UTC))
    fixed = {"server": account["server"], "rkey": rkey, "created_at": created_at}
    if network(key).needs_picture:
        fixed["media"] = (picture_for(key),)
    return Post(network=key, connection="c", account_id=account["account_id"], text=text, **fixed | more)


def publish(key: str, post: Post, grant: Grant, attempt_key: str = "attempt-1") -> Any:
    uploaded = network(key).upload(post, grant, PICTURES.__getitem__)
    assert isinstance(uploaded, Uploaded), uploaded
    return network(key).publish(post, grant, attempt_key, uploaded)


@pytest.mark.proves("image")
@pytest.mark.parametrize("key", KEYS)
def test_what_was_approved_is_what_stands_there(there: SandboxProcess, key: str) -> None:
    account = there.account(key, "writer")
    picture = picture_for(key)
    post = post_for(key, account, media=(picture,), language="pl")
    outcome = publish(key, post, grant_of(account))
    assert isinstance(outcome, Published), outcome
    (line,) = there.acceptances()
    assert (line["text"], line["account_id"], line["external_id"]) == (TEXT, account["account_id"], outcome.external_id)
    assert line["media"] == [[picture.sha256, "A chart"]]
    assert "https://go.example.com/l/abc_123?a=1&b=2" in line["links"]
    page = requests.get(outcome.url, timeout=5)
    assert (page.status_code, "abc_123" in page.text) == (200, True)


@pytest.mark.proves("link card")
@pytest.mark.parametrize("key", ["linkedin", "bluesky"])
def test_the_card_is_the_approved_one(there: SandboxProcess, key: str) -> None:
    account = there.account(key, "writer")
    card = LinkCard("https://example.com/a", "Title", "Words", Picture(SHA256, "image/png"))
    assert isinstance(publish(key, post_for(key, account, link=card), grant_of(account)), Published)
    wanted = {"url": card.url, "title": "Title", "description": "Words", "picture": SHA256}
    assert there.acceptances()[0]["card"] == wanted


@pytest.mark.parametrize("key", KEYS)
def test_the_profile_is_the_account(there: SandboxProcess, key: str) -> None:
    account = there.account(key, "writer", name="Wanda Writer")
    profile: Any = network(key).profile(grant_of(account))
    assert (profile.id, profile.name) == (account["account_id"], "Wanda Writer")


@pytest.mark.proves("look-up or replay")
@pytest.mark.parametrize("key", ["x", "mastodon", "bluesky", "threads", "facebook_pages", "instagram"])
def test_a_lost_answer_is_found_and_an_absent_post_is_not(there: SandboxProcess, key: str) -> None:
    account = there.account(key, "writer")
    grant, post, since = grant_of(account), post_for(key, account), datetime.now(UTC) - timedelta(minutes=1)
    before = network(key).find(post, grant, "attempt-1", since)
    assert isinstance(before, CannotTell if key in LISTS_MAY_BE_BEHIND else Absent)
    there.script(key, "accept_reset")
    assert isinstance(publish(key, post, grant), Unknown)
    found = network(key).find(post, grant, "attempt-1", since)
    assert isinstance(found, Found)
    assert found.external_id == there.acceptances()[0]["external_id"]


def test_linkedin_cannot_tell(there: SandboxProcess) -> None:
    account = there.account("linkedin")
    found = network("linkedin").find(post_for("linkedin", account), grant_of(account), "k", datetime.now(UTC))
    assert isinstance(found, CannotTell)


@pytest.mark.parametrize("key", ["mastodon", "bluesky"])
def test_a_replay_changes_nothing(there: SandboxProcess, key: str) -> None:
    account = there.account(key, "writer")
    post, grant = post_for(key, account), grant_of(account)
    assert publish(key, post, grant) == publish(key, post, grant)
    assert len(there.acceptances()) == 1


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("fault", ["status_503", "status_500_after", "status_400_after", "reset_before"])
def test_an_ambiguous_answer_is_unknown(there: SandboxProcess, key: str, fault: str) -> None:
    account = there.account(key, "writer")
    there.script(key, fault)
    assert isinstance(publish(key, post_for(key, account), grant_of(account)), Unknown)


@pytest.mark.parametrize("key", [key for key in KEYS if network(key).can_remove])
def test_a_post_is_taken_down(there: SandboxProcess, key: str) -> None:
    account = there.account(key, "writer")
    grant = grant_of(account)
    outcome = publish(key, post_for(key, account), grant)
    for _ in range(2):
        assert network(key).remove(outcome.external_id, grant) == Removed()
    assert there.lines()[-1]["removed"] == outcome.external_id


@pytest.mark.parametrize("key", KEYS)
def test_a_revoked_grant_asks_to_reconnect(there: SandboxProcess, key: str) -> None:
    account = there.account(key, "writer")
    there.revoke(key, "writer")
    uploaded = network(key).upload(post_for(key, account), grant_of(account), PICTURES.__getitem__)
    prepared = uploaded if isinstance(uploaded, Uploaded) else Uploaded()
    outcome = network(key).publish(post_for(key, account), grant_of(account), "attempt-1", prepared)
    assert isinstance(outcome if isinstance(uploaded, Uploaded) else uploaded, NeedsReconnect)
    assert there.acceptances() == []


@pytest.mark.parametrize("key", ["x", "bluesky"])
def test_a_grant_is_refreshed_once(there: SandboxProcess, key: str) -> None:
    account = there.account(key, "writer")
    old = grant_of(account)
    fresh = network(key).refresh(old)
    assert isinstance(fresh, Refreshed)
    assert isinstance(publish(key, post_for(key, account), fresh.grant), Published)
    repeated = network(key).refresh(old)
    # X ends everything it gave; Bluesky's server answers with the same successor, for a while.
    assert isinstance(repeated, NeedsReconnect if key == "x" else Refreshed)
    died = {"x": 1} if key == "x" else {}
    assert there.get("/sandbox/health")["families_ended_by_reuse"] == died


@pytest.mark.proves("revoke")
@pytest.mark.parametrize("key", ["linkedin", "x", "mastodon", "bluesky"])
def test_our_own_revocation_ends_the_grant(there: SandboxProcess, key: str) -> None:
    account = there.account(key, "writer")
    grant = grant_of(account)
    network(key).revoke(grant)
    assert isinstance(publish(key, post_for(key, account), grant), NeedsReconnect)
