"""Mastodon and servers that speak its API: many servers, an app registered at each, no expiry.

Owns the counting and what a post becomes; files stand in `mastodon_media.py`, what is done to others' posts in
`mastodon_deeds.py`, what a server says of its own limits in `mastodon_servers.py`. An Idempotency-Key makes a repeat
harmless for an hour (50 minutes here); after that own posts are looked up. Facts: docs.joinmastodon.org, July 2026.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import regex
from bs4 import BeautifulSoup
from django.conf import settings
from django.utils.translation import gettext, gettext_noop

from integrations import http
from integrations.network_settings import NetworkSettings, declare, network_settings
from integrations.networks import mastodon_deeds
from integrations.networks.base import (
    Ability,
    Absent,
    Account,
    AfterUnknown,
    AnimationLimits,
    AppRegistration,
    CannotTell,
    Deed,
    Figures,
    FiguresRead,
    Finding,
    Followers,
    Found,
    Grant,
    Limits,
    NeedsReconnect,
    Network,
    NotConnected,
    OAuth,
    Outcome,
    Post,
    Problem,
    Published,
    ReadPicture,
    Refresh,
    Refreshed,
    Removal,
    Removed,
    Replies,
    Reply,
    Revocation,
    RevokeByHand,
    Revoked,
    Secret,
    ServerLimits,
    SurelyNotPosted,
    TryLater,
    Unknown,
    Uploaded,
    VideoLimits,
    not_a_target,
)
from integrations.networks.figures import counted, first_of, moment, plain_text, rows_of
from integrations.networks.mastodon_answers import (
    FIVE_MINUTES,
    KEY,
    NOT_SHOWN,
    RESET,
    SIGNED_OUT,
    surely_not,
    token,
)
from integrations.networks.mastodon_media import upload_one
from integrations.networks.mastodon_servers import ask_limits
from integrations.networks.own_posts import Listed, find_among
from integrations.networks.replies import (
    NOT_PREPARED,
    SOON,
    UNAVAILABLE,
    UNCLEAR,
    links_in,
    look_up,
    repeatable,
    send_once,
    server_address,
    slow_down,
    upload_each,
    web_address,
)

DEFAULTS = declare(
    NetworkSettings(
        key=KEY,
        default_server="https://mastodon.social",
        scopes=("read:accounts", "read:statuses", "write:statuses", "write:media"),
        text_limit=500,
        settle=timedelta(seconds=60),
    )
)
OUR_NAME = "Employee Advocacy"
CLOCKS_DIFFER = timedelta(minutes=2)  # the server's from ours
REMOTE_MENTION = regex.compile(r"(?<![\w/])@([\w.-]+)@[\w.-]*\w")
URL_COUNTS = 23  # unless the server says otherwise
PAGES, PAGE = 5, 40

NO_APP = gettext_noop("This server does not let us sign people in. Is it a Mastodon server?")
TOO_MANY = gettext_noop("There are too many recent posts to be sure.")
MAYBE_UNDONE = gettext_noop("It does not stand there; it may have, and been taken back.")
TAKE_BACK = gettext_noop("You can also remove our access on the server's own page.")


class Mastodon(Network):
    key = KEY
    label = "Mastodon"
    opens = gettext_noop("Today. It costs nothing.")
    documentation = "https://docs.joinmastodon.org/methods/statuses/#create"
    limits = Limits(
        text=500,
        pictures=4,
        picture_bytes=16_000_000,
        picture_types=("image/jpeg", "image/png", "image/webp"),
        alt_text=1_500,
        # By its own defaults since 4.2 (media_attachment.rb); it has no limit in seconds, the hour is ours. A GIF may
        # have fewer pixels than a picture (GIF_MATRIX_LIMIT in attachmentable.rb), which servers do not tell.
        animation=AnimationLimits(bytes=16_000_000, alt_text=1_500, pixels=1_280 * 720),
        video=VideoLimits(bytes=99_000_000, seconds=3_600, alt_text=1_500, takes_gifs=True),
    )
    after_unknown = AfterUnknown.REPLAY
    settle = DEFAULTS.settle
    replay_for = timedelta(minutes=50)
    many_servers = True
    registers_app = True
    default_server = DEFAULTS.default_server
    servers_have_limits = True
    visibilities = ("public", "unlisted", "private")
    takes_warning = True
    not_offered = {Ability.LINK_CARD: documentation}
    shows_link_card = False  # the server draws its own from the page
    figures_of = frozenset({"likes", "comments", "reposts", "followers"})
    figures_batch = 10  # one question each: asking for several at once is newer than many servers
    figures_page = "https://docs.joinmastodon.org/entities/Status/"
    shows_replies = True
    gives_followers = True
    usual_hours = (8, 12, 18)
    required_scopes = frozenset({"write:statuses", "read:accounts", "read:statuses"})
    deeds = frozenset(Deed)
    deed_scopes = mastodon_deeds.SCOPES

    def server_address(self, typed: str) -> str:
        return server_address(typed) if typed.strip() else network_settings(KEY).default_server

    def limits_of(self, server: str) -> ServerLimits | TryLater:
        return ask_limits(server)

    def register_app(self, server: str, redirect_uri: str) -> AppRegistration | NotConnected | TryLater:
        wanted = {
            "client_name": OUR_NAME,
            "redirect_uris": redirect_uri,  # a list is known to Mastodon 4.3 alone, and refused by other servers
            "scopes": " ".join(self.all_scopes(network_settings(KEY).scopes)),
            "website": settings.SITE_ADDRESS,
        }
        reply = repeatable("POST", f"{server}/api/v1/apps", json=wanted)
        if isinstance(reply, TryLater):
            return reply
        app = reply.document()
        if reply.status == 200 and app.get("client_id") and app.get("client_secret"):
            return AppRegistration(server, str(app["client_id"]), Secret(str(app["client_secret"])))
        return slow_down(reply, RESET, FIVE_MINUTES) if reply.status == 429 else NotConnected(NO_APP)

    def sign_in(self, server: str = "") -> OAuth:
        """Without the app's id and secret: the caller fills in what `register_app` gave for this server."""
        server = server or network_settings(KEY).default_server
        return OAuth(
            authorize_url=f"{server}/oauth/authorize",
            token_url=f"{server}/oauth/token",
            scopes=network_settings(KEY).scopes,
            pkce=True,
            client_auth="body",
        )

    def profile(self, grant: Grant) -> Account | NeedsReconnect | TryLater:
        reply = repeatable("GET", f"{grant.server}/api/v1/accounts/verify_credentials", headers=token(grant))
        if isinstance(reply, TryLater):
            return reply
        person = reply.document()
        if reply.status == 200 and person.get("id"):
            host = grant.server.partition("://")[2].partition("/")[0]
            return Account(
                id=str(person["id"]),
                handle=f"@{person.get('username', '')}@{host}",
                name=str(person.get("display_name") or person.get("username", "")),
                avatar_url=web_address(person.get("avatar")),
                url=web_address(person.get("url")),
            )
        return NeedsReconnect(SIGNED_OUT) if reply.status in (401, 403) else slow_down(reply, RESET, SOON, UNAVAILABLE)

    def length(self, text: str) -> int:
        return len(regex.findall(r"\X", self._counted(text)))

    def post_length(self, post: Post) -> int:
        """The warning counts as it stands, its addresses whole (status_length_validator.rb)."""
        return len(regex.findall(r"\X", post.warning + self._counted(post.text)))

    def _counted(self, text: str) -> str:
        counts = (self.there.address if self.there else None) or URL_COUNTS
        for start, end, _ in reversed(links_in(text)):
            text = text[:start] + "x" * counts + text[end:]
        return str(REMOTE_MENTION.sub(r"@\1", text))

    def text_limit(self) -> int:
        return (self.there.text if self.there else None) or network_settings(KEY).text_limit

    def problems(self, post: Post) -> Sequence[Problem]:
        found = list(super().problems(post))
        if unnamed := mastodon_deeds.unnamed(post):
            found.append(unnamed)
        if post.warning and not post.text.strip():  # it would stand there as the words, and nothing behind it
            sentence = gettext("A warning needs words behind it. Write some, or take it away.")
            found.append(Problem("warning_alone", sentence))
        return found

    def target_problem(self, deed: Deed, address: str) -> Problem | None:
        problem = super().target_problem(deed, address)
        return problem or (None if mastodon_deeds.is_page_of(deed, address) else not_a_target(self, deed))

    def upload(self, post: Post, grant: Grant, read: ReadPicture) -> Uploaded | SurelyNotPosted:
        uploaded = upload_each(post.media, lambda file: upload_one(file, grant, read))
        if post.deed is Deed.POST or not isinstance(uploaded, Uploaded):
            return uploaded
        there = mastodon_deeds.resolved(post, grant)
        return replace(uploaded, target=str(there["id"])) if isinstance(there, dict) else there

    def publish(self, post: Post, grant: Grant, attempt_key: str, uploaded: Uploaded) -> Outcome:
        if post.deed is not Deed.POST and not uploaded.target:
            return TryLater(SOON, NOT_PREPARED)
        if post.deed in mastodon_deeds.DOING:
            return mastodon_deeds.done(post, grant, uploaded.target)
        body: dict[str, Any] = {
            "status": post.text,
            "visibility": post.visibility,
            "language": post.language.partition("-")[0],
        }
        if post.warning:
            body["spoiler_text"] = post.warning  # its files are marked sensitive with it
        if post.deed is Deed.COMMENT:
            body["in_reply_to_id"] = uploaded.target
        if post.media:
            body["media_ids"] = [uploaded.ids[picture.sha256] for picture in post.media]
        headers = token(grant) | {"Idempotency-Key": attempt_key}
        reply = send_once("POST", f"{grant.server}/api/v1/statuses", json=body, headers=headers)
        if isinstance(reply, TryLater | Unknown):
            return reply
        made = reply.document()
        if reply.status == 200 and made.get("id"):
            return Published(str(made["id"]), web_address(made.get("url")) or web_address(made.get("uri")))
        return surely_not(reply) or Unknown(UNCLEAR)

    def find(self, post: Post, grant: Grant, attempt_key: str, since: datetime) -> Finding:
        """Own posts since the attempt, newest first; of a comment those that answer the same post."""
        if post.deed in mastodon_deeds.DOING:
            return mastodon_deeds.stands(post, grant)
        target = mastodon_deeds.answered_to(post, grant) if post.deed is Deed.COMMENT else ""
        if isinstance(target, CannotTell):
            return target
        url = f"{grant.server}/api/v1/accounts/{post.account_id}/statuses"
        fields = {"limit": str(PAGE), "exclude_reblogs": "true"}
        earliest, doubt = since - CLOCKS_DIFFER, None
        for _ in range(PAGES):
            reply = look_up(url, params=fields, headers=token(grant))
            if isinstance(reply, CannotTell):
                return reply
            page = _page(reply)
            if page is None:
                return CannotTell(NOT_SHOWN)
            ours = [one for one in page if not target or str(one.get("in_reply_to_id") or "") == target]
            found = find_among(post, [_listed(status, earliest) for status in ours])
            if isinstance(found, Found):
                return found
            doubt = found or doubt
            if not page or _made_at(page[-1]) < earliest:
                return doubt or Absent()
            fields["max_id"] = str(page[-1]["id"])
        return CannotTell(TOO_MANY)

    def repeat_brings_back_of(self, deed: Deed) -> bool:
        """No key stands with these: a repeat would do again what the person took back meanwhile."""
        return deed in mastodon_deeds.DOING

    def never_came(self, post: Post, grant: Grant, since: datetime) -> Absent | CannotTell:
        return CannotTell(MAYBE_UNDONE, for_good=True)  # the server tells of no time

    def remove(self, external_id: str, grant: Grant) -> Removal:
        if ":" in external_id:
            reply = mastodon_deeds.undone(external_id, grant)
        else:
            reply = send_once("DELETE", f"{grant.server}/api/v1/statuses/{external_id}", headers=token(grant))
        if isinstance(reply, TryLater | Unknown):
            return reply
        if reply.status == 200 or (reply.status == 404 and reply.document().get("error")):
            return Removed()
        answer = surely_not(reply)
        return answer if isinstance(answer, NeedsReconnect | TryLater) else Unknown(UNCLEAR)

    def figures(self, posts: Sequence[str], grant: Grant) -> FiguresRead | NeedsReconnect | TryLater:
        """A server counts what reached it: others may know of more."""
        found: dict[str, Figures] = {}
        for post_id in posts:
            reply = _read(grant, f"/api/v1/statuses/{post_id}")
            if not isinstance(reply, http.Reply):
                return reply
            if reply.status == 200:
                status = reply.document()
                found[post_id] = Figures(
                    likes=counted(status, "favourites_count"),
                    comments=counted(status, "replies_count"),
                    reposts=counted(status, "reblogs_count"),
                    followers=counted(status.get("account"), "followers_count"),
                )
        return FiguresRead(found)

    def followers(self, grant: Grant) -> Followers | NeedsReconnect | TryLater:
        reply = _read(grant, "/api/v1/accounts/verify_credentials")
        return Followers(counted(reply.document(), "followers_count")) if isinstance(reply, http.Reply) else reply

    def replies(self, external_id: str, grant: Grant) -> Replies | NeedsReconnect | TryLater:
        reply = _read(grant, f"/api/v1/statuses/{external_id}/context")
        if not isinstance(reply, http.Reply):
            return reply
        answers = rows_of(reply.document(), "descendants")
        return first_of([_reply(status) for status in answers])

    def refresh(self, grant: Grant) -> Refresh:
        return Refreshed(grant)  # these grants do not expire

    def revoke(self, grant: Grant) -> Revocation:
        secret = grant.client_secret.reveal() if grant.client_secret else ""
        form = {"client_id": grant.client_id, "client_secret": secret, "token": grant.access_token.reveal()}
        reply = repeatable("POST", f"{grant.server}/oauth/revoke", data=form)
        if isinstance(reply, TryLater):
            return reply
        if reply.status == 200:
            return Revoked()
        if reply.status == 429 or reply.status >= 500:
            return slow_down(reply, RESET, FIVE_MINUTES)
        return RevokeByHand(f"{grant.server}/oauth/authorized_applications", TAKE_BACK)


def _read(grant: Grant, path: str) -> http.Reply | NeedsReconnect | TryLater:
    """A post, or that it is gone; whatever else is no answer about it."""
    reply = repeatable("GET", grant.server + path, headers=token(grant))
    if isinstance(reply, TryLater) or reply.status == 200 or (reply.status == 404 and reply.document().get("error")):
        return reply
    return NeedsReconnect(SIGNED_OUT) if reply.status in (401, 403) else slow_down(reply, RESET, FIVE_MINUTES)


def _reply(status: dict[str, Any]) -> Reply:
    account = status.get("account") or {}
    name = str(account.get("display_name") or account.get("acct") or "")
    return Reply(author=name, text=plain_text(status.get("content")), at=moment(status.get("created_at")))


def _page(reply: http.Reply) -> list[dict[str, Any]] | None:
    try:
        page = reply.json()
    except http.UnreadableReply:
        return None
    whole = isinstance(page, list) and all(isinstance(entry, dict) and entry.get("id") for entry in page)
    return page if reply.status == 200 and whole else None


def _made_at(status: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(str(status["created_at"]))


def _listed(status: dict[str, Any], earliest: datetime) -> Listed:
    """A status comes back as HTML, with long addresses shortened for the eye but whole in their links."""
    page = BeautifulSoup(str(status.get("content", "")), "html.parser")
    return Listed(
        external_id=str(status["id"]),
        url=web_address(status.get("url")),
        text=plain_text(status.get("content")),
        links=tuple(str(link["href"]) for link in page.find_all("a", href=True)),
        in_span=_made_at(status) >= earliest,
    )
