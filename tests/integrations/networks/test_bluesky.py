"""Bluesky's replies as its documentation shows them, its records, and its sessions by app password."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from integrations.networks import bluesky_video, network
from integrations.networks.base import (
    Absent,
    Account,
    AppPassword,
    CannotTell,
    Connected,
    Figures,
    FiguresRead,
    Found,
    LinkCard,
    NeedsReconnect,
    NotConnected,
    Picture,
    Refreshed,
    Refused,
    Removed,
    Revoked,
    Secret,
    TryLater,
    Unknown,
    Uploaded,
    Video,
)
from integrations.networks.bluesky_records import facets, tid, tid_time
from integrations.networks.replies import SOON, UNCLEAR
from tests.integrations.networks.spoken import CREATED_AT, DID, NOW, RKEY, grant_for, post_for
from tests.integrations.peer import Answer, Peer, reset

BLUESKY = network("bluesky")
XRPC = "/bluesky/xrpc"
PUT, GET = f"{XRPC}/com.atproto.repo.putRecord", f"{XRPC}/com.atproto.repo.getRecord"
POSTS = f"{XRPC}/app.bsky.feed.getPosts"
LATEST = f"{XRPC}/com.atproto.sync.getLatestCommit"
CREATE, REFRESH = f"{XRPC}/com.atproto.server.createSession", f"{XRPC}/com.atproto.server.refreshSession"
URI = f"at://{DID}/app.bsky.feed.post/{RKEY}"
PASSWORD = Secret("abcd-efgh-ijkl-mnop")


def error(status: int, name: str) -> Answer:
    return Answer(status, {"error": name, "message": "…"})


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (error(400, "ExpiredToken"), NeedsReconnect),
        (error(400, "InvalidToken"), NeedsReconnect),
        (error(401, "InvalidToken"), NeedsReconnect),
        (error(401, "AuthMissing"), NeedsReconnect),
        (error(401, "AuthenticationRequired"), NeedsReconnect),
        (error(400, "InvalidRequest"), Refused),
        (error(400, "AccountTakedown"), Refused),
        (error(401, "AccountTakedown"), Refused),
        (error(400, "AccountDeactivated"), Refused),
        (error(429, "RateLimitExceeded"), TryLater),
        (error(400, "InvalidSwap"), Unknown),
        (error(500, "InternalServerError"), Unknown),
        (error(502, "UpstreamFailure"), Unknown),
        (Answer(200, {"uri": "at://someone/else/entirely"}), Unknown),
    ],
    ids=lambda value: str(value.body) if isinstance(value, Answer) else None,
)
def test_what_a_reply_means(peer: Peer, answer: Answer, kind: type) -> None:
    peer.tell(PUT, answer)
    outcome = BLUESKY.publish(post_for("bluesky"), grant_for("bluesky", peer), "k", Uploaded())
    assert type(outcome) is kind
    if isinstance(outcome, NeedsReconnect):
        assert outcome.may_refresh == ("ExpiredToken" in str(answer.body))


def test_a_full_window_is_waited_for(peer: Peer) -> None:
    reset_at = int(datetime.now(UTC).timestamp()) + 120
    peer.tell(PUT, Answer(429, {"error": "RateLimitExceeded"}, {"RateLimit-Reset": str(reset_at)}))
    outcome = BLUESKY.publish(post_for("bluesky"), grant_for("bluesky", peer), "k", Uploaded())
    assert isinstance(outcome, TryLater)
    assert timedelta(seconds=115) < outcome.after <= timedelta(seconds=120)


def test_a_repeat_is_byte_for_byte_the_same(peer: Peer) -> None:
    peer.tell(PUT, Answer(body={"uri": URI, "cid": "bafy"}))
    post = replace(post_for("bluesky", "Cześć #Team https://a.example/x"), language="pl")
    for _ in range(2):
        BLUESKY.publish(post, grant_for("bluesky", peer), "k", Uploaded())
    assert peer.asked[0].body == peer.asked[1].body
    assert peer.asked[0].json() == {
        "repo": DID,
        "collection": "app.bsky.feed.post",
        "rkey": RKEY,
        "record": {
            "$type": "app.bsky.feed.post",
            "text": post.text,
            "createdAt": CREATED_AT,
            "langs": ["pl"],
            "facets": [
                {
                    "index": {"byteStart": 8, "byteEnd": 13},
                    "features": [{"$type": "app.bsky.richtext.facet#tag", "tag": "Team"}],
                },
                {
                    "index": {"byteStart": 14, "byteEnd": 33},
                    "features": [{"$type": "app.bsky.richtext.facet#link", "uri": "https://a.example/x"}],
                },
            ],
        },
    }


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("no marks, C# and #1 and a#b and # alone", []),
        ("🎉 #Team!", ["#Team"]),
        ("#员工分享 很好", ["#员工分享"]),
        ("(see https://a.example/x_(y)).", ["https://a.example/x_(y)"]),
        ("(see https://a.example/x).", ["https://a.example/x"]),
        ("(https://a.example/x_(y).) https://b.example)))", ["https://a.example/x_(y)", "https://b.example"]),
        ("看https://a.example/x。很好", ["https://a.example/x"]),
        ("https://a.example/#part #tag", ["https://a.example/#part", "#tag"]),
        ("#" + "a" * 65, []),
        (
            "👨\u200d👩\u200d👧\u200d👦 https://a.example and https://b.example?q=1.",
            ["https://a.example", "https://b.example?q=1"],
        ),
    ],
)
def test_facets_mark_bytes(text: str, marked: list[str]) -> None:
    found = facets(text)
    places = [(facet["index"]["byteStart"], facet["index"]["byteEnd"]) for facet in found]
    assert [text.encode()[start:end].decode() for start, end in places] == marked
    assert places == sorted(places)


def test_a_record_key_sorts_by_time() -> None:
    shape = re.compile(r"[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}")
    assert tid(0, 0) == "2222222222222"
    assert tid(1, 0) < tid(1, 1023) < tid(2, 0)
    key, created_at = BLUESKY.fix_identity(NOW.replace(microsecond=123456))
    later, _ = BLUESKY.fix_identity(NOW.replace(microsecond=123457))
    assert shape.fullmatch(key)
    assert key < later
    assert created_at == "2026-11-20T09:30:00.123Z"
    assert network("linkedin").fix_identity(NOW) == ("", "")


def test_bytes_are_limited_as_well() -> None:
    family = "👨\u200d👩\u200d👧\u200d👦"  # 25 bytes, one character for a reader
    assert BLUESKY.problems(post_for("bluesky", family * 120)) == []
    assert [problem.code for problem in BLUESKY.problems(post_for("bluesky", family * 121))] == ["too_long"]
    assert [problem.code for problem in BLUESKY.problems(post_for("bluesky", family * 301))] == ["too_long"]


def test_pictures_and_cards_name_their_blobs(peer: Peer) -> None:
    blob = {"$type": "blob", "ref": {"$link": "bafk"}, "mimeType": "image/png", "size": 5}
    peer.tell(f"{XRPC}/com.atproto.repo.uploadBlob", Answer(body={"blob": blob}))
    picture = Picture("ab", "image/png", "A chart", 640, 480)
    post = replace(post_for("bluesky"), media=(picture,), link=LinkCard("https://g.example", "T", "D", picture))
    grant = grant_for("bluesky", peer)
    uploaded = BLUESKY.upload(post, grant, lambda _: b"bytes")
    assert isinstance(uploaded, Uploaded)
    assert [(asked.body, asked.headers["content-type"]) for asked in peer.asked] == [(b"bytes", "image/png")]
    peer.tell(PUT, Answer(body={"uri": URI}))
    BLUESKY.publish(post, grant, "k", uploaded)
    BLUESKY.publish(replace(post, media=()), grant, "k", uploaded)
    images, external = (asked.json()["record"]["embed"] for asked in peer.asked[1:])
    assert images == {
        "$type": "app.bsky.embed.images",
        "images": [{"image": blob, "alt": "A chart", "aspectRatio": {"width": 640, "height": 480}}],
    }
    assert external == {
        "$type": "app.bsky.embed.external",
        "external": {"uri": "https://g.example", "title": "T", "description": "D", "thumb": blob},
    }
    for answer, kind in ((error(400, "InvalidRequest"), Refused), (Answer(act=reset), TryLater)):
        peer.tell(f"{XRPC}/com.atproto.repo.uploadBlob", answer)
        assert type(BLUESKY.upload(post, grant, lambda _: b"bytes")) is kind


def test_a_lost_answer_is_looked_up_by_its_key(peer: Peer) -> None:
    grant, post = grant_for("bluesky", peer), post_for("bluesky")
    peer.tell(GET, Answer(body={"uri": URI, "cid": "bafy", "value": {}}))
    assert BLUESKY.find(post, grant, "k", NOW) == Found(URI, f"{peer.url}/bluesky/profile/{DID}/post/{RKEY}")
    peer.tell(GET, error(400, "RecordNotFound"))
    assert BLUESKY.find(post, grant, "k", NOW) == Absent()
    peer.tell(GET, error(400, "InvalidRequest"))
    assert isinstance(BLUESKY.find(post, grant, "k", NOW), CannotTell)


def jwt(expires: datetime) -> str:
    body = base64.urlsafe_b64encode(json.dumps({"exp": int(expires.timestamp())}).encode()).rstrip(b"=").decode()
    return f"eyJhbGciOiJIUzI1NiJ9.{body}.c2lnbmF0dXJl"


def session(**more: Any) -> dict[str, Any]:
    return {"accessJwt": jwt(NOW), "refreshJwt": "r2", "did": DID, "handle": "ann.example", **more}


def test_an_app_password_becomes_a_grant(peer: Peer) -> None:
    server = f"{peer.url}/bluesky"
    peer.tell(f"{XRPC}/com.atproto.server.getSession", Answer(body={"did": DID, "handle": "ann.example"}))
    peer.tell(f"{XRPC}/app.bsky.actor.getProfile", Answer(body={"displayName": "Ann", "avatar": "https://c.example/a"}))
    peer.tell(CREATE, Answer(body=session()))
    made = BLUESKY.connect_with_app_password(server, " @ann.example ", PASSWORD)
    assert isinstance(made, Connected)
    assert made.account == Account(
        DID, "@ann.example", "Ann", "https://c.example/a", f"{peer.url}/bluesky/profile/{DID}"
    )
    assert (made.grant.server, made.grant.account_id, made.grant.expires_at) == (server, DID, NOW)
    assert peer.asked[0].json() == {"identifier": "ann.example", "password": PASSWORD.reveal()}
    elsewhere = {"service": [{"id": "#atproto_pds", "serviceEndpoint": f"{peer.url}/home/"}]}
    peer.tell(CREATE, Answer(body=session(didDoc=elsewhere)))
    peer.tell("/home/xrpc/com.atproto.server.getSession", Answer(body={"did": DID, "handle": "ann.example"}))
    peer.tell(f"{XRPC}/app.bsky.actor.getProfile", error(400, "InvalidRequest"))
    made = BLUESKY.connect_with_app_password(server, "ann.example", PASSWORD)
    assert isinstance(made, Connected)
    assert made.grant.server == f"{peer.url}/home"
    assert made.account.name == "ann.example"  # the app view may not know a server of one's own
    sign_in = BLUESKY.other_sign_in()
    assert isinstance(sign_in, AppPassword)
    assert sign_in.how_to == f"{peer.url}/bluesky/settings/app-passwords"


@pytest.mark.parametrize(
    ("answer", "kind", "word"),
    [
        (error(401, "AuthenticationRequired"), NotConnected, "check both"),
        (error(401, "AuthFactorTokenRequired"), NotConnected, "app password"),
        (error(401, "AccountTakedown"), NotConnected, "closed or paused"),
        (Answer(404, b"<html>"), NotConnected, "Is it a Bluesky server?"),
        (error(429, "RateLimitExceeded"), TryLater, "slow down"),
        (Answer(act=reset), TryLater, "could not be reached"),
    ],
)
def test_a_sign_in_that_fails_says_why(peer: Peer, answer: Answer, kind: type, word: str) -> None:
    peer.tell(CREATE, answer)
    made = BLUESKY.connect_with_app_password(f"{peer.url}/bluesky", "ann.example", PASSWORD)
    assert type(made) is kind
    assert isinstance(made, NotConnected | TryLater)
    assert word in made.reason
    assert PASSWORD.reveal() not in repr(made)


def test_a_refresh_brings_a_new_pair(peer: Peer) -> None:
    peer.tell(REFRESH, Answer(body=session()))
    grant = grant_for("bluesky", peer)
    refreshed = BLUESKY.refresh(grant)
    assert isinstance(refreshed, Refreshed)
    assert refreshed.grant.refresh_token == Secret("r2")
    assert (refreshed.grant.server, refreshed.grant.expires_at) == (grant.server, NOW)
    assert peer.asked[0].headers["authorization"] == "Bearer canary-refresh"


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (error(400, "ExpiredToken"), NeedsReconnect),
        (error(400, "InvalidToken"), NeedsReconnect),
        (error(401, "AccountTakedown"), NeedsReconnect),
        (error(400, "InvalidRequest"), TryLater),  # about the call, not about the session
        (error(429, "RateLimitExceeded"), TryLater),
        (Answer(502), TryLater),
        (Answer(act=reset), TryLater),  # a repeat gives the same sign-in again
    ],
)
def test_a_refresh_that_fails(peer: Peer, answer: Answer, kind: type) -> None:
    peer.tell(REFRESH, answer)
    assert type(BLUESKY.refresh(grant_for("bluesky", peer))) is kind


def test_closing_a_post_and_a_session(peer: Peer) -> None:
    grant = grant_for("bluesky", peer)
    peer.tell(f"{XRPC}/com.atproto.repo.deleteRecord", Answer(body={}), Answer(500), error(401, "InvalidToken"))
    assert BLUESKY.remove(URI, grant) == Removed()
    assert peer.asked[0].json() == {"repo": DID, "collection": "app.bsky.feed.post", "rkey": RKEY}
    assert isinstance(BLUESKY.remove(URI, grant), Unknown)
    assert isinstance(BLUESKY.remove(URI, grant), NeedsReconnect)
    peer.tell(f"{XRPC}/com.atproto.server.deleteSession", Answer(), error(400, "ExpiredToken"), Answer(500))
    assert [BLUESKY.revoke(grant) for _ in range(2)] == [Revoked(), Revoked()]
    assert isinstance(BLUESKY.revoke(grant), TryLater)


def revision(at: datetime) -> str:
    return tid(int(at.timestamp() * 1_000_000), 7)


@pytest.mark.parametrize("nothing", [{}, {"posts": None}, {"posts": {"uri": "at://a"}}, b"<html>"])
def test_what_tells_of_no_posts_says_nothing_about_them(peer: Peer, nothing: object) -> None:
    peer.tell(POSTS, Answer(body=nothing))
    assert isinstance(BLUESKY.figures(["at://a"], grant_for("bluesky", peer)), TryLater)


def test_a_post_that_is_left_out_is_not_taken_for_gone(peer: Peer) -> None:
    shown = [{"uri": "at://b", "likeCount": 2}, {"uri": "at://stranger", "likeCount": 9}, 7]
    peer.tell(POSTS, Answer(body={"posts": shown}))
    read = BLUESKY.figures(["at://a", "at://b"], grant_for("bluesky", peer))
    assert read == FiguresRead({"at://a": Figures(), "at://b": Figures(likes=2)})


def test_a_key_tells_its_moment() -> None:
    assert tid_time(revision(NOW)) == NOW
    assert [tid_time(key) for key in ("", "self", "3lbqz5jyxt22K", "3lbqz5jyxt22k2")] == [None] * 4


@pytest.mark.parametrize(
    ("answer", "finding"),
    [
        (Answer(body={"cid": "bafy", "rev": revision(NOW - timedelta(seconds=1))}), Absent()),
        (Answer(body={"cid": "bafy", "rev": revision(NOW)}), CannotTell),
        (Answer(body={"cid": "bafy", "rev": revision(NOW + timedelta(hours=1))}), CannotTell),
        (Answer(body={"cid": "bafy"}), CannotTell),
        (error(400, "RepoTakendown"), CannotTell),
        (Answer(act=reset), CannotTell),
    ],
    ids=["before", "then", "since", "no rev", "closed", "lost"],
)
def test_what_is_not_there_never_came_if_nothing_was_written_since(peer: Peer, answer: Answer, finding: object) -> None:
    peer.tell(LATEST, answer)
    seen = BLUESKY.never_came(post_for("bluesky"), grant_for("bluesky", peer), NOW)
    assert isinstance(seen, finding) if isinstance(finding, type) else seen == finding
    assert peer.asked[0].query == {"did": [DID]}


# --- the video service --------------------------------------------------------------------------

VIDEO = Video("ab" * 32, "video/mp4", "A machine at work", 640, 360, bytes=5, seconds=4)
BLOB = {"$type": "blob", "ref": {"$link": "bafyvideo"}, "mimeType": "video/mp4", "size": 5}
AUTH, JOB = f"{XRPC}/com.atproto.server.getServiceAuth", f"{XRPC}/app.bsky.video.getJobStatus"
SEND, MAY = f"{XRPC}/app.bsky.video.uploadVideo", f"{XRPC}/app.bsky.video.getUploadLimits"
KEPT = json.dumps(BLOB, sort_keys=True)


def job(state: str, **more: object) -> dict[str, object]:
    return {"jobId": "j1", "did": DID, "state": state, **more}


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ({}, KEPT),
        ({SEND: Answer(409, job("JOB_STATE_COMPLETED", error="already_exists"))}, KEPT),
        ({SEND: Answer(200, job("JOB_STATE_COMPLETED", blob=BLOB)), JOB: Answer(500)}, KEPT),
        ({JOB: Answer(200, {"jobStatus": job("JOB_STATE_FAILED")})}, Refused),
        ({JOB: Answer(200, {"jobStatus": job("JOB_STATE_ENCODING")})}, TryLater(SOON, bluesky_video.FILE_WAITING)),
        ({JOB: error(400, "InvalidRequest")}, TryLater(SOON, UNCLEAR)),
        ({SEND: Answer(503)}, TryLater),
        ({MAY: Answer(200, {"canUpload": False, "remainingDailyVideos": 0})}, TryLater),
        ({MAY: Answer(200, {"canUpload": False, "error": "unconfirmed_email"})}, Refused),
        ({MAY: Answer(200, {"canUpload": False, "message": "Account is not old enough to upload videos"})}, TryLater),
        ({AUTH: error(403, "ScopeMissingError")}, "as a picture"),
        ({AUTH: error(400, "InvalidRequest")}, "as a picture"),
        ({SEND: error(404, "XRPCNotSupported")}, "as a picture"),
    ],
)
def test_a_video_is_worked_on_before_its_post_is_written(
    peer: Peer, monkeypatch: pytest.MonkeyPatch, told: dict[str, Answer], kind: Any
) -> None:
    monkeypatch.setattr(bluesky_video, "PAUSE", 0.0)
    usual = {
        AUTH: Answer(200, {"token": "e30.signed"}),
        MAY: Answer(200, {"canUpload": True}),
        SEND: Answer(200, job("JOB_STATE_CREATED")),
        JOB: Answer(200, {"jobStatus": job("JOB_STATE_COMPLETED", blob=BLOB)}),
        f"{XRPC}/com.atproto.server.getSession": Answer(200, {"did": DID}),
        f"{XRPC}/com.atproto.repo.uploadBlob": Answer(200, {"blob": {**BLOB, "ref": "as a picture"}}),
    }
    for path, answer in {**usual, **told}.items():
        peer.tell(path, answer)
    sha256 = hashlib.sha256(repr(told).encode()).hexdigest()  # what waits at the service is remembered by it
    post = replace(post_for("bluesky"), media=(replace(VIDEO, sha256=sha256),), link=None)
    made = BLUESKY.upload(post, grant_for("bluesky", peer), lambda _: b"movie")
    if isinstance(kind, str):
        assert isinstance(made, Uploaded)
        assert kind in made.ids[sha256]
        assert [one.body for one in peer.asked if one.method == "POST"][-1] == b"movie"
    elif isinstance(kind, TryLater):
        assert made == kind
    else:
        assert isinstance(made, kind)


def test_a_server_of_ones_own_gets_a_video_as_it_gets_pictures(peer: Peer) -> None:
    grant = grant_for("bluesky", peer)
    assert [
        bluesky_video.goes_by_service(replace(grant, server=server, scopes=frozenset(scopes)))
        for server, scopes in (
            ("https://morel.us-east.host.bsky.network", ()),
            ("https://morel.us-east.host.bsky.network", (bluesky_video.SCOPE,)),
            ("https://morel.us-east.host.bsky.network", ("atproto", "blob:video/*")),
            ("https://pds.example.org", ()),
            ("https://host.bsky.network.example.org", ()),
        )
    ] == [True, True, False, False, False]
