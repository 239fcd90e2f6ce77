"""What the connector believes about servers that speak Mastodon's API, put to one that nobody here wrote.

The grant comes by the same road as a person's, a browser and our pages. What that server does not know (it repeats a
repeated post, takes nothing back and looks up no address beside it) is proved against the sandbox alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from accounts.tenancy import acting_in
from integrations.models import Connection
from integrations.networks import network
from integrations.networks.base import (
    Absent,
    Account,
    Deed,
    FiguresRead,
    Found,
    Grant,
    NeedsReconnect,
    Picture,
    Post,
    Published,
    Replies,
    RevokeByHand,
    Revoked,
    Secret,
    ServerLimits,
    Uploaded,
)
from integrations.tokens import open_grant
from tests.campaigns.pictures import picture
from tests.peers.beliefs import wrong_among
from tests.peers.mastodon_peer import Body, MastodonPeer, PersonThere
from tests.peers.road import connect, invited

MASTODON = network("mastodon")
ALT = "A chart that falls"
AN_HOUR = timedelta(hours=1)
WORDS = "One picture 🎉 and https://example.com/a-page?with=words #Peers"


@dataclass(slots=True)
class Trial:
    peer: MastodonPeer
    person: PersonThere
    grant: Grant
    bytes: bytes
    began: datetime
    sent: str = ""  # the post's id there

    def post(self, text: str = WORDS) -> Post:
        shown = Picture(hashlib.sha256(self.bytes).hexdigest(), "image/png", ALT, 64, 48)
        return Post("mastodon", "", self.grant.account_id, text, self.grant.server, media=(shown,))

    def send(self, post: Post, grant: Grant | None = None) -> object:
        uploaded = MASTODON.upload(post, grant or self.grant, lambda _sha256: self.bytes)
        if not isinstance(uploaded, Uploaded):
            return uploaded
        answer = MASTODON.publish(post, grant or self.grant, "one-key", uploaded)
        self.sent = answer.external_id if isinstance(answer, Published) else self.sent
        return answer

    def find(self, post: Post, *, later: timedelta = timedelta(0)) -> object:
        return MASTODON.find(post, self.grant, "", self.began + later)

    @property
    def there(self) -> Body:
        return self.peer.post(self.sent, self.person)


def wrong_beliefs(peer: MastodonPeer) -> list[str]:
    walker, _story = invited(peer, "dora")
    connect(walker, peer)
    with acting_in(walker.organization):
        grant = open_grant(Connection.objects.get(member=walker.member))
    person = walker.there
    assert isinstance(person, PersonThere)
    trial = Trial(peer, person, grant, picture("PNG", (64, 48)), datetime.now(UTC))
    return wrong_among(FACTS, trial)


def _picture_there(trial: Trial) -> object:
    (file,) = trial.there["media_attachments"]
    return (file["description"], trial.peer.file(file["url"])) == (ALT, trial.bytes) or file


def _with_a_warning(trial: Trial) -> object:
    post = replace(trial.post("And how it ended"), media=(), warning="The last chapter")
    trial.send(post)
    return trial.there["spoiler_text"], trial.there["sensitive"]


def _do(deed: Deed, sign: str) -> Callable[[Trial], object]:
    """What the server shows of somebody's post after the deed. It stands under an id, so no address is looked up."""

    def walk(trial: Trial) -> object:
        trial.sent = str(trial.peer.write(trial.person, f"Somebody's words before a {deed}")["id"])
        post = Post(
            "mastodon", "", trial.grant.account_id, "", trial.grant.server, deed=deed, target=trial.peer.address
        )
        answer = MASTODON.publish(post, trial.grant, "", Uploaded(target=trial.sent))
        return (isinstance(answer, Published) and trial.there[sign]) or answer

    return walk


def _answered(trial: Trial) -> object:
    first = str(trial.peer.write(trial.person, "A question")["id"])
    post = Post("mastodon", "", trial.grant.account_id, "An answer", trial.grant.server, deed=Deed.COMMENT)
    MASTODON.publish(post, trial.grant, "", Uploaded(target=first))
    told = MASTODON.replies(first, trial.grant)
    return [reply.text.strip() for reply in told.replies] if isinstance(told, Replies) else told


FACTS: tuple[tuple[str, Callable[[Trial], object], object], ...] = (
    ("The account is known by its grant", lambda trial: MASTODON.profile(trial.grant), Account),
    ("The server tells its limits", lambda trial: MASTODON.limits_of(trial.grant.server), ServerLimits),
    ("There is no post before it is sent", lambda trial: trial.find(trial.post()), Absent),
    ("A post with a picture goes out", lambda trial: trial.send(trial.post()), Published),
    ("and is found", lambda trial: trial.find(trial.post()), Found),
    ("with the picture's very bytes, and described", _picture_there, True),
    ("and is not there for an attempt made after it", lambda trial: trial.find(trial.post(), later=AN_HOUR), Absent),
    ("A warning stands before the words", _with_a_warning, ("The last chapter", True)),
    ("A favourite stands", _do(Deed.LIKE, "favourited"), True),
    ("A boost stands", _do(Deed.REPOST, "reblogged"), True),
    ("An answer stands under what it answers, and is read", _answered, ["An answer"]),
    ("Figures are read", lambda trial: MASTODON.figures([trial.sent], trial.grant), FiguresRead),
    (
        "A token that is none asks to connect again",
        lambda trial: trial.send(replace(trial.post("x"), media=()), replace(trial.grant, access_token=Secret("none"))),
        NeedsReconnect,
    ),
    ("A grant is given back", lambda trial: MASTODON.revoke(trial.grant), Revoked),
    ("and posts no more", lambda trial: trial.send(replace(trial.post("y"), media=())), NeedsReconnect),
    ("Giving it back again leaves it to the person", lambda trial: MASTODON.revoke(trial.grant), RevokeByHand),
)
