"""What is done to somebody's post: its canonical form, what it needs, and that no deed is ever sent as a post."""

from __future__ import annotations

from dataclasses import replace

import pytest

from integrations.networks import NETWORKS
from integrations.networks.base import Deed, LinkCard, Network, Picture, Post, Refused
from tests.integrations.networks.spoken import grant_for, post_for
from tests.integrations.peer import Peer

ALL = pytest.mark.parametrize("under_test", NETWORKS, ids=lambda one: str(one.key))
TARGET = "https://social.example/@ben/113"
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
            assert codes(deed, "Good words" if deed is Deed.COMMENT else "", "javascript:alert(1)") == {"target"}
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
