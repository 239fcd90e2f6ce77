"""What a network is: declared values and a few methods, and what each method may answer.

Owns the vocabulary between the publishing engine and the networks: `Post` (what was approved),
`Grant` (what lets us post) and the outcomes. It imports no Django and knows no network by name.
Whatever is not provably "not posted" is `Unknown`.
"""

from __future__ import annotations

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar, Literal

CANONICAL_VERSION = 1


@dataclass(frozen=True, slots=True)
class Secret:
    """A token or password that cannot be printed by accident; `reveal()` is greppable."""

    value: str = field(repr=False)

    def reveal(self) -> str:
        return self.value

    def __str__(self) -> str:
        return "***"

    def __repr__(self) -> str:
        return "Secret(***)"

    def __bool__(self) -> bool:
        return bool(self.value)


@dataclass(frozen=True, slots=True)
class Account:
    """The person's account as the network names it. `id` never changes; the handle may."""

    id: str
    handle: str
    name: str = ""
    avatar_url: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Grant:
    """What the person gave us. `server` is the host's base address where a network has many hosts."""

    access_token: Secret
    refresh_token: Secret | None = None
    expires_at: datetime | None = None
    scopes: frozenset[str] = frozenset()
    server: str = ""
    account_id: str = ""
    client_id: str = ""
    client_secret: Secret | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture of a post: its bytes by hash, in the post's order, sizes in pixels."""

    sha256: str
    content_type: str
    alt_text: str = ""
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class LinkCard:
    """The preview card under a post, exactly as the reader will see it."""

    url: str
    title: str = ""
    description: str = ""
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """The canonical post: everything a reader will see, and where its link leads.

    `text` is final: disclosure and tracked address included. `rkey` and `created_at` are fixed at
    approval, so that a replay is byte-identical (design.md §4).
    """

    network: str
    connection: str
    account_id: str
    text: str
    server: str = ""
    link: LinkCard | None = None
    destination: str = ""
    media: tuple[Picture, ...] = ()
    language: str = "en"
    visibility: str = "public"
    labels: tuple[str, ...] = ()
    first_comment: str = ""
    rkey: str = ""
    created_at: str = ""

    def canonical(self) -> bytes:
        """Sorted UTF-8 JSON with a version: the bytes that are approved and hashed."""
        body = {"version": CANONICAL_VERSION, **asdict(self)}
        return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()

    def digest(self) -> str:
        return hashlib.sha256(self.canonical()).hexdigest()

    @classmethod
    def from_canonical(cls, canonical: bytes | str) -> Post:
        body = json.loads(canonical)
        if body.pop("version") != CANONICAL_VERSION:
            raise ValueError("This post was approved in a form that this release does not read.")
        link = body["link"]
        if link is not None:
            picture = link["picture"]
            link = LinkCard(**{**link, "picture": Picture(**picture) if picture else None})
        media = tuple(Picture(**picture) for picture in body["media"])
        return cls(**{**body, "link": link, "media": media, "labels": tuple(body["labels"])})

    def pictures(self) -> tuple[Picture, ...]:
        """Every picture whose bytes must be uploaded: the post's own and the card's."""
        card = (self.link.picture,) if self.link and self.link.picture else ()
        return self.media + card


# --- what publish may answer ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Published:
    external_id: str
    url: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Surely not posted, for good: the text or the account must change first."""

    reason: str


@dataclass(frozen=True, slots=True)
class TryLater:
    """Surely not posted; the network asks for patience."""

    after: timedelta
    reason: str


@dataclass(frozen=True, slots=True)
class NeedsReconnect:
    """Surely not posted: the grant is gone or too narrow."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may be posted. Never sent again before the network shows that it is not there."""

    reason: str


Outcome = Published | Refused | TryLater | NeedsReconnect | Unknown
SurelyNotPosted = Refused | TryLater | NeedsReconnect


@dataclass(frozen=True, slots=True)
class Uploaded:
    """Remote ids of the pictures, by SHA-256. An upload alone is seen by nobody and may be repeated."""

    ids: Mapping[str, str] = field(default_factory=dict)


# --- what the read-only and closing calls may answer ----------------------------------------


@dataclass(frozen=True, slots=True)
class Found:
    external_id: str
    url: str


@dataclass(frozen=True, slots=True)
class Absent:
    """The network shows that nothing was published."""


@dataclass(frozen=True, slots=True)
class CannotTell:
    reason: str


Finding = Found | Absent | CannotTell


@dataclass(frozen=True, slots=True)
class Removed:
    """The network confirmed that the post is gone (or was gone already)."""


@dataclass(frozen=True, slots=True)
class StillThere:
    """Surely not removed; `by_hand` is where the person can do it."""

    reason: str
    by_hand: str = ""


Removal = Removed | StillThere | TryLater | NeedsReconnect | Unknown


@dataclass(frozen=True, slots=True)
class Refreshed:
    grant: Grant


Refresh = Refreshed | NeedsReconnect | TryLater


@dataclass(frozen=True, slots=True)
class Revoked:
    """The network took the grant back (or had already)."""


@dataclass(frozen=True, slots=True)
class RevokeByHand:
    """We forget the grant; the person can also take it back at `url`."""

    url: str
    reason: str


Revocation = Revoked | RevokeByHand | TryLater


@dataclass(frozen=True, slots=True)
class Problem:
    """Something the editor shows while the person types. `blocks` says whether approval must wait."""

    code: str
    sentence: str
    blocks: bool = True


@dataclass(frozen=True, slots=True)
class Limits:
    """What one post may hold. Lengths in the network's own count (see `Network.length`)."""

    text: int
    pictures: int = 4
    picture_bytes: int = 5_000_000
    picture_types: tuple[str, ...] = ("image/jpeg", "image/png")
    alt_text: int = 1_000


class AfterUnknown(StrEnum):
    """What may settle a send whose answer was lost (design.md §5.7)."""

    REPLAY = "replay"  # the same bytes under the same key are harmless
    LOOK_UP = "look_up"  # own posts can be read
    OPAQUE = "opaque"  # only the person can tell


@dataclass(frozen=True, slots=True)
class OAuth:
    """The sign-in at the network's own pages. `client_auth` is how the token endpoint knows our app."""

    authorize_url: str
    token_url: str
    scopes: tuple[str, ...]
    pkce: bool = True
    client_auth: Literal["body", "basic"] = "body"
    client_id: str = ""
    client_secret: Secret | None = None


@dataclass(frozen=True, slots=True)
class AppPassword:
    """The person pastes a password made for us alone (Bluesky). `how_to` is the network's own guide."""

    how_to: str


@dataclass(frozen=True, slots=True)
class NoSignIn:
    """Nothing to connect to: the practice network."""


SignIn = OAuth | AppPassword | NoSignIn
ReadPicture = Callable[[str], bytes]


class Network(ABC):
    """One social network. Everything particular to it stands in its own file.

    No method runs inside a transaction: all but `problems` and `length` call the network through
    `integrations.http`.
    """

    key: ClassVar[str]
    label: ClassVar[str]
    documentation: ClassVar[str]
    limits: ClassVar[Limits]
    after_unknown: ClassVar[AfterUnknown]
    # Longer than the latest late acceptance seen there; the engine adds its lease.
    settle: ClassVar[timedelta] = timedelta(seconds=120)
    replay_for: ClassVar[timedelta | None] = None
    many_servers: ClassVar[bool] = False  # the person names a server first
    default_server: ClassVar[str] = ""
    can_remove: ClassVar[bool] = True
    shows_link_card: ClassVar[bool] = True
    posts_publicly: ClassVar[bool] = True  # false on the practice network alone
    may_rank: ClassVar[bool] = True  # may its figures order people?
    keep_figures_for: ClassVar[timedelta] = timedelta(days=365)
    usual_hours: ClassVar[tuple[int, ...]] = (8, 12, 17)  # good local hours when a person has no history
    required_scopes: ClassVar[frozenset[str]] = frozenset()

    @abstractmethod
    def sign_in(self, server: str = "") -> SignIn:
        """How a person connects. May call the server (an app registered per host)."""

    @abstractmethod
    def profile(self, grant: Grant) -> Account | NeedsReconnect | TryLater: ...

    @abstractmethod
    def length(self, text: str) -> int:
        """The text's length as this network counts it. Pure."""

    def problems(self, post: Post) -> Sequence[Problem]:
        """What stands in the way of this post here. Pure; shown as the person types."""
        return common_problems(self, post)

    def upload(self, post: Post, grant: Grant, read: ReadPicture) -> Uploaded | SurelyNotPosted:
        """Bring the pictures there. Seen by nobody, so it may be repeated."""
        return Uploaded()

    @abstractmethod
    def publish(self, post: Post, grant: Grant, attempt_key: str, uploaded: Uploaded) -> Outcome:
        """Send once: one call that can publish, no retry, no redirect."""

    @abstractmethod
    def find(self, post: Post, grant: Grant, attempt_key: str, since: datetime) -> Finding:
        """Read-only: is the post of that attempt there?"""

    @abstractmethod
    def remove(self, external_id: str, grant: Grant) -> Removal: ...

    @abstractmethod
    def refresh(self, grant: Grant) -> Refresh: ...

    @abstractmethod
    def revoke(self, grant: Grant) -> Revocation: ...


def common_problems(network: Network, post: Post) -> list[Problem]:
    """The checks every network shares, from its declared limits."""
    problems: list[Problem] = []
    if not post.text.strip() and not post.media:
        problems.append(Problem("empty", "There is nothing to post yet."))
    over = network.length(post.text) - network.limits.text
    if over > 0:
        problems.append(Problem("too_long", f"{over} characters too long for {network.label}."))
    if len(post.media) > network.limits.pictures:
        problems.append(Problem("too_many_pictures", f"{network.label} takes up to {network.limits.pictures} pictures."))
    for number, picture in enumerate(post.media, start=1):
        if picture.content_type not in network.limits.picture_types:
            problems.append(Problem("picture_type", f"{network.label} does not take picture {number}'s format."))
        if not picture.alt_text.strip():
            problems.append(
                Problem("no_alt_text", f"Describe picture {number} for people who cannot see it.", blocks=False)
            )
    return problems
