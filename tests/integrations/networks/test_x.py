"""X's replies as its documentation shows them, its count of 280, and how a lost answer is looked up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from integrations.networks import network
from integrations.networks.base import (
    Absent,
    Account,
    CannotTell,
    Deed,
    Found,
    NeedsReconnect,
    OAuth,
    Picture,
    Published,
    Refreshed,
    Refused,
    Removed,
    RevokeByHand,
    Revoked,
    Secret,
    StillThere,
    TryLater,
    Unknown,
    Uploaded,
    Video,
)
from integrations.networks.x_media import upload_one
from integrations.networks.x_reposts import post_id_in
from tests.integrations.networks.spoken import NOW, TRACKED, grant_for, post_for
from tests.integrations.peer import Answer, Peer, reset

X = network("x")
POSTS, MINE, TOKEN = "/x/2/tweets", "/x/2/users/12/tweets", "/x/2/oauth2/token"  # noqa: S105  # a path
SEARCHED = "/x/2/tweets/search/recent"
PROBLEMS = "https://api.twitter.com/2/problems"


def problem(status: int, kind: str, detail: str = "…") -> Answer:
    return Answer(status, {"title": "Problem", "detail": detail, "type": kind, "status": status})


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (problem(400, f"{PROBLEMS}/invalid-request"), Refused),
        (problem(400, "https://api.x.com/2/problems/invalid-request"), Refused),
        (problem(401, "about:blank", "Unauthorized"), NeedsReconnect),
        (Answer(401), NeedsReconnect),
        (problem(403, "about:blank", "You are not allowed to create a Tweet with duplicate content."), Unknown),
        (problem(403, "about:blank", "You are not permitted to perform this action."), Unknown),
        (problem(403, f"{PROBLEMS}/client-forbidden"), NeedsReconnect),
        (problem(403, f"{PROBLEMS}/unsupported-authentication"), NeedsReconnect),
        (problem(403, f"{PROBLEMS}/user-suspended"), Refused),
        (problem(429, f"{PROBLEMS}/rate-limit-exceeded"), TryLater),
        (problem(429, f"{PROBLEMS}/usage-capped"), TryLater),
        (problem(500, "about:blank"), Unknown),
        (problem(503, "about:blank"), Unknown),
        (problem(400, "about:blank"), Unknown),
    ],
)
def test_what_a_reply_means(peer: Peer, answer: Answer, kind: type) -> None:
    peer.tell(POSTS, answer)
    assert type(X.publish(post_for("x"), grant_for("x", peer), "k", Uploaded())) is kind


def test_a_full_window_is_waited_for(peer: Peer) -> None:
    reset_at = int(datetime.now(UTC).timestamp()) + 300
    peer.tell(POSTS, Answer(429, {"type": "about:blank"}, {"x-rate-limit-reset": str(reset_at)}))
    outcome = X.publish(post_for("x"), grant_for("x", peer), "k", Uploaded())
    assert isinstance(outcome, TryLater)
    assert timedelta(seconds=295) < outcome.after <= timedelta(seconds=300)


def test_a_spent_access_token_may_heal_by_one_refresh(peer: Peer) -> None:
    peer.tell(POSTS, Answer(401))
    outcome = X.publish(post_for("x"), grant_for("x", peer), "k", Uploaded())
    assert isinstance(outcome, NeedsReconnect)
    assert outcome.may_refresh


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0),
        ("Hello, world! 👋", 16),
        ("e\u0301", 1),
        ("日本語", 6),
        ("한국어", 6),
        ("Zażółć", 6),
        ("Привет", 6),
        ("“quoted”", 8),
        ("👨\u200d👩\u200d👧\u200d👦", 2),
        ("👍🏽", 2),
        ("🇵🇱", 2),
        ("1️⃣", 2),
        ("https://example.com/a/very/long/path?with=a&query=string", 23),
        (TRACKED + " and " + TRACKED, 23 + 5 + 23),
        ("see example.com now", 31),
    ],
)
def test_the_weighted_count(text: str, length: int) -> None:
    expected = length + (2 * (len(TRACKED) - 23) if TRACKED in text else 0)  # .example is no real domain for X
    assert X.length(text) == expected


def listed(*posts: Mapping[str, object], more: bool = False) -> Answer:
    meta = {"result_count": len(posts)} | ({"next_token": "n"} if more else {})
    return Answer(body={"data": list(posts), "meta": meta})


def seen(text: str, url: str = "") -> dict[str, object]:
    urls = [{"url": "https://t.co/a", "expanded_url": url}] if url else []
    return {"id": "77", "text": text, "entities": {"urls": urls}}


def test_a_lost_answer_is_looked_up_by_the_tracked_link(peer: Peer) -> None:
    post = replace(post_for("x"), tracked_address=TRACKED)  # X draws its own card
    grant = grant_for("x", peer)
    peer.tell(SEARCHED, listed())
    peer.tell(MINE, listed(seen("other", "https://a.example"), seen("Whatever https://t.co/a", TRACKED)))
    assert X.find(post, grant, "k", NOW) == Found("77", f"{peer.url}/x/i/web/status/77")
    assert peer.asked[0].query["start_time"] == ["2026-11-20T09:28:00Z"]
    peer.tell(MINE, listed(seen(post.text.replace(TRACKED, "https://t.co/a"), "https://go.acme.example/s/other")))
    assert X.find(post, grant, "k", NOW) == Absent()
    peer.tell(MINE, listed(seen("other"), more=True))
    assert isinstance(X.find(post, grant, "k", NOW), CannotTell)
    peer.tell(MINE, Answer(body={"meta": {"result_count": 0}}))
    assert X.find(post, grant, "k", NOW) == Absent()
    assert peer.asked[-1].query["query"] == [f"from:{post.account_id}"]
    # The list is behind, and the search knows it; or the search does not answer.
    peer.tell(SEARCHED, listed(seen("Whatever https://t.co/a", TRACKED)))
    assert isinstance(X.find(post, grant, "k", NOW), Found)
    peer.tell(SEARCHED, Answer(status=503))
    assert isinstance(X.find(post, grant, "k", NOW), CannotTell)


def test_a_post_without_a_link_is_looked_up_by_its_text(peer: Peer) -> None:
    post = post_for("x", "Fish & chips\n at <noon>")
    grant = grant_for("x", peer)
    peer.tell(SEARCHED, listed())
    picture = {"url": "https://t.co/p", "expanded_url": "https://x.com/ann/status/77/photo/1", "media_key": "3_1"}
    text = "Fish &amp; chips\n at &lt;noon&gt; https://t.co/p"
    peer.tell(MINE, listed({"id": "77", "text": text, "entities": {"urls": [picture]}}))
    assert isinstance(X.find(post, grant, "k", NOW), Found)
    peer.tell(MINE, listed(seen("Fish &amp; chips")))
    assert isinstance(X.find(post, grant, "k", NOW), CannotTell)
    peer.tell(MINE, listed(seen("Good morning")))
    assert X.find(post, grant, "k", NOW) == Absent()


def test_what_x_took_for_an_address_is_never_absent(peer: Peer) -> None:
    post, grant = post_for("x", "How we left ASP.NET behind"), grant_for("x", peer)
    peer.tell(MINE, listed(seen("How we left https://t.co/a behind", "http://ASP.NET")))
    assert isinstance(X.find(post, grant, "k", NOW), CannotTell)
    peer.tell(MINE, listed(seen("How we left https://t.co/a behind https://t.co/b", "http://ASP.NET")))
    linked = replace(post, text=f"{post.text}\n\n{TRACKED}", tracked_address=TRACKED)
    assert isinstance(X.find(linked, grant, "k", NOW), CannotTell)  # its own link is not shown


def test_pictures_carry_their_descriptions_and_posts_their_labels(peer: Peer) -> None:
    peer.tell("/x/2/media/upload", Answer(body={"data": {"id": "501"}}))
    peer.tell("/x/2/media/metadata", Answer(body={"data": {}}))
    peer.tell(POSTS, Answer(201, {"data": {"id": "9"}}))
    post = replace(post_for("x"), media=(Picture("ab", "image/png", "A chart"),), labels=("paid_partnership",))
    grant = grant_for("x", peer)
    uploaded = X.upload(post, grant, lambda _: b"picture bytes")
    assert uploaded == Uploaded({"ab": "501"})
    X.publish(post, grant, "k", Uploaded({"ab": "501"}))
    assert b"picture bytes" in peer.asked[0].body
    assert peer.asked[1].json() == {"id": "501", "metadata": {"alt_text": {"text": "A chart"}}}
    assert peer.asked[2].json() == {"text": post.text, "media": {"media_ids": ["501"]}, "paid_partnership": True}
    peer.tell("/x/2/media/upload", Answer(act=reset))
    assert isinstance(X.upload(post, grant, lambda _: b"picture bytes"), TryLater)


ORIGINAL = "https://x.com/ben/status/1800000000000000001"
RETWEETS, MEDIA = "/x/2/users/12/retweets", "/x/2/media/upload"


@pytest.mark.parametrize(
    ("address", "number"),
    [
        (ORIGINAL, "1800000000000000001"),
        ("https://mobile.twitter.com/ben/status/12/photo/1?s=20", "12"),
        ("https://x.com/i/web/status/12", "12"),
        ("https://x.com/ben", ""),
        ("https://x.com.evil.example/ben/status/12", ""),
        ("https://x.com/ben/status/12/likes", ""),
    ],
)
def test_a_post_is_known_by_its_address(address: str, number: str) -> None:
    assert post_id_in(address) == number
    assert (X.target_problem(Deed.REPOST, address) is None) == bool(number)


def test_a_repost_looks_first_and_says_what_x_answers(peer: Peer) -> None:
    grant = grant_for("x", peer)
    post = replace(post_for("x"), text="", deed=Deed.REPOST, target=ORIGINAL)
    number = "1800000000000000001"
    missing = Answer(body={"errors": [{"resource_id": number}]})
    peer.tell(f"/x/2/tweets/{number}", Answer(body={"data": {"id": number}}), missing, Answer(500))
    answers = [X.upload(post, grant, lambda _: b"") for _ in range(3)]
    assert answers[0] == Uploaded(target=number)
    assert [type(answer) for answer in answers[1:]] == [Refused, TryLater]
    done = Answer(body={"data": {"retweeted": True}})
    again = problem(403, "about:blank", "You have already retweeted this Tweet.")
    peer.tell(RETWEETS, done, again, Answer(401), Answer(429), Answer(body={"data": {"retweeted": False}}))
    outcomes = [X.publish(post, grant, "k", Uploaded(target=number)) for _ in range(5)]
    assert outcomes[0] == Published(f"repost:{number}", ORIGINAL)
    assert [type(outcome) for outcome in outcomes[1:]] == [Unknown, NeedsReconnect, TryLater, Unknown]
    assert peer.asked[3].json() == {"tweet_id": number}


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ([Answer(body={"data": {"id": "9"}})], str),
        ([Answer(body={"data": {"processing_info": {"state": "failed"}}})], Refused),
        ([Answer(400, {"type": f"{PROBLEMS}/invalid-request"})], Refused),
        ([Answer(500)], TryLater),
        ([Answer(act=reset)], TryLater),
    ],
)
def test_a_video_goes_in_pieces_and_is_waited_for(peer: Peer, said: list[Answer], kind: type) -> None:
    video, grant = Video("cd" * 32, "video/mp4", "", 640, 360, bytes=9, seconds=3), grant_for("x", peer)
    peer.tell(f"{MEDIA}/initialize", Answer(body={"data": {"id": "9"}}))
    peer.tell(f"{MEDIA}/9/append", Answer(204))
    working = {"data": {"id": "9", "processing_info": {"state": "in_progress", "check_after_secs": 0}}}
    peer.tell(f"{MEDIA}/9/finalize", Answer(body=working))
    peer.tell(MEDIA, *said)
    brought = upload_one(video, grant, lambda _: b"moving")
    assert isinstance(brought, kind)
    assert peer.asked[0].json() == {"media_type": "video/mp4", "total_bytes": 6, "media_category": "tweet_video"}
    assert b"moving" in peer.asked[1].body
    assert [asked.path for asked in peer.asked][2:] == [f"{MEDIA}/9/finalize", MEDIA]


def test_a_refresh_brings_a_new_pair(peer: Peer) -> None:
    grant = grant_for("x", peer)
    new = {"access_token": "a2", "refresh_token": "r2", "expires_in": 7200, "scope": "tweet.read tweet.write"}
    peer.tell(TOKEN, Answer(body=new))
    refreshed = X.refresh(grant)
    assert isinstance(refreshed, Refreshed)
    assert (refreshed.grant.access_token, refreshed.grant.refresh_token) == (Secret("a2"), Secret("r2"))
    assert refreshed.grant.scopes == {"tweet.read", "tweet.write"}
    assert refreshed.grant.account_id == grant.account_id
    assert peer.asked[0].headers["authorization"].startswith("Basic ")
    assert peer.asked[0].form()["refresh_token"] == "canary-refresh"


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Answer(400, {"error": "invalid_request", "error_description": "Value passed … invalid."}), NeedsReconnect),
        (Answer(400, {"error": "invalid_grant"}), NeedsReconnect),
        (Answer(401, {"error": "unauthorized_client"}), TryLater),
        (Answer(429), TryLater),
        (Answer(503), Unknown),  # perhaps spent: asked again only when the old token has served
        (Answer(200, {"token_type": "bearer"}), Unknown),
        (Answer(act=reset), Unknown),
    ],
)
def test_a_refresh_that_fails(peer: Peer, answer: Answer, kind: type) -> None:
    peer.tell(TOKEN, answer)
    assert type(X.refresh(grant_for("x", peer))) is kind


def test_sign_in_profile_and_closing(peer: Peer) -> None:
    grant = grant_for("x", peer)
    sign_in = X.sign_in()
    assert isinstance(sign_in, OAuth)
    assert (sign_in.pkce, sign_in.client_auth) == (True, "basic")
    assert "offline.access" in sign_in.scopes
    peer.tell("/x/2/users/me", Answer(body={"data": {"id": "12", "username": "ann", "name": "Ann"}}))
    assert X.profile(grant) == Account(id="12", handle="@ann", name="Ann", url=f"{peer.url}/x/ann")
    gone = problem(404, f"{PROBLEMS}/resource-not-found")
    peer.tell("/x/2/tweets/9", Answer(body={"data": {"deleted": True}}), gone, problem(403, "about:blank"), Answer(500))
    assert [X.remove("9", grant) for _ in range(2)] == [Removed(), Removed()]
    assert isinstance(X.remove("9", grant), StillThere)
    assert isinstance(X.remove("9", grant), Unknown)
    peer.tell("/x/2/oauth2/revoke", Answer(body={"revoked": True}), Answer(400), Answer(500))
    assert X.revoke(grant) == Revoked()
    assert isinstance(X.revoke(grant), RevokeByHand)
    assert isinstance(X.revoke(grant), TryLater)
