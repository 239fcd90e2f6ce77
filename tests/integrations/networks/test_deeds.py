"""What is done to somebody's post: its canonical form, what it needs, and that no deed is ever sent as a post."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.test import override_settings

from integrations.networks import NETWORKS, network
from integrations.networks.base import (
    Absent,
    Deed,
    Found,
    LinkCard,
    NeedsReconnect,
    Network,
    Picture,
    Post,
    Refused,
    TryLater,
    Unknown,
    Uploaded,
)
from integrations.networks.bluesky_records import record
from tests.integrations.networks.spoken import CREATED_AT, DID, NOW, STRONG, TARGETS, deed_for, grant_for, post_for
from tests.integrations.peer import Answer, Peer, reset

ALL = pytest.mark.parametrize("under_test", NETWORKS, ids=lambda one: str(one.key))
TARGET = "https://social.example/@ben/113"
# Programs that read like addresses of posts there, and what no browser opens.
SCRIPTS = [
    f"javascript://{page}?%0aalert(1)"
    for page in (
        "x.com/a/status/12",
        "www.threads.com/@ann/post/C1",
        "www.linkedin.com/feed/update/urn:li:share:12/",
        "bsky.app/profile/ann.example/post/3m5z7qk2abc2d",
    )
] + ["https://[x.com/a/status/12"]
PICTURE = Picture("ab" * 32, "image/png", "A chart", 640, 480)
# Approved by the release before there were deeds.
OLD_DIGEST = "23633b3688d92fe6fa31bbdaff4e304efc522e4e41231d922a39df7c4aa89875"
OLD = Post(
    network="bluesky",
    connection="c1",
    account_id="did:plc:canary",
    text="What surprised me 🎉",
    server="https://bsky.social",
    link=LinkCard("https://go.acme.example/s/Ab3", "Tytuł", "描述", PICTURE),
    tracked_address="https://go.acme.example/s/Ab3",
    destination="https://acme.example/a",
    media=(PICTURE,),
    language="pl",
    labels=("paid_partnership",),
    rkey="3m5z7qk2abc2d",
    created_at="2026-11-20T09:30:00.000Z",
)


def test_what_was_approved_before_keeps_its_hash() -> None:
    assert OLD.digest() == OLD_DIGEST
    assert Post.from_canonical(OLD.canonical()) == OLD


def test_an_approved_deed_says_what_it_is_and_to_whom() -> None:
    digests = {OLD.digest()}
    for deed in Deed:
        done = replace(OLD, deed=deed, target="" if deed is Deed.POST else TARGET)
        again = Post.from_canonical(done.canonical())
        assert again == done
        assert again.deed is deed
        digests.add(done.digest())
    assert len(digests) == len(Deed)
    like = replace(OLD, deed=Deed.LIKE, target=TARGET)
    assert replace(like, target=TARGET + "4").digest() != like.digest()


@ALL
def test_a_deed_needs_its_target_and_a_comment_its_words(under_test: Network) -> None:
    def codes(deed: Deed, text: str, target: str = "") -> set[str]:
        post = replace(post_for(under_test.key), media=(), text=text, deed=deed, target=target)
        return {problem.code for problem in under_test.problems(post)}

    for deed in Deed:
        if deed is not Deed.POST:
            assert codes(deed, "Good words" if deed is Deed.COMMENT else "") == {"target"}
            words = "Good words" if deed is Deed.COMMENT else ""
            for address in ("javascript:alert(1)", *SCRIPTS):
                assert codes(deed, words, address) == {"target"}, address
    assert "empty" in codes(Deed.COMMENT, " ")
    assert ("repost_words" in codes(Deed.REPOST, "Words")) == (not under_test.repost_takes_words)


@ALL
def test_what_an_app_may_not_do_there_is_refused_before_any_call(under_test: Network, peer: Peer) -> None:
    grant = grant_for(under_test.key, peer)
    narrow = replace(grant, scopes=under_test.required_scopes | {"something-else"})
    for deed in Deed:
        post = replace(post_for(under_test.key), deed=deed, target=TARGET)
        assert isinstance(under_test.refusal(post, grant), Refused) == (deed not in under_test.deeds)
        needs_more = bool(under_test.deed_scopes.get(deed))
        assert under_test.may(deed, narrow) == (deed in under_test.deeds and not needs_more)
        assert under_test.must_upload(post) or deed is Deed.POST
    assert under_test.may(Deed.POST, narrow)
    assert peer.asked == []


# --- what a reply means where a deed is done ------------------------------------------------------

ERROR = {"error": "Odd"}
REPLIES: dict[str, list[tuple[Answer, type]]] = {
    "mastodon": [
        (Answer(401, ERROR), NeedsReconnect),
        (Answer(403, ERROR), Refused),  # blocked there: this connection still posts
        (Answer(404, ERROR), Refused),
        (Answer(422, ERROR), Refused),
        (Answer(429, ERROR, {"Retry-After": "9"}), TryLater),
        (Answer(404, b"<html>"), Unknown),
        (Answer(503, ERROR), Unknown),
        (Answer(200, {"id": "999"}), Unknown),
        (Answer(act=reset), Unknown),
    ],
    "bluesky": [
        (Answer(401, {"error": "InvalidToken"}), NeedsReconnect),
        (Answer(403, {"error": "ScopeMissingError"}), NeedsReconnect),
        (Answer(400, {"error": "InvalidRequest"}), Refused),
        (Answer(429, {"error": "RateLimitExceeded"}), TryLater),
        (Answer(404, {"error": "XRPCNotSupported"}), Unknown),
        (Answer(502, {"error": "UpstreamFailure"}), Unknown),
        (Answer(200, {"uri": "at://did:plc:other/app.bsky.feed.like/1"}), Unknown),
        (Answer(act=reset), Unknown),
    ],
}


@pytest.mark.parametrize("key", TARGETS)
def test_what_a_reply_to_a_deed_means(key: str, peer: Peer) -> None:
    under_test, grant = network(key), grant_for(key, peer)
    for deed in (Deed.LIKE, Deed.REPOST, Deed.FOLLOW):
        post, found = deed_for(key, deed)
        for answer, kind in REPLIES[key]:
            peer.tell_any(answer)
            assert type(under_test.publish(post, grant, "k", found)) is kind, (deed, answer)
        asked = len(peer.asked)
        assert isinstance(under_test.publish(post, grant, "k", Uploaded()), TryLater)
        assert len(peer.asked) == asked, "what was not looked up is not done"


@pytest.mark.parametrize(
    ("key", "deed", "address", "fits"),
    [
        ("mastodon", Deed.LIKE, "https://m.example/@ben/113", True),
        ("mastodon", Deed.LIKE, "https://m.example/@ben@other.example/113/", True),
        ("mastodon", Deed.LIKE, "https://m.example/users/ben/statuses/113", True),
        ("mastodon", Deed.LIKE, "https://pleroma.example/notice/Ab3-x", True),
        ("mastodon", Deed.LIKE, "https://m.example/@ben", False),
        ("mastodon", Deed.LIKE, "https://m.example/about", False),
        ("mastodon", Deed.FOLLOW, "https://m.example/@ben", True),
        ("mastodon", Deed.FOLLOW, "https://m.example/@ben/113", False),
        ("bluesky", Deed.REPOST, "https://bsky.app/profile/ben.example/post/3m5z7qk2abc2d", True),
        ("bluesky", Deed.REPOST, f"https://bsky.app/profile/{DID}/post/3m5z7qk2abc2d", True),
        ("bluesky", Deed.REPOST, f"https://bsky.app/profile/{DID}", False),
        ("bluesky", Deed.FOLLOW, "https://bsky.app/profile/ben.example", True),
        ("bluesky", Deed.FOLLOW, "https://bsky.app/", False),
        ("bluesky", Deed.FOLLOW, "https://user@bsky.app/profile/ben.example", False),
        ("bluesky", Deed.REPOST, "https://bsky.example/profile/ben.example/post/3m5z7qk2abc2d", False),
        ("bluesky", Deed.REPOST, "https://bsky.app/x/profile/ben.example/post/3m5z7qk2abc2d", False),
        ("bluesky", Deed.REPOST, "https://bsky.app/profile/ben.example%2Fpost%2F3m5z7qk2abc2d", False),
        ("bluesky", Deed.FOLLOW, "https://bsky.app/x/profile/ben.example", False),
        ("x", Deed.REPOST, "https://mobile.twitter.com/ben/status/12", True),
        ("x", Deed.REPOST, "https://x.com.example/ben/status/12", False),
        ("threads", Deed.REPOST, "https://www.threads.net/@ben/post/C1-x", True),
        ("threads", Deed.REPOST, "https://mythreads.com/@ben/post/C1-x", False),
    ],
)
def test_an_address_is_one_of_a_post_or_of_an_account(key: str, deed: Deed, address: str, fits: bool) -> None:
    problem = network(key).target_problem(deed, address)
    assert (problem is None) == fits
    assert problem is None or problem.sentence.startswith("This is not the address of")


def test_whoever_answers_at_mastodon_is_told_to_name_the_author() -> None:
    def said(text: str, target: str) -> list[str]:
        post = replace(post_for("mastodon"), text=text, deed=Deed.COMMENT, target=target)
        return [problem.sentence for problem in network("mastodon").problems(post) if problem.code == "unnamed"]

    only = "Mastodon tells the author of your answer only if it names them: "
    assert said("Well said.", "https://m.example/@ben/113") == [only + "@ben@m.example"]
    assert said("Well said.", "https://m.example/@ben@other.example/113") == [only + "@ben@other.example"]
    assert said("@Ben@m.example Well said.", "https://m.example/@ben/113") == []
    assert said("Well said.", "https://pleroma.example/notice/Ab3") == []


def test_a_reply_joins_its_thread_and_a_quotation_shows_what_it_quotes(peer: Peer) -> None:
    first = {"uri": "at://did:plc:first/app.bsky.feed.post/3m5z7qk2abc22", "cid": "bafyfirst"}
    service = {"id": "#atproto_pds", "serviceEndpoint": f"{peer.url}/bluesky"}
    peer.tell(f"/{DID}", Answer(body={"id": DID, "service": [service]}))
    found = Answer(body=STRONG | {"value": {"reply": {"root": first, "parent": first}}})
    peer.tell("/bluesky/xrpc/com.atproto.repo.getRecord", found)
    post, grant = deed_for("bluesky", Deed.COMMENT)[0], grant_for("bluesky", peer)
    with override_settings(NETWORKS={"bluesky": {"directory_url": peer.url}}):
        uploaded = network("bluesky").upload(post, grant, lambda _: b"")
    assert isinstance(uploaded, Uploaded)
    assert record(post, uploaded)["reply"] == {"root": first, "parent": STRONG}
    quoted = record(replace(post, deed=Deed.REPOST), uploaded)
    assert (quoted["$type"], quoted["embed"]["record"]) == ("app.bsky.feed.post", STRONG)
    bare = record(replace(post, deed=Deed.REPOST, text=" "), uploaded)
    assert bare == {"$type": "app.bsky.feed.repost", "subject": STRONG, "createdAt": CREATED_AT}


def test_at_mastodon_only_what_bears_the_address_is_meant(peer: Peer) -> None:
    """A name, or a number, means nothing on another server."""
    grant = grant_for("mastodon", peer)

    def found(target: str, **row: str) -> bool:
        peer.tell("/mastodon/api/v2/search", Answer(body={"accounts": [{"id": "34", **row}]}))
        post = replace(deed_for("mastodon", Deed.FOLLOW)[0], target=target)
        return isinstance(network("mastodon").upload(post, grant, lambda _: b""), Uploaded)

    good = "https://good.example/@alice"
    evil = {
        "acct": "alice@evil.example",
        "url": "https://evil.example/@alice",
        "uri": "https://evil.example/users/alice",
    }
    assert found(good, acct="alice@good.example", url=good, uri="https://good.example/users/alice")
    assert found(good, acct="alice@good.example", url="https://pages.good.example/alice", uri=good)
    assert not found(good, **evil)
    assert not found(good, acct="alice", url=f"{grant.server}/@alice")
    assert found(f"{grant.server}/@alice@evil.example", **evil)


def test_a_likeness_of_words_under_another_post_is_another_reply(peer: Peer) -> None:
    """Two may be congratulated in the same words."""
    post, grant = deed_for("mastodon", Deed.COMMENT)[0], grant_for("mastodon", peer)
    there = {"id": "113", "url": post.target, "uri": post.target, "visibility": "public"}
    peer.tell("/mastodon/api/v2/search", Answer(body={"statuses": [there]}))
    mine = {"id": "120", "created_at": NOW.isoformat(), "content": f"<p>{post.text}</p>", "in_reply_to_id": "77"}
    path = "/mastodon/api/v1/accounts/34/statuses"
    peer.tell(path, Answer(body=[mine]), Answer(body=[]))
    assert network("mastodon").find(post, grant, "k", NOW) == Absent()
    peer.tell(path, Answer(body=[mine | {"in_reply_to_id": "113"}]))
    assert isinstance(network("mastodon").find(post, grant, "k", NOW), Found)
