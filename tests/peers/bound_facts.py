"""What the connector believes about a sign-in at Bluesky's own page, put to Bluesky's own server, one sentence each.

The grant comes by the same road as a person's, a browser and our pages; `connector_facts.py` has what holds for both.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from django.conf import settings
from django.test import override_settings

from accounts.tenancy import acting_in
from integrations import dpop
from integrations.models import Connection
from integrations.networks import network
from integrations.networks.base import (
    Absent,
    Account,
    Found,
    Grant,
    NeedsReconnect,
    Picture,
    Post,
    Published,
    Refreshed,
    Removed,
    Revoked,
    Uploaded,
)
from integrations.tokens import open_grant
from tests.campaigns.pictures import picture
from tests.peers.beliefs import wrong_among
from tests.peers.bluesky_peer import BlueskyPeer
from tests.peers.road import Walker, connect, invited

BLUESKY = network("bluesky")
ALT = "A chart that falls"


@dataclass(slots=True)
class Trial:
    peer: BlueskyPeer
    walker: Walker
    grant: Grant
    bytes: bytes = field(default_factory=lambda: picture("PNG", (64, 48)))
    spent: Grant | None = None

    def post(self, text: str = "One picture 🎉") -> Post:
        rkey, created_at = BLUESKY.fix_identity(datetime.now(UTC))
        shown = Picture(hashlib.sha256(self.bytes).hexdigest(), "image/png", ALT, 64, 48)
        post = Post("bluesky", "", self.grant.account_id, text, self.grant.server, media=(shown,))
        return replace(post, rkey=rkey, created_at=created_at)

    def send(self, post: Post) -> object:
        uploaded = BLUESKY.upload(post, self.grant, lambda _sha256: self.bytes)
        return BLUESKY.publish(post, self.grant, "", uploaded) if isinstance(uploaded, Uploaded) else uploaded


def wrong_beliefs(peer: BlueskyPeer) -> list[str]:
    walker, _story = invited(peer, "dora")
    trial = Trial(peer, walker, signed_in(walker, peer))
    return wrong_among(FACTS, trial)


def signed_in(walker: Walker, peer: BlueskyPeer, allow: str = "") -> Grant:
    connect(walker, peer, allow)
    with acting_in(walker.organization):
        return open_grant(Connection.objects.get(member=walker.member))


def _picture_there(trial: Trial) -> bool:
    """Sent twice, there once: with its description and its very bytes. Then found, and removed."""
    post, did = trial.post(), trial.grant.account_id
    sent = [trial.send(post) for _ in range(2)]
    (record,) = trial.peer.posts(did)
    (image,) = record["value"]["embed"]["images"]
    arrived = trial.peer.blob(did, image["image"]["ref"]["$link"])
    found = BLUESKY.find(post, trial.grant, "", datetime.now(UTC))
    removed = BLUESKY.remove(record["uri"], trial.grant)
    gone = BLUESKY.find(post, trial.grant, "", datetime.now(UTC))
    kinds = [type(answer) for answer in (*sent, found, removed, gone)]
    right = kinds == [Published, Published, Found, Removed, Absent]
    return right and (image["alt"], arrived) == (ALT, trial.bytes) and trial.peer.posts(did) == []


def _nonce_over(trial: Trial) -> object:
    """A server that wants another nonce has done nothing, and takes the same call with it."""
    dpop.forget_nonces()
    return BLUESKY.profile(trial.grant)


def _another_key(trial: Trial) -> object:
    stolen = replace(trial.grant, proof_key=dpop.new_proof_key())
    return BLUESKY.publish(replace(trial.post(), media=()), stolen, "", Uploaded())


def _as_bearer(trial: Trial) -> object:
    return BLUESKY.publish(replace(trial.post(), media=()), replace(trial.grant, proof_key=None), "", Uploaded())


def _renew(trial: Trial) -> bool:
    renewed = BLUESKY.refresh(trial.grant)
    if not isinstance(renewed, Refreshed):
        return False
    trial.spent, trial.grant = trial.grant, renewed.grant
    return trial.spent.refresh_token != trial.grant.refresh_token


def _spent_again(trial: Trial) -> object:
    assert trial.spent is not None
    return BLUESKY.refresh(trial.spent)


def _sign_in_again(trial: Trial) -> object:
    trial.grant = signed_in(trial.walker, trial.peer)
    return BLUESKY.profile(trial.grant)


def _too_narrow(trial: Trial) -> object:
    """A grant for pictures alone: it may bring one there, and publishes nothing."""
    narrow_settings = {**settings.NETWORKS["bluesky"], "scopes": "atproto blob:image/*"}
    with override_settings(NETWORKS={**settings.NETWORKS, "bluesky": narrow_settings}):
        narrow = signed_in(trial.walker, trial.peer)
    return BLUESKY.publish(replace(trial.post(), media=()), narrow, "", Uploaded())


Fact = Callable[[Trial], object]
FACTS: tuple[tuple[str, Fact, object], ...] = (
    ("The account is known by its grant", lambda trial: BLUESKY.profile(trial.grant), Account),
    ("A picture goes out once, described, and is removed", _picture_there, True),
    ("A nonce that is over costs one more call", _nonce_over, Account),
    ("A token is nothing to who has not its key", _another_key, NeedsReconnect),
    ("nor without any proof", _as_bearer, NeedsReconnect),
    ("A grant is renewed, each time with a new token", _renew, True),
    ("A spent token that comes again ends the session", _spent_again, NeedsReconnect),
    ("with the pair that stood", lambda trial: BLUESKY.refresh(trial.grant), NeedsReconnect),
    ("and its token for posting", lambda trial: trial.send(trial.post()), NeedsReconnect),
    ("Signing in again brings a good one", _sign_in_again, Account),
    ("A grant is given back", lambda trial: BLUESKY.revoke(trial.grant), Revoked),
    ("and posts no more", lambda trial: trial.send(trial.post()), NeedsReconnect),
    ("nor renews", lambda trial: BLUESKY.refresh(trial.grant), NeedsReconnect),
    ("Giving it back again is no error", lambda trial: BLUESKY.revoke(trial.grant), Revoked),
    ("A grant that is too narrow asks for another", _too_narrow, NeedsReconnect),
)
