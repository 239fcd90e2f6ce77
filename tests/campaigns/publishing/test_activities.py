"""Liking, reposting and commenting by the engine: approved, done once at the network, and taken back there."""

from __future__ import annotations

import pytest

from accounts.actions.consent import agree_to_network
from accounts.consent_texts import current_version
from accounts.errands import Done
from accounts.models import Errand, Member
from accounts.tenancy import acting_in
from campaigns.actions.drafts import edit_draft, start_share
from campaigns.actions.shares import take_down_share
from campaigns.models import ItemKind, PointEntry, Share
from campaigns.publishing.balance import differences
from campaigns.publishing.removal import take_down
from campaigns.refusals import NotReady
from integrations.actions.connections import connect_account
from integrations.models import Connection
from integrations.networks import network
from integrations.networks.base import Account, Deed, Removed
from integrations.tokens import open_grant
from tests.campaigns import world
from tests.campaigns.publishing.posting import Desk, account, again, come_due, due, publish, settled
from tests.integrations.connected import grant_of
from tests.integrations.sandbox.rig import SandboxProcess


def allowing(at: Desk, sandbox: SandboxProcess, key: str, *deeds: Deed, of: Member) -> Connection:
    """An account of this person that allows posting and these deeds, and no more."""
    there = network(key)
    made = sandbox.account(key, "carol", scopes=sorted(there.required_scopes | there.scopes_for(deeds)))
    with acting_in(at.organization):
        agree_to_network(of, by=of, network=key, language="en", text_version=current_version("network"))
        known = Account(id=made["account_id"], handle=made["handle"], name="Carol")
        return connect_account(of, by=of, network=there, server=made["server"], account=known, grant=grant_of(made))


def asked_to(at: Desk, asks: str, target: str, key: str, connection: Connection, words: str = "") -> Share:
    with acting_in(at.organization):
        item = world.item(at.owner, asks=asks, target=target, target_at=key, kind=ItemKind.TEXT, destination="")
        share = start_share(item, by=connection.member)
        assert share.connection == connection or not words and share.by_hand
        share = edit_draft(share, by=connection.member, text=words) if words else share
        return come_due(at, world.approved(share))


@pytest.mark.parametrize("key", ["mastodon", "bluesky"])
def test_each_is_done_once_and_undone(at: Desk, sandbox: SandboxProcess, key: str) -> None:
    out = due(at, account(at, sandbox, key))
    publish()
    target = again(at, out).external_url
    with acting_in(at.organization):
        carol = world.person("Carol")
    mine = allowing(at, sandbox, key, Deed.LIKE, Deed.REPOST, Deed.COMMENT, of=carol)
    points = 0
    for asks, words in (("like", ""), ("repost", ""), ("comment", "I built that one.")):
        share = asked_to(at, asks, target, key, mine, words)
        assert (publish(), publish()) == (1, 0)
        done = again(at, share)
        assert (done.state, done.by_hand, bool(done.external_id)) == ("published", False, True), asks
        points += 10 if words else 0
        with acting_in(at.organization):
            assert sum(PointEntry.objects.filter(member=carol).values_list("points", flat=True)) == points
            take_down_share(done, by=carol)
            payload = Errand.objects.filter(kind="take_down").latest("pk").payload
        assert take_down({**payload, "organization_id": at.organization.pk}) == Done()
        assert again(at, share).state == "taken_down", asks
        points = 0
    assert differences() == []


@pytest.mark.parametrize("key", ["mastodon", "bluesky"])
def test_an_account_is_followed_once_and_let_go(at: Desk, sandbox: SandboxProcess, key: str) -> None:
    out = due(at, account(at, sandbox, key))
    publish()
    profile = again(at, out).external_url.rpartition("/")[0].removesuffix("/post")
    with acting_in(at.organization):
        carol = world.person("Carol")
    share = asked_to(at, "follow", profile, key, allowing(at, sandbox, key, Deed.FOLLOW, of=carol))
    assert (publish(), publish()) == (1, 0)
    done = again(at, share)
    assert (done.state, done.by_hand, bool(done.external_id)) == ("published", False, True)
    follows = [line for line in sandbox.acceptances() if line.get("deed") == "follow"]
    assert [line["target"] for line in follows] == [sandbox.account(key, "bob")["account_id"]]
    with acting_in(at.organization):
        assert not PointEntry.objects.filter(member=carol).exists()
        take_down_share(done, by=carol)
        payload = Errand.objects.filter(kind="take_down").latest("pk").payload
    assert take_down({**payload, "organization_id": at.organization.pk}) == Done()
    assert again(at, share).state == "taken_down"
    assert differences() == []


def test_a_follow_whose_answer_got_lost_is_looked_at_and_not_done_again(at: Desk, sandbox: SandboxProcess) -> None:
    with acting_in(at.organization):
        carol = world.person("Carol")
    mine = allowing(at, sandbox, "mastodon", Deed.FOLLOW, of=carol)
    with acting_in(at.organization):
        grant = open_grant(mine)
    for name, taken_back, state in (("ann", False, "published"), ("ben", True, "held")):
        profile = network("mastodon").profile(grant_of(sandbox.account("mastodon", name)))
        assert isinstance(profile, Account)
        share = asked_to(at, "follow", profile.url, "mastodon", mine)
        sandbox.script("mastodon", "accept_reset")
        publish()
        assert again(at, share).state == "unknown"
        if taken_back:
            done = sandbox.acceptances()[-1]["external_id"]
            assert network("mastodon").remove(done, grant) == Removed()
        assert settled(at, share).state == state
        assert publish() == 0
    assert [line["deed"] for line in sandbox.acceptances()] == ["follow", "follow"]
    assert differences() == []


def test_what_was_not_allowed_is_done_by_hand(at: Desk, sandbox: SandboxProcess) -> None:
    with acting_in(at.organization):
        carol = world.person("Carol")
    mine = allowing(at, sandbox, "mastodon", of=carol)
    share = asked_to(at, "like", f"{mine.server}/@bob/1", "mastodon", mine)
    assert (share.by_hand, share.connection) == (True, None)
    with acting_in(at.organization):
        target = f"{mine.server}/@bob/2"
        item = world.item(at.owner, asks="like", target=target, target_at="mastodon", kind="text", destination="")
        other = start_share(item, by=carol, connection=mine)
        with pytest.raises(NotReady):
            world.approved(other)
