"""What the connector believes about likes, reposts, replies, follows and videos, put to Bluesky's own server.

Two accounts there: one writes, the other answers. What stands there is asked of the server, without code of ours.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from integrations.networks import network
from integrations.networks.base import (
    Absent,
    Connected,
    Deed,
    Found,
    Grant,
    NeedsReconnect,
    Post,
    Published,
    ReadMedia,
    Refused,
    Removed,
    Secret,
    Uploaded,
    Video,
)
from tests.peers.beliefs import wrong_among
from tests.peers.bluesky_peer import BlueskyPeer, Body, PersonThere
from tests.peers.bound_facts import signed_in
from tests.peers.installing import PeerTrouble
from tests.peers.road import Walker, invited

BLUESKY = network("bluesky")
WORDS = "Well said, and worth reading 🎉"
COLLECTIONS = {
    Deed.LIKE: "app.bsky.feed.like",
    Deed.REPOST: "app.bsky.feed.repost",
    Deed.FOLLOW: "app.bsky.graph.follow",
    Deed.COMMENT: "app.bsky.feed.post",
}
# As a camera begins a file; what follows is nothing to a server that only keeps it.
VIDEO = b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41" + bytes(range(256)) * 4_000


@dataclass(slots=True)
class Trial:
    peer: BlueskyPeer
    writer: PersonThere
    reader: PersonThere
    grant: Grant
    walker: Walker
    first: str  # the writer's post as a browser opens it
    bound: Grant | None = None

    def deed(self, deed: Deed, text: str = "", target: str = "") -> Post:
        rkey, created_at = BLUESKY.fix_identity(datetime.now(UTC))
        follows = f"https://bsky.app/profile/{self.writer.did}"
        named = target or (follows if deed is Deed.FOLLOW else self.first)
        post = Post("bluesky", "", self.grant.account_id, text, self.grant.server, deed=deed, target=named)
        return replace(post, rkey=rkey, created_at=created_at)

    def send(self, post: Post, grant: Grant | None = None) -> object:
        uploaded = BLUESKY.upload(post, grant or self.grant, in_pieces())
        sent = isinstance(uploaded, Uploaded)
        return BLUESKY.publish(post, grant or self.grant, "", uploaded) if sent else uploaded  # type: ignore[arg-type]

    def standing(self, deed: Deed) -> list[Body]:
        return self.peer.posts(self.reader.did, COLLECTIONS[deed])


def in_pieces() -> ReadMedia:
    return ReadMedia(lambda _sha256: VIDEO, lambda _sha256: io.BytesIO(VIDEO))


def wrong_beliefs(peer: BlueskyPeer) -> list[str]:
    trial = _begin(peer)
    return wrong_among(FACTS, trial)


def _begin(peer: BlueskyPeer) -> Trial:
    writer, reader = peer.person("erin"), peer.person("frank")
    connected = BLUESKY.connect_with_app_password(peer.address, reader.handle, Secret(reader.app_password))
    if not isinstance(connected, Connected):
        raise PeerTrouble(f"The connector could not sign in: {connected.reason}")
    rkey = peer.write(writer, "The first word").rpartition("/")[2]
    walker, _story = invited(peer, "gina")
    first = f"https://bsky.app/profile/{writer.handle}/post/{rkey}"  # with the handle, as people copy it
    return Trial(peer, writer, reader, connected.grant, walker, first)


def _done_and_undone(deed: Deed, text: str = "") -> Callable[[Trial], object]:
    """Sent twice, there once, with what it names; found, taken back twice, and gone."""

    def walk(trial: Trial) -> object:
        post = trial.deed(deed, text)
        before = BLUESKY.find(post, trial.grant, "", datetime.now(UTC))
        sent = [trial.send(post) for _ in range(2)]
        records = trial.standing(deed)
        found = BLUESKY.find(post, trial.grant, "", datetime.now(UTC))
        undone = [BLUESKY.remove(str(record["uri"]), trial.grant) for record in records for _ in range(2)]
        after = BLUESKY.find(post, trial.grant, "", datetime.now(UTC))
        kinds = [type(answer) for answer in (before, *sent, found, *undone, after)]
        right = kinds == [Absent, Published, Published, Found, Removed, Removed, Absent]
        return (right and len(records) == 1 and _names(trial, post, records[0]["value"])) or (kinds, records)

    return walk


def _names(trial: Trial, post: Post, value: Body) -> bool:
    """The very post that the writer's server shows, or the writer."""
    (first,) = trial.peer.posts(trial.writer.did)
    named = {"uri": first["uri"], "cid": first["cid"]}
    match post.deed:
        case Deed.FOLLOW:
            return bool(value["subject"] == trial.writer.did)
        case Deed.COMMENT:
            return bool(value["reply"] == {"root": named, "parent": named} and value["text"] == post.text)
    return bool(value["subject"] == named)


def _quoted(trial: Trial) -> bool:
    post = trial.deed(Deed.REPOST, WORDS)
    sent = trial.send(post)
    (record,) = trial.peer.posts(trial.reader.did)
    (first,) = trial.peer.posts(trial.writer.did)
    quoted = record["value"]["embed"]["record"] == {"uri": first["uri"], "cid": first["cid"]}
    undone = BLUESKY.remove(str(record["uri"]), trial.grant)
    return isinstance(sent, Published) and quoted and undone == Removed() and trial.peer.posts(trial.reader.did) == []


def _gone(trial: Trial) -> object:
    return trial.send(trial.deed(Deed.LIKE, target=trial.first[:-1] + ("2" if trial.first[-1] != "2" else "3")))


def _nobody(trial: Trial) -> object:
    return trial.send(trial.deed(Deed.FOLLOW, target="https://bsky.app/profile/nobody-here.test"))


def _not_allowed(trial: Trial) -> object:
    """Signed in at the server's page for posting alone; the connector itself would not even ask."""
    trial.bound = signed_in(trial.walker, trial.peer)
    post = replace(trial.deed(Deed.LIKE), account_id=trial.bound.account_id)
    may = BLUESKY.refusal(post, trial.bound)
    return trial.send(post, trial.bound) if isinstance(may, Refused) else may


def _allowed(trial: Trial) -> object:
    trial.bound = signed_in(trial.walker, trial.peer, allow="like")
    post = replace(trial.deed(Deed.LIKE), account_id=trial.bound.account_id)
    return BLUESKY.refusal(post, trial.bound) or trial.send(post, trial.bound)


def _no_more_than_that(trial: Trial) -> object:
    assert trial.bound is not None
    return trial.send(replace(trial.deed(Deed.REPOST), account_id=trial.bound.account_id), trial.bound)


def _video(whose: Callable[[Trial], Grant | None]) -> Callable[[Trial], bool]:
    def walk(trial: Trial) -> bool:
        grant = whose(trial)
        assert grant is not None
        shown = Video(hashlib.sha256(VIDEO).hexdigest(), "video/mp4", "A wheel turns", 640, 360, len(VIDEO), 4)
        rkey, created_at = BLUESKY.fix_identity(datetime.now(UTC))
        post = Post("bluesky", "", grant.account_id, "It moves", grant.server, media=(shown,))
        sent = trial.send(replace(post, rkey=rkey, created_at=created_at), grant)
        (record,) = trial.peer.posts(grant.account_id)
        embed = record["value"]["embed"]
        kept = trial.peer.blob(grant.account_id, embed["video"]["ref"]["$link"])
        removed = BLUESKY.remove(str(record["uri"]), grant)
        right = isinstance(sent, Published) and removed == Removed()
        return right and (embed["$type"], embed["alt"], kept) == ("app.bsky.embed.video", "A wheel turns", VIDEO)

    return walk


Fact = Callable[[Trial], object]
FACTS: tuple[tuple[str, Fact, object], ...] = (
    ("A like stands once, is found and taken back", _done_and_undone(Deed.LIKE), True),
    ("So does a repost", _done_and_undone(Deed.REPOST), True),
    ("and a follow", _done_and_undone(Deed.FOLLOW), True),
    ("and a reply, in its thread", _done_and_undone(Deed.COMMENT, WORDS), True),
    ("A repost with words is a quotation", _quoted, True),
    ("What is gone is not liked", _gone, Refused),
    ("and nobody is not followed", _nobody, Refused),
    ("A video goes out, described, and is removed", _video(lambda trial: trial.grant), True),
    ("Who allowed posting alone likes nothing by us", _not_allowed, NeedsReconnect),
    ("and posts a video", _video(lambda trial: trial.bound), True),
    ("Who allowed liking does", _allowed, Published),
    ("and reposts nothing", _no_more_than_that, NeedsReconnect),
)
