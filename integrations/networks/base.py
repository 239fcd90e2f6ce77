"""What a network is: declared values and a few methods (`posts.py` and `outcomes.py` are its vocabulary).

It knows no network by name; of Django it uses the translation of sentences alone. Whoever works with networks imports
from here.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar, Literal, Self

from django.utils.translation import gettext, gettext_noop, ngettext

from integrations.networks.abilities import Ability
from integrations.networks.figures import Figures, FiguresRead, Followers, Replies, Reply
from integrations.networks.folds import UNKNOWN as UNKNOWN_FOLD
from integrations.networks.folds import Fold
from integrations.networks.media import (
    Animation,
    AnimationLimits,
    Document,
    DocumentLimits,
    Medium,
    Picture,
    ReadMedia,
    ReadPicture,
    Video,
    VideoLimits,
    opened,
)
from integrations.networks.media_problems import media_problems
from integrations.networks.outcomes import (
    Absent,
    AppRegistration,
    CannotTell,
    Connected,
    Finding,
    Found,
    NeedsReconnect,
    NotConnected,
    Outcome,
    Problem,
    Published,
    Refresh,
    Refreshed,
    Refused,
    Removal,
    Removed,
    Revocation,
    RevokeByHand,
    Revoked,
    StillThere,
    SurelyNotPosted,
    TryLater,
    Unknown,
    Uploaded,
)
from integrations.networks.posts import CANONICAL_VERSION, NEED_WORDS, Account, Deed, Grant, LinkCard, Post, Secret
from integrations.networks.prices import FREE, Price
from integrations.networks.server_limits import ServerLimits, limits_there, pixel_problems
from integrations.networks.web_pages import is_web_page

__all__ = [
    "Ability",
    "Absent",
    "Account",
    "AfterUnknown",
    "Animation",
    "AnimationLimits",
    "AppPassword",
    "AppRegistration",
    "AuthorizationServer",
    "CANONICAL_VERSION",
    "CannotTell",
    "Connected",
    "Deed",
    "Document",
    "DocumentLimits",
    "Figures",
    "FiguresRead",
    "Followers",
    "Finding",
    "Found",
    "Grant",
    "Limits",
    "LinkCard",
    "Medium",
    "NEED_WORDS",
    "NeedsReconnect",
    "Network",
    "NoSignIn",
    "NoSuchServer",
    "NotConnected",
    "OAuth",
    "Outcome",
    "Picture",
    "Post",
    "Price",
    "Problem",
    "Published",
    "PushedOAuth",
    "ReadMedia",
    "ReadPicture",
    "Refresh",
    "Refreshed",
    "Refused",
    "Removal",
    "Removed",
    "Replies",
    "Reply",
    "Revocation",
    "RevokeByHand",
    "Revoked",
    "Secret",
    "ServerLimits",
    "SignIn",
    "StillThere",
    "SurelyNotPosted",
    "TryLater",
    "Unknown",
    "Uploaded",
    "Video",
    "VideoLimits",
    "common_problems",
    "is_web_page",
    "not_a_target",
    "opened",
    "too_long",
]


@dataclass(frozen=True, slots=True)
class Limits:
    """What one post may hold. Lengths in the network's own count (see `Network.length`)."""

    text: int
    pictures: int = 4
    picture_bytes: int = 5_000_000
    picture_types: tuple[str, ...] = ("image/jpeg", "image/png")
    alt_text: int = 1_000
    # None: this network takes none from an app, or the road there is not built.
    animation: AnimationLimits | None = None
    video: VideoLimits | None = None
    document: DocumentLimits | None = None


NOT_BY_APP = gettext_noop("This network lets no app do this. Please do it by hand.")
NOT_ALLOWED_YET = gettext_noop("You have not allowed us this. Connect again and allow it, or do it by hand.")


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
    # In the token endpoint's answer; requests always say `scope` and join with a space.
    scope_field: str = "scope"
    scope_separator: str = " "


@dataclass(frozen=True, slots=True)
class PushedOAuth:
    """The sign-in whose request is pushed ahead (RFC 9126) and whose tokens are bound to a key (RFC 9449).

    Many servers, and none knows our app beforehand: `client_id` is an address at which it describes itself. Which
    server lets a person in answers `find_sign_in`.
    """

    client_id: str
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AuthorizationServer:
    """A server that lets people in, by its own description (RFC 8414). `account_id`: whose sign-in it must be."""

    issuer: str
    pushed_url: str
    authorize_url: str
    token_url: str
    revoke_url: str = ""
    login_hint: str = ""
    account_id: str = ""


@dataclass(frozen=True, slots=True)
class AppPassword:
    """The person pastes a password made for us alone (Bluesky). `how_to` is the network's own guide."""

    how_to: str


@dataclass(frozen=True, slots=True)
class NoSignIn:
    """Nothing to connect to: the practice network."""


class NoSuchServer(ValueError):
    """What the person typed names no server we may call; the text is a sentence for them."""


SignIn = OAuth | PushedOAuth | AppPassword | NoSignIn


class Network(ABC):
    """One social network. Everything particular to it stands in its own file.

    No method runs inside a transaction: all but `problems` and `length` call the network through
    `integrations.http`.
    """

    key: ClassVar[str]
    label: ClassVar[str]
    documentation: ClassVar[str]
    # For who runs a programme, marked for translation: when it works and what it costs; what to do there beside
    # registering an app.
    opens: ClassVar[str]
    guide: ClassVar[tuple[str, ...]] = ()
    limits: Limits  # of the network as it declares them; of `at` a server, as that server does
    after_unknown: ClassVar[AfterUnknown]
    # Longer than the latest late acceptance seen there; the engine adds its lease.
    settle: ClassVar[timedelta] = timedelta(seconds=120)
    replay_for: ClassVar[timedelta | None] = None
    repeat_brings_back: ClassVar[bool] = False  # a repeat would put up again what its owner deleted meanwhile
    hosts: ClassVar[tuple[str, ...]] = ()  # where its posts and accounts stand, or below; none: on many servers
    many_servers: ClassVar[bool] = False  # the person names a server first
    registers_app: ClassVar[bool] = False  # `register_app` comes before `sign_in`, once per server
    default_server: ClassVar[str] = ""
    servers_have_limits: ClassVar[bool] = False  # `limits_of` asks a server for its own
    there: ServerLimits | None = None  # the server that this value speaks of, where it was asked (`at`)
    can_remove: ClassVar[bool] = True
    needs_picture: ClassVar[bool] = False  # takes no words alone
    prepares_every_post: ClassVar[bool] = False  # `upload` comes before each send, with pictures or without
    shows_link_card: ClassVar[bool] = True  # draws the card we send; others draw their own from the page
    visibilities: ClassVar[tuple[str, ...]] = ("public",)
    native_labels: ClassVar[tuple[str, ...]] = ()
    takes_warning: ClassVar[bool] = False  # folds a post behind a line of its author's
    fold: ClassVar[Fold] = UNKNOWN_FOLD
    posts_publicly: ClassVar[bool] = True  # false on the practice network alone
    not_offered: ClassVar[Mapping[Ability, str]] = {}  # to apps of this kind, and the page that says so
    # What became of a post: which of `Figures` the network gives, how many posts a question takes, and the page that
    # says so. `figures_need`, marked for translation, is what stands in the way until an operator switched them on.
    figures_of: ClassVar[frozenset[str]] = frozenset()
    figures_batch: ClassVar[int] = 1
    figures_page: ClassVar[str] = ""
    figures_need: ClassVar[str] = ""
    shows_replies: ClassVar[bool] = False
    gives_followers: ClassVar[bool] = False  # of the account itself, whatever it posted
    may_rank: ClassVar[bool] = True  # may its figures order people?
    keep_figures_for: ClassVar[timedelta] = timedelta(days=365)
    usual_hours: ClassVar[tuple[int, ...]] = (8, 12, 17)  # good local hours when a person has no history
    required_scopes: ClassVar[frozenset[str]] = frozenset()
    # What our app may do there, and which permissions a deed needs beyond `required_scopes`: asked for when a person
    # first wants the deed, and not before.
    deeds: ClassVar[frozenset[Deed]] = frozenset({Deed.POST})
    deed_scopes: ClassVar[Mapping[Deed, frozenset[str]]] = {}
    repost_takes_words: ClassVar[bool] = False
    price_page: ClassVar[str] = ""

    @abstractmethod
    def sign_in(self, server: str = "") -> SignIn:
        """How a person connects. May call the server (an app registered per host)."""

    def other_sign_in(self, server: str = "") -> SignIn | None:
        """A second way to connect, offered under the first."""
        return None

    def find_sign_in(self, server: str) -> AuthorizationServer | NotConnected | TryLater:
        """Which server lets a person of that server in, where `sign_in` answers `PushedOAuth`."""
        raise NotImplementedError(f"{self.label} is one server.")

    def home_of(self, account_id: str, issuer: str) -> str | NotConnected | TryLater:
        """The server that keeps the account, if that issuer may speak for it; where `sign_in` is `PushedOAuth`."""
        raise NotImplementedError(f"{self.label} is one server.")

    def server_address(self, typed: str) -> str:
        """The server a person means; raises `NoSuchServer` with a sentence."""
        return self.default_server

    def limits_of(self, server: str) -> ServerLimits | TryLater:
        """What that server says it takes, where `servers_have_limits` says so. One question, in nobody's name."""
        raise NotImplementedError(f"{self.label} is one server.")

    def at(self, there: ServerLimits | None) -> Self:
        """This network as one of its servers limits posts: whoever counts, shows or checks a post asks that one."""
        if there is None or not self.servers_have_limits:
            return self
        one = copy(self)
        one.there, one.limits = there, limits_there(self.limits, there)
        return one

    @property
    def limits_label(self) -> str:
        """Whose limits these are, in sentences about them."""
        return self.there.host if self.there else self.label

    def register_app(self, server: str, redirect_uri: str) -> AppRegistration | NotConnected | TryLater:
        """Make our app known to one server, where `registers_app` says so."""
        raise NotImplementedError(f"{self.label} needs no app per server.")

    def connect_with_app_password(
        self, server: str, identifier: str, password: Secret
    ) -> Connected | NotConnected | TryLater:
        """Exchange an app password for a grant, where `sign_in` answers `AppPassword`."""
        raise NotImplementedError(f"{self.label} takes no app password.")

    def granted(self, grant: Grant) -> frozenset[str] | NeedsReconnect | TryLater:
        """What the person left ticked. Asked once, at a sign-in: the network, where its token's answer is silent."""
        return grant.scopes

    @abstractmethod
    def profile(self, grant: Grant) -> Account | NeedsReconnect | TryLater: ...

    def accounts(self, grant: Grant) -> Sequence[Connected] | NotConnected | NeedsReconnect | TryLater:
        """Whose accounts a fresh sign-in gave us, each with the grant that is kept for it."""
        account = self.profile(grant)
        if not isinstance(account, Account):
            return account
        return (Connected(replace(grant, account_id=account.id), account),)

    @abstractmethod
    def length(self, text: str) -> int:
        """The text's length as this network counts it. Pure."""

    def post_length(self, post: Post) -> int:
        """Of everything in it that counts towards `text_limit`. Pure."""
        return self.length(post.text)

    def text_limit(self) -> int:
        """The longest text, in this network's count; an installation may set another."""
        return self.limits.text

    def text_limit_of(self, deed: Deed) -> int:
        """The longest text of that deed: a comment may be a shorter thing than a post."""
        return self.text_limit()

    def fix_identity(self, now: datetime) -> tuple[str, str]:
        """`rkey` and `created_at` for a post approved now; empty where the network names posts itself."""
        return "", ""

    def problems(self, post: Post) -> Sequence[Problem]:
        """What stands in the way of this post here. Pure; shown as the person types."""
        return common_problems(self, post)

    def target_problem(self, deed: Deed, address: str) -> Problem | None:
        """Is this the address of one of this network's posts (to follow: accounts)? Pure."""
        return None if is_web_page(address) else not_a_target(self, deed)

    def may(self, deed: Deed, grant: Grant) -> bool:
        """Does the person's grant reach that far? One that knows no scopes, such as an app password, reaches all."""
        return deed in self.deeds and (not grant.scopes or self.deed_scopes.get(deed, frozenset()) <= grant.scopes)

    def scopes_for(self, deeds: Iterable[Deed]) -> frozenset[str]:
        """What a person is asked to allow for these, beyond what posting needs."""
        return frozenset().union(*(self.deed_scopes.get(deed, frozenset()) for deed in deeds))

    def all_scopes(self, asked: Sequence[str]) -> tuple[str, ...]:
        """What our app says of itself where it makes itself known: what it asks everybody for, and may ask some."""
        return (*asked, *sorted(self.scopes_for(self.deed_scopes) - set(asked)))

    def refusal(self, post: Post, grant: Grant) -> Refused | None:
        """Asked before every call with a post, so that no deed is ever sent as a post of its words."""
        if self.may(post.deed, grant):
            return None
        return Refused(NOT_ALLOWED_YET if post.deed in self.deeds else NOT_BY_APP)

    def prices(self) -> Sequence[Price]:
        """What it takes for one post; empty where it costs nothing. `price_page` says so."""
        return ()

    def price(self, post: Post) -> Decimal:
        """What this one will cost, in US dollars. Pure."""
        return FREE

    def repeat_brings_back_of(self, deed: Deed) -> bool:
        return self.repeat_brings_back

    def must_upload(self, post: Post) -> bool:
        return self.prepares_every_post or post.deed is not Deed.POST or bool(post.files())

    def upload(self, post: Post, grant: Grant, read: ReadPicture) -> Uploaded | SurelyNotPosted:
        """Bring the pictures there, and whatever else must wait there first; look up what a deed is done to.

        Seen by nobody: it may be repeated.
        """
        return Uploaded()

    @abstractmethod
    def publish(self, post: Post, grant: Grant, attempt_key: str, uploaded: Uploaded) -> Outcome:
        """Send once: one call that can publish, no retry, no redirect."""

    @abstractmethod
    def find(self, post: Post, grant: Grant, attempt_key: str, since: datetime) -> Finding:
        """Read-only: is the post of that attempt there?"""

    def became_of(self, post: Post, grant: Grant, waiting: Sequence[str], doubt: CannotTell) -> Finding:
        """Read-only: what `upload` left waiting for these sends, was it published? Asked where `find` is in doubt.

        Each in the network's own words (`Uploaded.waiting`); empty for a send of which none is known.
        """
        return doubt

    def never_came(self, post: Post, grant: Grant, since: datetime) -> Absent | CannotTell:
        """It is not there: was it never, or did its owner delete it? Asked where a repeat would bring it back."""
        return Absent()

    @abstractmethod
    def remove(self, external_id: str, grant: Grant) -> Removal: ...

    def figures(self, posts: Sequence[str], grant: Grant) -> FiguresRead | NeedsReconnect | TryLater:
        """What became of these posts, at most `figures_batch` of one account; where `figures_of` names any."""
        raise NotImplementedError(f"{self.label} gives no figures.")

    def followers(self, grant: Grant) -> Followers | NeedsReconnect | TryLater:
        """How many follow the account, where `gives_followers` says so. One question."""
        raise NotImplementedError(f"{self.label} counts no followers for us.")

    def replies(self, external_id: str, grant: Grant) -> Replies | NeedsReconnect | TryLater:
        """What people answered under a post, where `shows_replies` says so."""
        raise NotImplementedError(f"{self.label} shows no replies.")

    @abstractmethod
    def refresh(self, grant: Grant) -> Refresh: ...

    @abstractmethod
    def revoke(self, grant: Grant) -> Revocation: ...


def common_problems(network: Network, post: Post) -> list[Problem]:
    """The checks every network shares, from its declared limits."""
    problems = _deed_problems(network, post)
    if post.deed in NEED_WORDS and not post.text.strip() and not post.media:
        problems.append(Problem("empty", gettext("There is nothing to post yet.")))
    if network.needs_picture and post.deed is Deed.POST and not post.media:
        sentence = gettext("%(network)s takes no post without a picture. Add one, or choose another network.")
        problems.append(Problem("needs_picture", sentence % {"network": network.label}))
    over = network.post_length(post) - network.text_limit_of(post.deed)
    if over > 0:
        problems.append(too_long(network, over))
    if post.visibility not in network.visibilities:
        problems.append(
            Problem(
                "visibility", gettext("%(network)s cannot show a post to that audience.") % {"network": network.label}
            )
        )
    if post.warning and not network.takes_warning:
        sentence = gettext("%(network)s knows no warning before a post. Take it away, or say it in the words.")
        problems.append(Problem("warning", sentence % {"network": network.label}))
    if network.there is not None:
        problems += pixel_problems(network.there, post.media)
    return problems + media_problems(network.limits_label, network.limits, post.media)


def _deed_problems(network: Network, post: Post) -> list[Problem]:
    if post.deed is Deed.POST:
        return []
    target = network.target_problem(post.deed, post.target)
    problems = [target] if target else []
    if post.deed is Deed.REPOST and post.text.strip() and not network.repost_takes_words:
        sentence = gettext("%(network)s takes no words with a repost. Repost it without, or write a comment.")
        problems.append(Problem("repost_words", sentence % {"network": network.label}))
    return problems


def not_a_target(network: Network, deed: Deed) -> Problem:
    if deed is Deed.FOLLOW:
        sentence = gettext("This is not the address of an account on %(network)s.")
    else:
        sentence = gettext("This is not the address of a post on %(network)s.")
    return Problem("target", sentence % {"network": network.label})


def too_long(network: Network, over: int) -> Problem:
    if network.there is not None and network.there.text is not None:
        sentence = ngettext(
            "%(server)s takes %(most)d characters; %(count)d is too many.",
            "%(server)s takes %(most)d characters; %(count)d are too many.",
            over,
        )
        names = {"server": network.there.host, "most": network.there.text, "count": over}
        return Problem("too_long", sentence % names)
    sentence = ngettext(
        "%(count)d character too long for %(network)s.", "%(count)d characters too long for %(network)s.", over
    )
    return Problem("too_long", sentence % {"count": over, "network": network.label})
