"""Bluesky (AT Protocol): posts are records in the person's own repository, on the server that keeps it.

Owns both ways of connecting (its own page, or an app password), record keys, facets by byte offsets and the meaning of
the replies. The record's key and time are fixed at approval and written with putRecord, so the same bytes may be sent
again for ever. Facts: atproto.com and docs.bsky.app, August 2026.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import regex
from django.conf import settings
from django.utils.translation import gettext_noop

from integrations import http
from integrations.network_settings import NetworkSettings, declare, network_settings
from integrations.networks import bluesky_deeds
from integrations.networks.base import (
    Absent,
    Account,
    AfterUnknown,
    AppPassword,
    AuthorizationServer,
    CannotTell,
    Connected,
    Deed,
    FiguresRead,
    Finding,
    Followers,
    Found,
    Grant,
    Limits,
    NeedsReconnect,
    Network,
    NotConnected,
    Outcome,
    Post,
    Problem,
    Published,
    PushedOAuth,
    ReadPicture,
    Refresh,
    Refreshed,
    Removal,
    Removed,
    Replies,
    Revocation,
    Revoked,
    Secret,
    SurelyNotPosted,
    TryLater,
    Unknown,
    Uploaded,
    VideoLimits,
    common_problems,
    not_a_target,
    too_long,
)
from integrations.networks.bluesky_answers import CLOSED, FIVE_MINUTES, RESET, error_of, surely_not, xrpc
from integrations.networks.bluesky_figures import figures_in, replies_in
from integrations.networks.bluesky_identity import NO_SERVER, find_authorization_server, home_of
from integrations.networks.bluesky_media import upload_one
from integrations.networks.bluesky_oauth import EVERYTHING, SCOPES, SIGNED_OUT, call, renew, take_back
from integrations.networks.bluesky_records import COLLECTION, collection_of, record, tid, tid_time
from integrations.networks.bluesky_sessions import home_server, session_grant
from integrations.networks.figures import counted
from integrations.networks.folds import Fold
from integrations.networks.replies import (
    BUSY,
    NOT_PREPARED,
    SOON,
    UNAVAILABLE,
    UNCLEAR,
    bearer,
    look_up,
    repeatable,
    send_once,
    server_address,
    slow_down,
    upload_each,
    web_address,
)
from integrations.our_client import client_id_for

KEY = "bluesky"
DEFAULTS = declare(
    NetworkSettings(
        key=KEY,
        default_server="https://bsky.social",
        directory_url="https://plc.directory",
        video_url="https://video.bsky.app",
        scopes=SCOPES,
        api_url="https://public.api.bsky.app",  # the app view, which shows what is public to everybody
        web_url="https://bsky.app",
        text_limit=300,
        settle=timedelta(seconds=5),
    )
)
MOST_BYTES = 3_000

WRONG_PASSWORD = gettext_noop("Bluesky does not know this handle with this app password. Please check both.")
NEEDS_APP_PASSWORD = gettext_noop("This looks like your own password. Make an app password at Bluesky and paste that.")
MAYBE_DELETED = gettext_noop("The post is not there; it may have been there and been deleted.")
NOT_SHOWN = gettext_noop("Bluesky did not show whether the post is there.")

# What ends a session for good; `InvalidRequest` is about a call, and none of these.
SESSION_ENDS = (
    "ExpiredToken",
    "InvalidToken",
    "AuthMissing",
    "AuthenticationRequired",
    "AccountTakedown",
    "AccountDeactivated",
)


class Bluesky(Network):
    key = KEY
    label = "Bluesky"
    hosts = bluesky_deeds.HOSTS
    opens = gettext_noop("Today. It costs nothing.")
    documentation = "https://docs.bsky.app/docs/advanced-guides/posts"
    fold = Fold(characters=300, lines=25)  # its app folds by lines
    # Newer servers take 2 MB for a picture; one megabyte suits all of them.
    limits = Limits(
        text=300,
        pictures=4,
        picture_bytes=1_000_000,
        alt_text=2_000,
        # As much as the reference server takes in one piece, and as long as Bluesky's own app does.
        video=VideoLimits(bytes=50_000_000, seconds=180, alt_text=1_000, takes_gifs=True),
    )
    after_unknown = AfterUnknown.REPLAY
    settle = DEFAULTS.settle
    replay_for = None
    repeat_brings_back = True  # putRecord writes a deleted record anew, and swapRecord cannot tell the two apart
    many_servers = True
    default_server = DEFAULTS.default_server
    figures_of = frozenset({"likes", "comments", "reposts"})
    figures_batch = 25
    figures_page = "https://docs.bsky.app/docs/api/app-bsky-feed-get-posts"
    shows_replies = True
    gives_followers = True
    usual_hours = (8, 12, 20)
    deeds = frozenset(Deed)
    deed_scopes = bluesky_deeds.SCOPES
    repost_takes_words = True

    def server_address(self, typed: str) -> str:
        return server_address(typed) if typed.strip() else network_settings(KEY).default_server

    def sign_in(self, server: str = "") -> PushedOAuth | AppPassword:
        scopes = network_settings(KEY).scopes
        client_id = client_id_for(KEY, self.all_scopes(scopes))
        return PushedOAuth(client_id, scopes) if client_id else self._app_password()

    def other_sign_in(self, server: str = "") -> AppPassword | None:
        """Where a server is too old for the other way, or a person would rather have a password to take back."""
        return self._app_password() if isinstance(self.sign_in(server), PushedOAuth) else None

    def find_sign_in(self, server: str) -> AuthorizationServer | NotConnected | TryLater:
        return find_authorization_server(server)

    def home_of(self, account_id: str, issuer: str) -> str | NotConnected | TryLater:
        return home_of(account_id, issuer)

    def _app_password(self) -> AppPassword:
        return AppPassword(how_to=f"{network_settings(KEY).web_url}/settings/app-passwords")

    def connect_with_app_password(
        self, server: str, identifier: str, password: Secret
    ) -> Connected | NotConnected | TryLater:
        login = {"identifier": identifier.strip().removeprefix("@"), "password": password.reveal()}
        reply = repeatable("POST", xrpc(server, "com.atproto.server.createSession"), json=login)
        if isinstance(reply, TryLater):
            return reply
        made, error = reply.document(), error_of(reply)
        if reply.status == 200 and made.get("accessJwt") and made.get("refreshJwt") and made.get("did"):
            grant = session_grant(made, home_server(made) or server)
            account = self.profile(grant)
            return Connected(grant, account) if isinstance(account, Account) else TryLater(SOON, UNAVAILABLE)
        if reply.status == 429:
            return slow_down(reply, RESET, FIVE_MINUTES)
        if error == "AuthFactorTokenRequired":
            return NotConnected(NEEDS_APP_PASSWORD)
        if error in ("AccountTakedown", "AccountDeactivated"):
            return NotConnected(CLOSED)
        return NotConnected(WRONG_PASSWORD if error else NO_SERVER)

    def profile(self, grant: Grant) -> Account | NeedsReconnect | TryLater:
        reply = call(repeatable, "GET", xrpc(grant.server, "com.atproto.server.getSession"), grant)
        if isinstance(reply, TryLater):
            return reply
        held = reply.document()
        if reply.status != 200 or not held.get("did"):
            refused = surely_not(reply)
            return refused if isinstance(refused, NeedsReconnect | TryLater) else TryLater(SOON, UNAVAILABLE)
        did, handle = str(held["did"]), str(held.get("handle", ""))
        # Name and face are public and come from the app view, which may not know a server of one's own.
        seen = repeatable(
            "GET", xrpc(network_settings(KEY).api_url, "app.bsky.actor.getProfile"), params={"actor": did}
        )
        face = seen.document() if isinstance(seen, http.Reply) and seen.status == 200 else {}
        return Account(
            id=did,
            handle=f"@{handle}",
            name=str(face.get("displayName") or handle),
            avatar_url=web_address(face.get("avatar")),
            url=f"{_pages(grant.server)}/profile/{did}",
        )

    def length(self, text: str) -> int:
        return len(regex.findall(r"\X", text))

    def text_limit(self) -> int:
        return network_settings(KEY).text_limit

    def fix_identity(self, now: datetime) -> tuple[str, str]:
        moment = now.astimezone(UTC)
        microseconds = int(moment.timestamp()) * 1_000_000 + moment.microsecond
        created_at = moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
        return tid(microseconds, secrets.randbits(10)), created_at

    def problems(self, post: Post) -> list[Problem]:
        problems = common_problems(self, post)
        over = len(post.text.encode()) - MOST_BYTES
        if over > 0 and not any(problem.code == "too_long" for problem in problems):
            problems.append(too_long(self, over))
        return problems

    def target_problem(self, deed: Deed, address: str) -> Problem | None:
        problem = super().target_problem(deed, address)
        return problem or (None if bluesky_deeds.is_page_of(deed, address) else not_a_target(self, deed))

    def may(self, deed: Deed, grant: Grant) -> bool:
        return EVERYTHING in grant.scopes or super().may(deed, grant)

    def all_scopes(self, asked: Sequence[str]) -> tuple[str, ...]:
        return tuple(asked) if EVERYTHING in asked else super().all_scopes(asked)

    def upload(self, post: Post, grant: Grant, read: ReadPicture) -> Uploaded | SurelyNotPosted:
        uploaded = upload_each(post.files(), lambda file: upload_one(file, grant, read))
        if post.deed is Deed.POST or not isinstance(uploaded, Uploaded):
            return uploaded
        target = bluesky_deeds.resolved(post, grant)
        return replace(uploaded, target=target) if isinstance(target, str) else target

    def publish(self, post: Post, grant: Grant, attempt_key: str, uploaded: Uploaded) -> Outcome:
        if post.deed is not Deed.POST and not uploaded.target:
            return TryLater(SOON, NOT_PREPARED)
        body = _place(post) | {"record": record(post, uploaded)}
        reply = call(send_once, "POST", xrpc(grant.server, "com.atproto.repo.putRecord"), grant, json=body)
        if isinstance(reply, TryLater | Unknown):
            return reply
        uri = str(reply.document().get("uri", ""))
        if reply.status == 200 and uri == _uri(post):
            return Published(uri, _page(post, grant))
        return surely_not(reply) or Unknown(UNCLEAR)

    def find(self, post: Post, grant: Grant, attempt_key: str, since: datetime) -> Finding:
        reply = look_up(xrpc(grant.server, "com.atproto.repo.getRecord"), params=_place(post))
        if isinstance(reply, CannotTell):
            return reply
        if reply.status == 200 and reply.document().get("uri") == _uri(post):
            return Found(_uri(post), _page(post, grant))
        return Absent() if reply.status == 400 and error_of(reply) == "RecordNotFound" else CannotTell(NOT_SHOWN)

    def never_came(self, post: Post, grant: Grant, since: datetime) -> Absent | CannotTell:
        """The repository's last commit carries its time: where nothing was written since, nothing was deleted."""
        url = xrpc(grant.server, "com.atproto.sync.getLatestCommit")
        reply = look_up(url, params={"did": post.account_id})
        if isinstance(reply, CannotTell):
            return reply
        written = tid_time(str(reply.document().get("rev", ""))) if reply.status == 200 else None
        if written is None:
            return CannotTell(NOT_SHOWN)
        return Absent() if written < since else CannotTell(MAYBE_DELETED, for_good=True)

    def remove(self, external_id: str, grant: Grant) -> Removal:
        repo, collection, rkey = external_id.removeprefix("at://").split("/")
        body = {"repo": repo, "collection": collection, "rkey": rkey}
        reply = call(send_once, "POST", xrpc(grant.server, "com.atproto.repo.deleteRecord"), grant, json=body)
        if isinstance(reply, TryLater | Unknown):
            return reply
        if reply.status == 200:  # also when it was gone already
            return Removed()
        answer = surely_not(reply)
        return answer if isinstance(answer, NeedsReconnect | TryLater) else Unknown(UNCLEAR)

    def figures(self, posts: Sequence[str], grant: Grant) -> FiguresRead | NeedsReconnect | TryLater:
        """Asked without the grant: the numbers are public."""
        url = xrpc(network_settings(KEY).api_url, "app.bsky.feed.getPosts")
        reply = repeatable("GET", url, params={"uris": list(posts)})
        if isinstance(reply, TryLater):
            return reply
        if reply.status != 200:
            return slow_down(reply, RESET, FIVE_MINUTES)
        return figures_in(reply.document(), posts) or TryLater(FIVE_MINUTES, UNAVAILABLE)

    def followers(self, grant: Grant) -> Followers | NeedsReconnect | TryLater:
        """Public, as the figures are."""
        url = xrpc(network_settings(KEY).api_url, "app.bsky.actor.getProfile")
        reply = repeatable("GET", url, params={"actor": grant.account_id})
        if isinstance(reply, TryLater):
            return reply
        if reply.status != 200:
            return slow_down(reply, RESET, FIVE_MINUTES)
        return Followers(counted(reply.document(), "followersCount"))

    def replies(self, external_id: str, grant: Grant) -> Replies | NeedsReconnect | TryLater:
        url = xrpc(network_settings(KEY).api_url, "app.bsky.feed.getPostThread")
        reply = repeatable("GET", url, params={"uri": external_id, "depth": "6", "parentHeight": "0"})
        if isinstance(reply, TryLater):
            return reply
        if reply.status == 400 and error_of(reply) == "NotFound":
            return Replies()
        return replies_in(reply.document()) if reply.status == 200 else slow_down(reply, RESET, FIVE_MINUTES)

    def refresh(self, grant: Grant) -> Refresh:
        if grant.proof_key:
            return renew(grant)
        if not grant.refresh_token:
            return NeedsReconnect(SIGNED_OUT)
        url = xrpc(grant.server, "com.atproto.server.refreshSession")
        # Safe to repeat: for two hours a spent refresh token answers with the one it became, so that a lost answer
        # costs nothing (account-manager.ts of the reference server, `rotateRefreshToken`).
        reply = repeatable("POST", url, headers=bearer(grant.refresh_token.reveal()))
        if isinstance(reply, TryLater):
            return reply
        made = reply.document()
        if reply.status == 200 and made.get("accessJwt") and made.get("refreshJwt"):
            return Refreshed(session_grant({"did": grant.account_id, **made}, grant.server))
        if reply.status in (400, 401) and error_of(reply) in SESSION_ENDS:
            return NeedsReconnect(SIGNED_OUT)
        return slow_down(reply, RESET, FIVE_MINUTES, BUSY if reply.status == 429 else UNAVAILABLE)

    def revoke(self, grant: Grant) -> Revocation:
        if grant.proof_key:
            return take_back(grant)
        held = grant.refresh_token or grant.access_token
        url = xrpc(grant.server, "com.atproto.server.deleteSession")
        reply = repeatable("POST", url, headers=bearer(held.reveal()))
        if isinstance(reply, TryLater):
            return reply
        gone = reply.status in (400, 401) and error_of(reply) in ("ExpiredToken", "InvalidToken")
        return Revoked() if reply.status == 200 or gone else slow_down(reply, RESET, FIVE_MINUTES, UNAVAILABLE)


def _place(post: Post) -> dict[str, Any]:
    return {"repo": post.account_id, "collection": collection_of(post), "rkey": post.rkey}


def _uri(post: Post) -> str:
    return f"at://{post.account_id}/{collection_of(post)}/{post.rkey}"


def _pages(server: str) -> str:
    """Where people read: the sandbox shows its own posts, every real server's are shown by Bluesky's app."""
    at_sandbox = settings.SANDBOX_URL and server.startswith(settings.SANDBOX_URL)
    return network_settings(KEY).web_url if at_sandbox or not settings.SANDBOX_URL else DEFAULTS.web_url


def _page(post: Post, grant: Grant) -> str:
    """Where it shows: a like, a bare repost and a follow at what they are done to."""
    if collection_of(post) != COLLECTION:
        return post.target
    return f"{_pages(grant.server)}/profile/{post.account_id}/post/{post.rkey}"
