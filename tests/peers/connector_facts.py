"""What the Bluesky connector believes about its network, put to Bluesky's own server: one sentence per belief.

Each line of `FACTS` does one thing there and compares the outcome's kind; the order matters, as in a person's life.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from integrations.networks import network
from integrations.networks.base import (
    Absent,
    Account,
    CannotTell,
    Connected,
    Found,
    Grant,
    NeedsReconnect,
    NotConnected,
    Post,
    Published,
    Refreshed,
    Refused,
    Removed,
    Revoked,
    Secret,
    TryLater,
    Uploaded,
)
from tests.peers.beliefs import wrong_among
from tests.peers.bluesky_peer import BlueskyPeer, PersonThere
from tests.peers.installing import PeerTrouble

FAMILY = "👨‍👩‍👧‍👦"  # one character for a reader, 25 bytes
LONGEST = FAMILY * 100 + "ż" * 200  # 300 of a reader's characters, 2,900 bytes


@dataclass(slots=True)
class Trial:
    """An account with a grant, and one post that has its key."""

    peer: BlueskyPeer
    person: PersonThere
    grant: Grant
    post: Post
    began: datetime = field(default_factory=lambda: datetime.now(UTC))
    spent: Grant | None = None

    def publish(self, post: Post, grant: Grant | None = None) -> object:
        return network("bluesky").publish(post, grant or self.grant, "", Uploaded())

    def find(self) -> object:
        return network("bluesky").find(self.post, self.grant, "", datetime.now(UTC))

    def never_came(self, since: datetime) -> object:
        return network("bluesky").never_came(self.post, self.grant, since)

    def remove(self) -> object:
        return network("bluesky").remove(self.uri, self.grant)

    def other(self, text: str) -> Post:
        """Another post, with a key of its own."""
        rkey, created_at = network("bluesky").fix_identity(datetime.now(UTC))
        return replace(self.post, text=text, rkey=rkey, created_at=created_at)

    @property
    def uri(self) -> str:
        return f"at://{self.person.did}/app.bsky.feed.post/{self.post.rkey}"


Fact = Callable[[Trial], object]


def wrong_beliefs(peer: BlueskyPeer) -> list[str]:
    """The beliefs that this server does not share, each with what it did instead."""
    trial = _begin(peer)
    return wrong_among(FACTS, trial)


def _begin(peer: BlueskyPeer) -> Trial:
    person = peer.person("carol")
    connected = network("bluesky").connect_with_app_password(peer.address, person.handle, Secret(person.app_password))
    if not isinstance(connected, Connected):
        raise PeerTrouble(f"The connector could not sign in: {connected.reason}")
    rkey, created_at = network("bluesky").fix_identity(datetime.now(UTC))
    post = Post("bluesky", "", person.did, f"{FAMILY} Hello #Peers", peer.address, rkey=rkey, created_at=created_at)
    return Trial(peer, person, connected.grant, post)


def _sign_in_wrongly(trial: Trial) -> object:
    return network("bluesky").connect_with_app_password(trial.peer.address, trial.person.handle, Secret("no-such-pass"))


def _sign_in_too_often(trial: Trial) -> object:
    """Bluesky allows thirty sign-ins in five minutes for one account."""
    for _ in range(31):
        last = _sign_in_wrongly(trial)
        if not isinstance(last, NotConnected):
            break
    return last


def _wait_after_too_many(trial: Trial) -> bool:
    last = _sign_in_wrongly(trial)
    return isinstance(last, TryLater) and timedelta(seconds=1) < last.after <= timedelta(minutes=5)


def _renew(trial: Trial) -> object:
    """The token for renewing is new each time; that for posting may be the same within one second."""
    renewed = network("bluesky").refresh(trial.grant)
    if not isinstance(renewed, Refreshed):
        return renewed
    trial.spent, trial.grant = trial.grant, renewed.grant
    return renewed.grant.refresh_token != trial.spent.refresh_token


def _renew_once_more(trial: Trial) -> object:
    """As after a lost answer: the spent token gives the same sign-in again, and neither pair dies of it."""
    assert trial.spent is not None
    repeated = network("bluesky").refresh(trial.spent)
    if isinstance(repeated, Refreshed):
        trial.grant = repeated.grant
    return repeated


def _with_token(trial: Trial, token: str) -> object:
    return trial.publish(trial.other("Not mine"), replace(trial.grant, access_token=Secret(token)))


def _close(trial: Trial) -> object:
    trial.peer.deactivate(trial.person)
    return trial.publish(trial.other("From a closed account"))


def _reopen(trial: Trial) -> object:
    trial.peer.reactivate(trial.person)
    return network("bluesky").profile(trial.grant)


FACTS: tuple[tuple[str, Fact, object], ...] = (
    ("A wrong app password is told from a silent server", _sign_in_wrongly, NotConnected),
    ("There is no post before it is sent", lambda trial: trial.find(), Absent),
    ("and never was, for nothing was written since", lambda trial: trial.never_came(trial.began), Absent),
    ("A post goes out", lambda trial: trial.publish(trial.post), Published),
    ("It is found", lambda trial: trial.find(), Found),
    ("The same post again is taken", lambda trial: trial.publish(trial.post), Published),
    ("and stays one post", lambda trial: len(trial.peer.posts(trial.person.did)), 1),
    ("300 of a reader's characters fit", lambda trial: trial.publish(trial.other(LONGEST)), Published),
    ("301 do not", lambda trial: trial.publish(trial.other(LONGEST + "!")), Refused),
    ("301 letters do not", lambda trial: trial.publish(trial.other("a" * 301)), Refused),
    ("3,001 bytes do not", lambda trial: trial.publish(trial.other(FAMILY * 120 + "a")), Refused),
    ("A session is renewed, with a new token to renew it next", _renew, True),
    ("and posts on", lambda trial: trial.publish(trial.other("Renewed")), Published),
    ("A renewal whose answer got lost is answered again", _renew_once_more, Refreshed),
    ("and posts on as well", lambda trial: trial.publish(trial.other("Renewed twice")), Published),
    ("and renews again", _renew, True),
    ("A token that is none asks to connect again", lambda trial: _with_token(trial, "x.y.z"), NeedsReconnect),
    (
        "So does one for renewing only",
        lambda trial: _with_token(trial, trial.grant.refresh_token.reveal() if trial.grant.refresh_token else ""),
        NeedsReconnect,
    ),
    ("A paused account refuses", _close, Refused),
    ("and is there again when it is opened", _reopen, Account),
    ("A post is removed", lambda trial: trial.remove(), Removed),
    ("and gone", lambda trial: trial.find(), Absent),
    ("though something was written since it was not there", lambda trial: trial.never_came(trial.began), CannotTell),
    ("and nothing from now on", lambda trial: trial.never_came(datetime.now(UTC)), Absent),
    ("Removing it again is no error", lambda trial: trial.remove(), Removed),
    ("A grant is given back", lambda trial: network("bluesky").revoke(trial.grant), Revoked),
    ("and renews no more", lambda trial: network("bluesky").refresh(trial.grant), NeedsReconnect),
    ("Giving it back again is no error", lambda trial: network("bluesky").revoke(trial.grant), Revoked),
    ("Too many sign-ins ask for patience", _sign_in_too_often, TryLater),
    ("for as long as the server says", _wait_after_too_many, True),
)
