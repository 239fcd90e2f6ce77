"""What a network's methods may answer. Whatever is not provably "not posted" is `Unknown`.

A `reason` is kept beside the share, so it is a fixed English sentence, marked where it stands and translated when
shown; a `Problem` is shown at once and speaks the reader's language already. Plain frozen values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from integrations.networks.posts import Account, Grant, Secret

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
    """Surely not posted; the network asks for patience. `after` of nothing: it did not say for how long.

    `whole_app`: the network stopped our app, and not this account alone.
    """

    after: timedelta
    reason: str
    whole_app: bool = False


@dataclass(frozen=True, slots=True)
class NeedsReconnect:
    """Surely not posted: the grant is gone or too narrow. `may_refresh`: one refresh could heal it."""

    reason: str
    may_refresh: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may be posted. Never sent again before the network shows that it is not there."""

    reason: str


Outcome = Published | Refused | TryLater | NeedsReconnect | Unknown
SurelyNotPosted = Refused | TryLater | NeedsReconnect


@dataclass(frozen=True, slots=True)
class Uploaded:
    """Remote ids of the pictures, by SHA-256, and of a post that waits there, by its digest.

    `target`: what the network calls the post or the account that a deed is done to, in its own file's words.
    An upload alone is seen by nobody and may be repeated.
    """

    ids: Mapping[str, str] = field(default_factory=dict)
    target: str = ""

    def waiting(self, digest: str) -> str:
        """What waits there to be published, by the post's digest; empty where nothing does."""
        return self.ids.get(digest, "")


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
    """`for_good`: asking again would tell no more. `is_out`: it stands there, and only as what is not known yet."""

    reason: str
    for_good: bool = False
    is_out: bool = False


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


# `Unknown`: the answer got lost, and a repeat would do harm where the refresh token is spent by now. A network that
# takes a repeat as it is meant answers `TryLater` instead.
Refresh = Refreshed | NeedsReconnect | TryLater | Unknown


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
class Connected:
    grant: Grant
    account: Account


@dataclass(frozen=True, slots=True)
class NotConnected:
    """The network does not let this person in; the reason says what to do."""

    reason: str


@dataclass(frozen=True, slots=True)
class AppRegistration:
    """Our app at one server. The caller stores it per server and puts it into the grant."""

    server: str
    client_id: str
    client_secret: Secret


@dataclass(frozen=True, slots=True)
class Problem:
    """Something the editor shows while the person types. `blocks` says whether approval must wait."""

    code: str
    sentence: str
    blocks: bool = True
