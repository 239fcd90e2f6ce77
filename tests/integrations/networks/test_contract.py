"""What every network must keep, whatever it is called."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from integrations.network_settings import UnknownNetwork, network_settings
from integrations.networks import NETWORKS, NoSuchNetwork, network
from integrations.networks.base import (
    Ability,
    AfterUnknown,
    CannotTell,
    LinkCard,
    Network,
    NoSignIn,
    Picture,
    Post,
    Published,
    Refused,
    Secret,
    StillThere,
    TryLater,
    Unknown,
    Uploaded,
)
from integrations.places import HandPost, place
from tests.integrations.networks.spoken import NOW, SPOKEN, TRACKED, grant_for, post_for, waiting
from tests.integrations.peer import Answer, Peer, closed_port, cut_short, hang, reset

ALL = pytest.mark.parametrize("under_test", NETWORKS, ids=lambda one: str(one.key))
OUTSIDE = pytest.mark.parametrize(
    "under_test", [one for one in NETWORKS if one.posts_publicly], ids=lambda o: str(o.key)
)
KEY = "0d3b0d3b-0000-4000-8000-000000000001"


def publish(under_test: Network, peer: Peer, answer: Answer) -> Any:
    peer.tell_any(answer)
    post = post_for(under_test.key)
    return under_test.publish(post, grant_for(under_test.key, peer), KEY, waiting(post))


def test_every_network_is_found_by_its_key() -> None:
    assert [network(one.key) for one in NETWORKS] == list(NETWORKS)
    keys = ["linkedin", "x", "mastodon", "bluesky", "threads", "facebook_pages", "instagram", "practice"]
    assert [one.key for one in NETWORKS] == keys
    with pytest.raises(NoSuchNetwork):
        network("myspace")
    with pytest.raises(UnknownNetwork):
        network_settings("myspace")


@ALL
def test_what_is_declared_fits_together(under_test: Network) -> None:
    assert under_test.label
    assert under_test.settle > timedelta(0)
    assert under_test.text_limit() == under_test.limits.text
    assert network_settings(under_test.key).settle == under_test.settle
    assert (under_test.posts_publicly is False) == isinstance(under_test.sign_in("https://a.example"), NoSignIn)


@pytest.mark.proves("text")
@OUTSIDE
def test_the_post_arrives_as_it_was_approved(under_test: Network, peer: Peer, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    spoken = SPOKEN[under_test.key]
    for path, answer in ((spoken.path, spoken.success), *spoken.before):
        peer.tell(path, answer)
    post, grant = post_for(under_test.key), grant_for(under_test.key, peer)
    uploaded = under_test.upload(post, grant, lambda _: b"a picture") if under_test.must_upload(post) else Uploaded()
    assert isinstance(uploaded, Uploaded)
    outcome = under_test.publish(post, grant, KEY, uploaded)
    url = spoken.url if spoken.url.startswith("https") else peer.url + spoken.url
    assert outcome == Published(spoken.external_id, url)
    carried = [asked for asked in peer.asked if asked.path == (spoken.text_path or spoken.path)]
    assert [spoken.read_back(asked) for asked in carried] == [post.text]
    assert [asked.path for asked in peer.asked].count(spoken.path) == 1
    assert {asked.headers["authorization"] for asked in peer.asked} == {"Bearer canary-access"}


@OUTSIDE
def test_what_was_not_prepared_is_not_sent(under_test: Network, peer: Peer) -> None:
    if under_test.prepares_every_post:
        post = post_for(under_test.key)
        other = waiting(replace(post, text="Another text."))
        assert isinstance(under_test.publish(post, grant_for(under_test.key, peer), KEY, other), TryLater)
        assert peer.asked == []


@pytest.mark.proves("assisted")
@OUTSIDE
def test_a_person_can_post_there_by_hand(under_test: Network) -> None:
    """With the network's own window where it has one; else the text is copied and the network opened."""
    post = post_for(under_test.key)
    opening = place(under_test.key).opening(HandPost(post.text, TRACKED, server="https://m.example"))
    assert opening.address.startswith("http")
    assert place(under_test.key).length(post.text) == under_test.length(post.text)


@OUTSIDE
def test_what_a_network_does_not_offer_is_declared_with_its_page(under_test: Network) -> None:
    assert all(page.startswith("https://") for page in under_test.not_offered.values())
    assert (Ability.LINK_CARD in under_test.not_offered) == (not under_test.shows_link_card)
    assert (Ability.SETTLE in under_test.not_offered) == (under_test.after_unknown is AfterUnknown.OPAQUE)


@OUTSIDE
@pytest.mark.parametrize("act", [hang, reset, cut_short], ids=lambda act: str(act.__name__))
def test_a_lost_answer_is_unknown(under_test: Network, peer: Peer, act: Any) -> None:
    assert isinstance(publish(under_test, peer, Answer(act=act)), Unknown)
    assert len(peer.asked) == 1


@OUTSIDE
@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_server_error_is_unknown(under_test: Network, peer: Peer, status: int) -> None:
    assert isinstance(publish(under_test, peer, Answer(status, {"error": "later"}, {"Retry-After": "5"})), Unknown)
    assert len(peer.asked) == 1


@OUTSIDE
@pytest.mark.parametrize("status", [400, 402, 404, 405, 408, 409, 410, 418, 451])
@pytest.mark.parametrize("body", [{"error": "Odd", "code": "ODD", "type": "/odd"}, b"<html>gateway", b""], ids=str)
def test_an_unlisted_refusal_is_unknown(under_test: Network, peer: Peer, status: int, body: object) -> None:
    assert isinstance(publish(under_test, peer, Answer(status, body)), Unknown)


@OUTSIDE
@pytest.mark.parametrize("status", [200, 201, 202, 204, 302])
def test_a_success_without_the_post_is_unknown(under_test: Network, peer: Peer, status: int) -> None:
    assert isinstance(publish(under_test, peer, Answer(status, b"")), Unknown)


@OUTSIDE
def test_too_many_calls_wait_as_long_as_the_network_says(under_test: Network, peer: Peer) -> None:
    body = {"error": "RateLimitExceeded", "code": "TOO_MANY", "type": "about:blank"}
    outcome = publish(under_test, peer, Answer(429, body, {"Retry-After": "90"}))
    assert isinstance(outcome, TryLater)
    assert abs(outcome.after - timedelta(seconds=90)) < timedelta(seconds=1)


@OUTSIDE
def test_a_refused_connection_may_be_tried_again(under_test: Network, peer: Peer) -> None:
    nobody = f"http://127.0.0.1:{closed_port()}"
    grant = replace(grant_for(under_test.key, peer), server=f"{nobody}/{under_test.key}")
    with override_settings(SANDBOX_URL=nobody, OUTBOUND_ALLOWED_HOSTS=[nobody.partition("://")[2]]):
        post = post_for(under_test.key)
        assert isinstance(under_test.publish(post, grant, KEY, waiting(post)), TryLater)
        found = under_test.find(post_for(under_test.key), grant, KEY, NOW)
        assert isinstance(found, CannotTell)
        if under_test.can_remove:
            assert isinstance(under_test.remove(SPOKEN[under_test.key].external_id, grant), TryLater)
        assert isinstance(under_test.profile(grant), TryLater)


@OUTSIDE
def test_a_look_up_that_is_not_answered_proves_nothing(under_test: Network, peer: Peer) -> None:
    for answer in (Answer(act=reset), Answer(500), Answer(200, b""), Answer(404, b""), Answer(401, {"error": "x"})):
        peer.tell_any(answer)
        found = under_test.find(post_for(under_test.key), grant_for(under_test.key, peer), KEY, NOW)
        assert isinstance(found, CannotTell)


@OUTSIDE
def test_a_removal_whose_answer_is_lost_is_unknown(under_test: Network, peer: Peer) -> None:
    for answer in (Answer(act=reset), Answer(500), Answer(400, b"")):
        peer.tell_any(answer)
        removal = under_test.remove(SPOKEN[under_test.key].external_id, grant_for(under_test.key, peer))
        assert isinstance(removal, Unknown if under_test.can_remove else StillThere)


@OUTSIDE
def test_no_token_reaches_a_log_or_a_printed_value(
    under_test: Network, peer: Peer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    grant = grant_for(under_test.key, peer)
    seen = [repr(grant), str(grant), repr(network_settings(under_test.key))]
    for answer in (SPOKEN[under_test.key].success, Answer(act=reset), Answer(401, {"error": "canary-access"})):
        peer.tell_any(answer)
        post = post_for(under_test.key)
        seen.append(repr(under_test.publish(post, grant, KEY, waiting(post))))
        seen += [repr(under_test.profile(grant)), repr(under_test.refresh(grant)), repr(under_test.revoke(grant))]
    printed = caplog.text + "".join(seen)
    for secret in ("canary-access", "canary-refresh", "canary-client", "sandbox-secret"):
        assert secret not in printed
    assert grant.access_token.reveal() == "canary-access"


@ALL
def test_the_limit_is_exact(under_test: Network) -> None:
    most = under_test.text_limit()
    assert not [problem for problem in under_test.problems(post_for(under_test.key, "a" * most)) if problem.blocks]
    over = under_test.problems(post_for(under_test.key, "a" * (most + 1)))
    assert [(problem.code, problem.sentence) for problem in over] == [
        ("too_long", f"1 character too long for {under_test.label}.")
    ]
    assert under_test.problems(post_for(under_test.key, "a" * (most + 2)))[0].sentence.startswith("2 characters")


@ALL
def test_problems_are_said_while_typing(under_test: Network) -> None:
    picture = Picture("ab" * 32, "image/tiff")
    post = replace(post_for(under_test.key, " "), visibility="nobody", media=())
    alone = {"needs_picture"} if under_test.needs_picture else set()
    assert {problem.code for problem in under_test.problems(post)} == {"empty", "visibility"} | alone
    many = replace(post, visibility="public", media=(picture,) * (under_test.limits.pictures + 1))
    codes = [problem.code for problem in under_test.problems(many)]
    assert codes[0] == "too_many_pictures"
    assert set(codes) == {"too_many_pictures", "picture_type", "no_alt_text"}


@ALL
def test_an_approved_post_is_read_back_whole(under_test: Network) -> None:
    picture = Picture("ab" * 32, "image/png", "A chart — “rising”", 640, 480)
    rkey, created_at = under_test.fix_identity(NOW)
    post = replace(
        post_for(under_test.key),
        link=LinkCard("https://go.acme.example/s/Ab3", "Tytuł", "描述", picture),
        media=(picture, picture),
        labels=("paid_partnership",),
        rkey=rkey,
        created_at=created_at,
    )
    again = Post.from_canonical(post.canonical())
    assert again == post
    assert again.digest() == post.digest()
    assert replace(post, text=post.text + " ").digest() != post.digest()


@ALL
def test_what_may_settle_a_lost_answer_is_declared(under_test: Network) -> None:
    declared = {one.key: one.after_unknown for one in NETWORKS}
    assert declared == {
        "linkedin": AfterUnknown.OPAQUE,
        "x": AfterUnknown.LOOK_UP,
        "mastodon": AfterUnknown.REPLAY,
        "bluesky": AfterUnknown.REPLAY,
        "threads": AfterUnknown.LOOK_UP,
        "facebook_pages": AfterUnknown.LOOK_UP,
        "instagram": AfterUnknown.LOOK_UP,
        "practice": AfterUnknown.REPLAY,
    }


def test_an_installation_replaces_single_values() -> None:
    given = {
        "client_id": "ours",
        "client_secret": "canary",
        "scopes": "a, b",
        "text_limit": "99",
        "settle_seconds": "2",
    }
    with override_settings(SANDBOX_URL="", NETWORKS={"x": given}):
        values = network_settings("x")
        assert (values.client_id, values.client_secret, values.scopes) == ("ours", Secret("canary"), ("a", "b"))
        assert (values.text_limit, values.settle) == (99, timedelta(seconds=2))
        assert values.api_url == "https://api.x.com"
        assert network("x").text_limit() == 99
        assert not network_settings("linkedin").is_ready
        assert network_settings("mastodon").is_ready
    with override_settings(SANDBOX_URL="http://127.0.0.1:8001", NETWORKS={"x": {"api_url": "https://x.example/"}}):
        assert network_settings("x").api_url == "https://x.example"
        assert network_settings("x").authorize_url == "http://127.0.0.1:8001/x/i/oauth2/authorize"


def test_the_practice_network_walks_the_whole_road(peer: Peer) -> None:
    practice, post, grant = network("practice"), post_for("practice"), grant_for("practice", peer)
    assert practice.publish(post, grant, KEY, Uploaded()) == Published(f"practice:{KEY}", "")
    assert peer.asked == []
    assert not isinstance(practice.profile(grant), Refused)
