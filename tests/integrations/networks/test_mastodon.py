"""Mastodon's replies as its documentation shows them, its counting, and how a lost answer is looked up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.test import override_settings

from integrations.networks import network
from integrations.networks.base import (
    Absent,
    Account,
    AppRegistration,
    CannotTell,
    Found,
    NeedsReconnect,
    NoSuchServer,
    NotConnected,
    OAuth,
    Picture,
    Refreshed,
    Refused,
    Removed,
    RevokeByHand,
    Revoked,
    Secret,
    TryLater,
    Unknown,
    Uploaded,
)
from tests.integrations.networks.spoken import NOW, TRACKED, grant_for, post_for
from tests.integrations.peer import Answer, Peer

MASTODON = network("mastodon")
STATUSES, MINE = "/mastodon/api/v1/statuses", "/mastodon/api/v1/accounts/34/statuses"
MEDIA = "/mastodon/api/v2/media"


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Answer(401, {"error": "The access token is invalid"}), NeedsReconnect),
        (Answer(401, {"error": "The access token was revoked"}), NeedsReconnect),
        (Answer(403, {"error": "This action is outside the authorized scopes"}), NeedsReconnect),
        (Answer(422, {"error": "Validation failed: Text character limit of 500 exceeded"}), Refused),
        (Answer(429, {"error": "Too many requests"}), TryLater),
        (Answer(500, {"error": "We're sorry, but something went wrong on our end."}), Unknown),
        (Answer(503, {"error": "Remote data could not be fetched"}), Unknown),
        (Answer(400, {"error": "Bad Request"}), Unknown),
        (Answer(403, b"<html>a proxy's page"), Unknown),
        (Answer(422, b""), Unknown),
    ],
)
def test_what_a_reply_means(peer: Peer, answer: Answer, kind: type) -> None:
    peer.tell(STATUSES, answer)
    outcome = MASTODON.publish(post_for("mastodon"), grant_for("mastodon", peer), "k", Uploaded())
    assert type(outcome) is kind


def test_a_full_window_is_waited_for(peer: Peer) -> None:
    reset_at = (datetime.now(UTC) + timedelta(minutes=3)).isoformat().replace("+00:00", "Z")
    peer.tell(STATUSES, Answer(429, {"error": "Too many requests"}, {"X-RateLimit-Reset": reset_at}))
    outcome = MASTODON.publish(post_for("mastodon"), grant_for("mastodon", peer), "k", Uploaded())
    assert isinstance(outcome, TryLater)
    assert timedelta(seconds=170) < outcome.after <= timedelta(minutes=3)


def test_a_repeat_carries_the_same_key_and_the_same_bytes(peer: Peer) -> None:
    peer.tell(STATUSES, Answer(body={"id": "1", "url": "https://m.example/@ann/1"}))
    post = replace(post_for("mastodon"), visibility="unlisted", language="zh-hans", media=(Picture("ab", "image/png"),))
    for _ in range(2):
        MASTODON.publish(post, grant_for("mastodon", peer), "attempt-1", Uploaded({"ab": "501"}))
    assert [asked.headers["idempotency-key"] for asked in peer.asked] == ["attempt-1"] * 2
    assert peer.asked[0].body == peer.asked[1].body
    assert peer.asked[0].json() == {
        "status": post.text,
        "visibility": "unlisted",
        "language": "zh",
        "media_ids": ["501"],
    }


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0),
        ("abc", 3),
        ("👨\u200d👩\u200d👧\u200d👦", 1),
        ("e\u0301", 1),
        ("日本語", 3),
        ("https://a.example/" + "x" * 100, 23),
        ("see (https://a.example/x).", 5 + 23 + 2),
        (f"{TRACKED} {TRACKED}", 47),
        ("https://a.example/x。中文", 23 + 3),
        ("hi @ann@mastodon.example!", 3 + 4 + 1),
    ],
)
def test_counting(text: str, length: int) -> None:
    assert MASTODON.length(text) == length


def status(text: str, link: str = "", at: datetime = NOW) -> dict[str, object]:
    shown = f'<a href="{link}"><span class="invisible">https://</span><span>go.acme…</span></a>' if link else ""
    return {
        "id": "113",
        "url": "https://m.example/@ann/113",
        "content": f"<p>{text} {shown}</p>",
        "created_at": at.isoformat(),
    }


def test_a_lost_answer_is_looked_up_among_own_posts(peer: Peer) -> None:
    grant, post = grant_for("mastodon", peer), replace(post_for("mastodon"), tracked_address=TRACKED)
    old = status("before", at=NOW - timedelta(hours=1))
    peer.tell(MINE, Answer(body=[status("another"), status("ours", TRACKED), old]))
    assert MASTODON.find(post, grant, "k", NOW) == Found("113", "https://m.example/@ann/113")
    peer.tell(MINE, Answer(body=[status("another"), old]))
    assert MASTODON.find(post, grant, "k", NOW) == Absent()
    peer.tell(MINE, Answer(body=[]))
    assert MASTODON.find(post, grant, "k", NOW) == Absent()
    peer.tell(MINE, Answer(body=[status("newer")]))
    assert isinstance(MASTODON.find(post, grant, "k", NOW), CannotTell)  # five full pages, and still newer posts


def test_a_post_without_a_link_is_looked_up_by_its_text(peer: Peer) -> None:
    post = post_for("mastodon", "Fish & chips\nat <noon>\n\nTwo paragraphs")
    entry: Mapping[str, object] = {
        **status(""),
        "content": "<p>Fish &amp; chips<br>at &lt;noon&gt;</p><p>Two paragraphs</p>",
    }
    peer.tell(MINE, Answer(body=[entry]))
    assert isinstance(MASTODON.find(post, grant_for("mastodon", peer), "k", NOW), Found)


def test_a_mention_shown_without_its_server_hides_no_post(peer: Peer) -> None:
    grant, text = grant_for("mastodon", peer), "Thanks @ann@other.example, and all of you"
    shown = 'Thanks <a href="https://other.example/@ann">@<span>ann</span></a>, and all of you'
    linked = replace(post_for("mastodon", f"{text}\n\n{TRACKED}"), tracked_address=TRACKED)
    peer.tell(MINE, Answer(body=[status(shown, TRACKED)]))
    assert isinstance(MASTODON.find(linked, grant, "k", NOW), Found)
    peer.tell(MINE, Answer(body=[status(shown), status("before", at=NOW - timedelta(hours=1))]))
    assert isinstance(MASTODON.find(post_for("mastodon", text), grant, "k", NOW), CannotTell)


def test_an_older_post_with_the_same_words_is_another(peer: Peer) -> None:
    post, grant = post_for("mastodon", "Good morning"), grant_for("mastodon", peer)
    peer.tell(MINE, Answer(body=[status("Good morning", at=NOW - timedelta(hours=1))]))
    assert MASTODON.find(post, grant, "k", NOW) == Absent()


def test_pictures_are_waited_for(peer: Peer) -> None:
    post = replace(post_for("mastodon"), media=(Picture("ab", "image/png", "A chart"),))
    peer.tell(MEDIA, Answer(202, {"id": "7", "url": None}))
    peer.tell("/mastodon/api/v1/media/7", Answer(206, {"id": "7"}), Answer(200, {"id": "7"}))
    grant = grant_for("mastodon", peer)
    assert MASTODON.upload(post, grant, lambda _: b"picture bytes") == Uploaded({"ab": "7"})
    assert [asked.method for asked in peer.asked] == ["POST", "GET", "GET"]
    assert b"A chart" in peer.asked[0].body
    assert b"picture bytes" in peer.asked[0].body
    too_large, not_taken = Answer(413, b"<html>"), Answer(422, {"error": "Validation failed"})
    for answer, kind in ((not_taken, Refused), (too_large, Refused), (Answer(500), TryLater)):
        peer.tell(MEDIA, answer)
        assert type(MASTODON.upload(post, grant, lambda _: b"picture bytes")) is kind


def test_our_app_is_registered_at_each_server(peer: Peer) -> None:
    server = f"{peer.url}/mastodon"
    peer.tell("/mastodon/api/v1/apps", Answer(body={"client_id": "c", "client_secret": "s", "redirect_uris": []}))
    made = MASTODON.register_app(server, "https://we.example/back")
    assert made == AppRegistration(server, "c", Secret("s"))
    asked = peer.asked[0].json()
    assert (asked["redirect_uris"], asked["scopes"]) == (
        "https://we.example/back",
        "read:accounts read:statuses write:statuses write:media"
        " read:follows read:search write:favourites write:follows",  # what a person may be asked for later
    )
    peer.tell("/mastodon/api/v1/apps", Answer(404, b"<html>"), Answer(429), Answer(422, {"error": "…"}))
    answers = [MASTODON.register_app(server, "https://we.example/back") for _ in range(3)]
    assert [type(answer) for answer in answers] == [NotConnected, TryLater, NotConnected]
    sign_in = MASTODON.sign_in(server)
    assert isinstance(sign_in, OAuth)
    assert (sign_in.authorize_url, sign_in.pkce) == (f"{server}/oauth/authorize", True)


@pytest.mark.parametrize(
    ("typed", "server"),
    [
        ("mastodon.social", "https://mastodon.social"),
        (" Mastodon.Social/ ", "https://mastodon.social"),
        ("@ann@fosstodon.org", "https://fosstodon.org"),
        ("ann@fosstodon.org", "https://fosstodon.org"),
        ("https://fosstodon.org/@ann", "https://fosstodon.org"),
        ("127.0.0.1", ""),
        ("https://[::1]/", ""),
        ("http://mastodon.social", ""),
        ("localhost", ""),
        ("https://a.example:8080", ""),
        ("not a server", ""),
        ("2130706433", ""),
    ],
)
def test_the_server_a_person_means(typed: str, server: str) -> None:
    if server:
        assert MASTODON.server_address(typed) == server
    else:
        with pytest.raises(NoSuchServer):
            MASTODON.server_address(typed)


def test_the_sandbox_is_a_server_where_it_is_allowed() -> None:
    with override_settings(SANDBOX_URL="http://127.0.0.1:8001", OUTBOUND_ALLOWED_HOSTS=["127.0.0.1:8001"]):
        assert MASTODON.server_address("") == "http://127.0.0.1:8001/mastodon"
        assert MASTODON.server_address("http://127.0.0.1:8001/mastodon/") == "http://127.0.0.1:8001/mastodon"
    with override_settings(SANDBOX_URL="", OUTBOUND_ALLOWED_HOSTS=[]):
        assert MASTODON.server_address("") == "https://mastodon.social"


def test_profile_and_closing(peer: Peer) -> None:
    grant = grant_for("mastodon", peer)
    person = {"id": "34", "username": "ann", "acct": "ann", "display_name": "Ann", "url": "https://m.example/@ann"}
    peer.tell("/mastodon/api/v1/accounts/verify_credentials", Answer(body=person))
    assert MASTODON.profile(grant) == Account(
        id="34", handle=f"@ann@127.0.0.1:{peer.port}", name="Ann", url="https://m.example/@ann"
    )
    path = f"{STATUSES}/113"
    peer.tell(path, Answer(body={"id": "113"}), Answer(404, {"error": "Record not found"}), Answer(404, b"<html>"))
    assert [MASTODON.remove("113", grant) for _ in range(2)] == [Removed(), Removed()]
    assert isinstance(MASTODON.remove("113", grant), Unknown)
    peer.tell("/mastodon/oauth/revoke", Answer(body={}), Answer(403, {"error": "unauthorized_client"}), Answer(502))
    assert MASTODON.revoke(grant) == Revoked()
    assert isinstance(MASTODON.revoke(grant), RevokeByHand)
    assert isinstance(MASTODON.revoke(grant), TryLater)
    assert MASTODON.refresh(grant) == Refreshed(grant)
