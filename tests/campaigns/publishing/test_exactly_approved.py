"""Exactly that text, by that person, for that moment: at the real intent, in the database, and provable afterwards.

Bytes that changed behind a picture's name are `test_loop.py`'s.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import ConsentKind
from accounts.tenancy import acting_in
from campaigns.actions import shares as share_actions
from campaigns.canonical import post_of
from campaigns.models import Activity, Approval, Attempt, Item, LinkCode, Media, Share, ShareMedia
from campaigns.publishing.claim import claim
from campaigns.publishing.intent import commit_intent
from campaigns.selectors.personal_record import own_record
from campaigns.time_rules import LONGEST_WINDOW, window_of
from integrations.models import Connection
from integrations.networks.base import Deed, LinkCard, Picture, Post
from integrations.networks.media import Video
from tests.campaigns import world
from tests.campaigns.publishing.posting import (
    Desk,
    account,
    again,
    desk,
    due,
    practice_account,
    publish,
)
from tests.integrations.sandbox.rig import SandboxProcess

Change = Callable[[Share], object]

# --- the hash covers every field there is ----------------------------------------------------------

WORDS = st.text(max_size=12)
PICTURES = st.builds(Picture, sha256=WORDS, content_type=WORDS, alt_text=WORDS, width=st.integers(0, 9))
VIDEOS = st.builds(Video, sha256=WORDS, content_type=st.just("video/mp4"), alt_text=WORDS, seconds=st.integers(0, 9))
CARDS = st.builds(LinkCard, url=WORDS, title=WORDS, description=WORDS, picture=st.none() | PICTURES)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "str": WORDS,
    "int": st.integers(0, 9),
    "LinkCard | None": st.none() | CARDS,
    "Picture | None": st.none() | PICTURES,
    "tuple[Medium, ...]": st.lists(PICTURES | VIDEOS, max_size=2).map(tuple),
    "Deed": st.sampled_from(Deed),
    "tuple[str, ...]": st.lists(WORDS, max_size=2).map(tuple),
}
ACCOUNTS = {"network": WORDS, "connection": WORDS, "account_id": WORDS}
# A deed: a post of one's own has no target, and its approved bytes name neither.
POSTS = st.builds(Post, **ACCOUNTS, text=WORDS, link=st.none() | CARDS, deed=st.just(Deed.REPOST))


@settings(max_examples=60, deadline=None, database=None)
@given(post=POSTS, data=st.data())
def test_whatever_field_changes_so_does_the_hash(post: Post, data: st.DataObject) -> None:
    """A field that is added later is covered by being one."""
    for field in fields(Post):
        value = data.draw(VALUES[str(field.type)], label=field.name)
        other = replace(post, **{field.name: value})
        assert (other.digest() == post.digest()) == (value == getattr(post, field.name))
        assert Post.from_canonical(other.canonical()) == other


@settings(max_examples=40, deadline=None, database=None)
@given(picture=PICTURES, data=st.data())
def test_whatever_changes_in_a_picture_or_a_card_does_too(picture: Picture, data: st.DataObject) -> None:
    card = LinkCard(url="https://example.com", picture=picture)
    post = Post(network="x", connection="c", account_id="a", text="t", link=card, media=(picture,))
    for field in fields(Picture):
        value = data.draw(VALUES[str(field.type)], label=field.name)
        other = replace(picture, **{field.name: value})
        same = value == getattr(picture, field.name)
        assert (replace(post, media=(other,)).digest() == post.digest()) == same
        assert (replace(post, link=replace(card, picture=other)).digest() == post.digest()) == same
    for field in fields(LinkCard):
        value = data.draw(VALUES[str(field.type)], label=field.name)
        changed = replace(post, link=replace(card, **{field.name: value}))
        assert (changed.digest() == post.digest()) == (value == getattr(card, field.name))


def test_what_was_approved_before_there_were_warnings_keeps_its_hash() -> None:
    """As an earlier release wrote it, byte by byte."""
    kept = (
        '{"account_id":"a","connection":"c","created_at":"","destination":"","first_comment":"","labels":[],'
        '"language":"en","link":null,"media":[],"network":"mastodon","rkey":"","server":"","text":"t",'
        '"tracked_address":"","version":1,"visibility":"public"}'
    )
    assert Post.from_canonical(kept).canonical().decode() == kept


# --- and the intent asks for it ---------------------------------------------------------------------


def update(model: Any, **columns: object) -> Change:
    return lambda _share: model.objects.update(**columns)


def another_code(share: Share) -> object:
    assert share.link_code is not None
    code = LinkCode.objects.create(
        code="zzzzzzzzz", organization_id=share.organization_id, destination=share.link_code.destination
    )
    return Share.objects.filter(pk=share.pk).update(link_code=code)


def another_picture(share: Share) -> object:
    media = Media.objects.create(sha256="c" * 64, content_type="image/png", bytes=9, width=8, height=6)
    return ShareMedia.objects.create(share=share, media=media, position=5, alt_text="x")


def asked_to_like(share: Share) -> object:
    there = {"target": "https://mastodon.social/@nora/109", "target_at": "mastodon"}
    return Item.objects.filter(pk=share.item_id).update(asks=Activity.LIKE, kind="text", destination="", **there)


# What of the post a row's change reaches. `first_comment` is not built from rows yet.
CHANGES: dict[str, tuple[set[str], Change]] = {
    "the text": ({"text"}, update(Share, text="Other words")),
    "the disclosure": ({"text"}, update(Share, disclosure="#ad")),
    "the language": ({"language"}, update(Share, language="pl")),
    "the audience": ({"visibility"}, update(Share, visibility="unlisted")),
    "the network": ({"network"}, update(Share, network="bluesky")),
    "the account": ({"account_id"}, update(Connection, account_id="somebody-else")),
    "the connection's name": ({"connection"}, update(Connection, public_id="another")),
    "the server": ({"server"}, update(Connection, server="https://other.example")),
    "the destination": ({"destination"}, update(Item, destination="https://example.com/elsewhere")),
    "the card's title": ({"link"}, update(Item, title="Another title")),
    "the card's words": ({"link"}, update(Item, summary="Another summary")),
    "the tracked address": ({"tracked_address", "text"}, another_code),
    "the record's key": ({"rkey"}, update(Share, rkey="3k2a")),
    "the time it says": ({"created_at"}, update(Share, post_created_at="2026-11-24T08:20:00Z")),
    "the warning": ({"warning", "text"}, update(Share, warning="Politics")),
    "the network's own label": ({"labels"}, update(Share, labels=["paid_partnership"])),
    "what is asked": ({"deed", "target", "text", "link", "destination"}, asked_to_like),
    "a picture": ({"media", "link"}, another_picture),
}

KNOWS_IT = {"the warning": "mastodon"}  # a change of what other networks do not have changes no post of theirs
TRUER_REASONS = {
    "the destination": "story_changed",
    "the network": "not_taking_part",
    "what is asked": "story_changed",
}  # Bob never said yes to that network


def test_the_changes_reach_every_field_that_is_built_from_rows() -> None:
    reached = {name for names, _ in CHANGES.values() for name in names}
    assert {field.name for field in fields(Post)} - reached == {"first_comment"}


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_after_the_approval_is_held_at_the_intent_and_never_posted(at: Desk, what: str) -> None:
    share = due(at, practice_account(at, key=KNOWS_IT.get(what, "practice")))
    (claimed,) = claim([at.organization.pk], limit=1)
    with acting_in(at.organization):
        CHANGES[what][1](again(at, share))
    assert commit_intent(claimed, picture_hashes=frozenset()) is None
    with acting_in(at.organization):
        share = Share.objects.get(pk=share.pk)
        assert (share.state, Attempt.objects.count()) == ("held", 0)
        assert share.held_reason == TRUER_REASONS.get(what, "approval_changed")


# --- by that person ----------------------------------------------------------------------------------


def test_the_database_takes_an_approval_of_its_owner_alone(at: Desk) -> None:
    with acting_in(at.organization):
        share = world.draft(at.member, at.story)
        post = post_of(share)
        window = window_of(datetime.now().astimezone(), late_minutes=60)
        given = {
            "share": share,
            "connection": share.connection,
            "canonical": post.canonical().decode(),
            "sha256": post.digest(),
            "window_start": window[0],
            "window_end": window[1],
            "door": "session",
        }
        for somebody in (at.owner, world.person("Carol")):
            with pytest.raises(IntegrityError, match="campaigns_approval_by_owner"), transaction.atomic():
                Approval.objects.create(member=somebody, **given)
        assert Approval.objects.create(member=at.member, **given).pk
        with pytest.raises(IntegrityError, match="campaigns_approval_by_owner"), transaction.atomic():
            Share.objects.filter(pk=share.pk).update(member=at.owner)


# --- for that moment: no standing consent -----------------------------------------------------------


def test_no_standing_consent_can_be_stored() -> None:
    """Row 36 of the risks asks how to bound one; there is none: every approval is one post's, for a day at most."""
    assert set(ConsentKind.values) == {"take_part", "network", "named_on_boards"}
    asked_for = {field.name for field in Approval._meta.concrete_fields if not field.null and not field.has_default()}
    assert asked_for >= {"share", "member", "canonical", "sha256", "window_start", "window_end", "door"}
    assert timedelta(hours=24) == LONGEST_WINDOW
    start, end = window_of(datetime(2026, 11, 24, 8, 20).astimezone(), late_minutes=10**9)
    assert end - start == LONGEST_WINDOW
    approving = [name for name in share_actions.__all__ if "approve" in name]
    assert approving == ["approve_share"]


# --- provable afterwards ------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_proof_of_every_post_can_be_replayed_from_the_person_s_own_record(sandbox: SandboxProcess) -> None:
    here = desk("Proof")
    connections = [account(here, sandbox, key, f"proof-{key}") for key in ("mastodon", "x", "linkedin", "bluesky")]
    for number in range(5):
        for connection in connections:
            due(here, connection, f"Post {number}.")
        publish()
    with acting_in(here.organization):
        posts: Any = own_record(here.member)["posts"]
    accepted = {line["external_id"]: line for line in sandbox.acceptances()}
    assert len(posts) == len(accepted) == 20
    for post in posts:
        (send,) = post["sends"]
        (approval,) = [one for one in post["approvals"] if one["number"] == send["approval"]]
        assert hashlib.sha256(approval["post"].encode()).hexdigest() == approval["sha256"] == send["sha256"]
        assert Post.from_canonical(approval["post"]).digest() == approval["sha256"]
        assert approval["window"][0] <= send["decided_at"] < approval["window"][1]
        assert (approval["door"], send["outcome"], post["state"]) == ("session", "published", "published")
        assert send["remote_id"] == post["remote_id"]
        (line,) = [line for name, line in accepted.items() if name in post["remote_id"]]
        assert line["text"] == Post.from_canonical(approval["post"]).text == post["text"]
