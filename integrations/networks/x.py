"""X: posts through API v2 with OAuth 2.0, PKCE and rotating single-use refresh tokens.

Owns X's sign-in, its weighted count and its posts; files stand in `x_media.py`, reposts in `x_reposts.py`. X gives no
idempotency key; own posts can be read, so a lost answer is settled by looking for the tracked link.
Facts: docs.x.com, August 2026.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_noop

from integrations import http
from integrations.network_settings import NetworkSettings, declare, network_settings
from integrations.networks import x_reposts
from integrations.networks.base import (
    Ability,
    Absent,
    Account,
    AfterUnknown,
    AnimationLimits,
    CannotTell,
    Deed,
    Figures,
    FiguresRead,
    Finding,
    Grant,
    Limits,
    NeedsReconnect,
    Network,
    OAuth,
    Outcome,
    Post,
    Price,
    Problem,
    Published,
    ReadPicture,
    Refresh,
    Refreshed,
    Refused,
    Removal,
    Removed,
    Revocation,
    RevokeByHand,
    Revoked,
    Secret,
    StillThere,
    SurelyNotPosted,
    TryLater,
    Unknown,
    Uploaded,
    VideoLimits,
    not_a_target,
)
from integrations.networks.figures import counted, rows_of, total
from integrations.networks.folds import Fold
from integrations.networks.own_posts import Listed, find_among
from integrations.networks.replies import (
    SOON,
    UNAVAILABLE,
    UNCLEAR,
    lifetime,
    links_in,
    look_up,
    repeatable,
    send_once,
    slow_down,
    upload_each,
    web_address,
)
from integrations.networks.x_answers import (
    GONE,
    KEY,
    NOT_SHOWN,
    QUARTER,
    RESET,
    SIGNED_OUT,
    TOO_MANY,
    api,
    permalink,
    problem_of,
    surely_not,
    token,
)
from integrations.networks.x_media import upload_one

DEFAULTS = declare(
    NetworkSettings(
        key=KEY,
        api_url="https://api.x.com",
        authorize_url="https://x.com/i/oauth2/authorize",
        token_url="https://api.x.com/2/oauth2/token",  # noqa: S106  # an address, no password
        revoke_url="https://api.x.com/2/oauth2/revoke",
        web_url="https://x.com",
        scopes=("tweet.read", "tweet.write", "users.read", "media.write", "offline.access"),
        text_limit=280,
        figures=False,  # each post that is read costs
        # https://docs.x.com/x-api/getting-started/pricing, in force since 16 April 2026
        price=Decimal("0.015"),
        price_with_link=Decimal("0.20"),
    )
)
BY_HAND = "https://x.com/settings/connected_apps"
TWO_HOURS = timedelta(hours=2)
LABELS = ("paid_partnership", "made_with_ai")

LINK_POST = gettext_noop("A post with a link")
PLAIN_POST = gettext_noop("A post without a link")
OUR_APP = gettext_noop("X does not accept our app's own key. Your operator must look at it.")
NOT_YOURS = gettext_noop("X did not let us delete this post.")
UNCLEAR_REFRESH = gettext_noop("X did not say whether it renewed the connection.")
TAKE_BACK = gettext_noop("You can also remove our access on X's own page.")


class X(Network):
    key = KEY
    label = "X"
    # https://docs.x.com/x-api/getting-started/pricing, in force since 16 April 2026
    opens = gettext_noop(
        "At once, but paid: X takes about $0.20 for a post with a link and $0.015 for one without. A hundred posts with"
        " a link cost about $20."
    )
    guide = (
        gettext_noop("In the app's settings switch on OAuth 2.0 as a web app, with reading and writing."),
        gettext_noop("Buy credits, and set a limit for a month."),
    )
    documentation = "https://docs.x.com/x-api/posts/create-post"
    # X folds nothing but the longer posts of who pays for them.
    fold = Fold(characters=280, lines=280)
    limits = Limits(
        text=280,
        pictures=4,
        picture_types=("image/jpeg", "image/png", "image/webp"),
        animation=AnimationLimits(bytes=15_000_000),
        video=VideoLimits(bytes=512_000_000, seconds=140, takes_gifs=True),  # of accounts that pay nothing
    )
    after_unknown = AfterUnknown.LOOK_UP
    not_offered = {
        Ability.LINK_CARD: "https://docs.x.com/x-api/posts/create-post",  # X draws its own, from the page
        Ability.LIKE: "https://docs.x.com/changelog",  # to nobody below Enterprise since 20 April 2026, nor to follow
        # An answer is taken only where the post's author named the answering account, since 23 February 2026.
        Ability.COMMENT: "https://docs.x.com/x-api/posts/manage-tweets/introduction",
    }
    shows_link_card = False
    hosts = x_reposts.HOSTS
    deeds = frozenset({Deed.POST, Deed.REPOST})
    native_labels = LABELS
    figures_of = frozenset({"likes", "comments", "reposts", "views"})  # followers would be another paid question
    figures_batch = 100
    figures_page = "https://docs.x.com/x-api/fundamentals/metrics"
    # https://docs.x.com/x-api/getting-started/pricing, in force since 16 April 2026
    figures_need = gettext_noop(
        "X takes about $0.005 each time a post is looked at, so the people who run this site must switch it on."
    )
    price_page = "https://docs.x.com/x-api/getting-started/pricing"
    usual_hours = (9, 12, 17)
    required_scopes = frozenset({"tweet.read", "tweet.write", "users.read", "offline.access"})

    def sign_in(self, server: str = "") -> OAuth:
        values = network_settings(KEY)
        return OAuth(
            authorize_url=values.authorize_url,
            token_url=values.token_url,
            scopes=values.scopes,
            pkce=True,
            client_auth="basic",
            client_id=values.client_id,
            client_secret=values.client_secret,
        )

    def profile(self, grant: Grant) -> Account | NeedsReconnect | TryLater:
        fields = {"user.fields": "profile_image_url,name,username"}
        reply = repeatable("GET", api("/2/users/me"), params=fields, headers=token(grant))
        if isinstance(reply, TryLater):
            return reply
        person = reply.document().get("data")
        if reply.status == 200 and isinstance(person, dict) and person.get("id"):
            handle = str(person.get("username", ""))
            return Account(
                id=str(person["id"]),
                handle=f"@{handle}",
                name=str(person.get("name", "")),
                avatar_url=web_address(person.get("profile_image_url")),
                url=f"{network_settings(KEY).web_url}/{handle}",
            )
        return NeedsReconnect(SIGNED_OUT) if reply.status in (401, 403) else slow_down(reply, RESET, SOON, UNAVAILABLE)

    def length(self, text: str) -> int:
        # X's own published rules (v3). Emoji newer than those count a little more than they may: the safe side.
        # Its tables are read when they are wanted: they take a fifth of the time in which a program starts.
        from twitter_text import parse_tweet

        return int(parse_tweet(text).weightedLength)

    def text_limit(self) -> int:
        return network_settings(KEY).text_limit

    def prices(self) -> Sequence[Price]:
        values = network_settings(KEY)
        with_link, without = Price(LINK_POST, values.price_with_link), Price(PLAIN_POST, values.price)
        return tuple(price for price in (with_link, without) if price.dollars)

    def price(self, post: Post) -> Decimal:
        """Dear where X sees an address, also one without https:// before it, as it counts them."""
        values = network_settings(KEY)
        return values.price_with_link if post.text and _has_address(post.text) else values.price

    def target_problem(self, deed: Deed, address: str) -> Problem | None:
        problem = super().target_problem(deed, address)
        return problem or (None if x_reposts.post_id_in(address) else not_a_target(self, deed))

    def upload(self, post: Post, grant: Grant, read: ReadPicture) -> Uploaded | SurelyNotPosted:
        if post.deed is Deed.REPOST:
            return x_reposts.resolved(post, grant)
        return upload_each(post.media, lambda file: upload_one(file, grant, read))

    def publish(self, post: Post, grant: Grant, attempt_key: str, uploaded: Uploaded) -> Outcome:
        if post.deed is Deed.REPOST:
            return x_reposts.reposted(post, grant, uploaded)
        body: dict[str, Any] = {"text": post.text}
        if post.media:
            body["media"] = {"media_ids": [uploaded.ids[picture.sha256] for picture in post.media]}
        body |= {label: True for label in LABELS if label in post.labels}
        reply = send_once("POST", api("/2/tweets"), json=body, headers=token(grant))
        if isinstance(reply, TryLater | Unknown):
            return reply
        made = reply.document().get("data")
        if reply.status == 201 and isinstance(made, dict) and str(made.get("id", "")).isdigit():
            return Published(str(made["id"]), permalink(str(made["id"])))
        return surely_not(reply) or Unknown(UNCLEAR)

    def find(self, post: Post, grant: Grant, attempt_key: str, since: datetime) -> Finding:
        if post.deed is Deed.REPOST:
            return x_reposts.stands(post, grant, since)
        start = (since.astimezone(UTC) - x_reposts.SLACK).strftime("%Y-%m-%dT%H:%M:%SZ")
        fields = {"max_results": "100", "start_time": start, "tweet.fields": "entities,created_at"}
        finding = _among(post, api(f"/2/users/{post.account_id}/tweets"), fields, grant)
        if not isinstance(finding, Absent):
            return finding
        # The list may be behind: nothing was posted only where the search, which has an index of its own, says so too.
        searched = {**fields, "query": f"from:{post.account_id}"}
        return _among(post, api("/2/tweets/search/recent"), searched, grant)

    def remove(self, external_id: str, grant: Grant) -> Removal:
        is_repost = external_id.startswith(x_reposts.DONE)
        post_id = external_id.removeprefix(x_reposts.DONE)
        if is_repost:
            reply = x_reposts.undone(external_id, grant)
        else:
            reply = send_once("DELETE", api(f"/2/tweets/{post_id}"), headers=token(grant))
        if isinstance(reply, TryLater | Unknown):
            return reply
        if (reply.status == 200 and _says_gone(reply)) or (reply.status == 404 and problem_of(reply) in GONE):
            return Removed()
        match surely_not(reply):
            case NeedsReconnect() | TryLater() as answer:
                return answer
            case Refused(reason):
                return StillThere(reason, by_hand=permalink(post_id))
        return StillThere(NOT_YOURS, by_hand=permalink(post_id)) if reply.status == 403 else Unknown(UNCLEAR)

    def figures(self, posts: Sequence[str], grant: Grant) -> FiguresRead | NeedsReconnect | TryLater:
        fields = {"ids": ",".join(posts), "tweet.fields": "public_metrics"}
        reply = repeatable("GET", api("/2/tweets"), params=fields, headers=token(grant))
        if isinstance(reply, TryLater):
            return reply
        body = reply.document()
        if reply.status != 200 or not ("data" in body or "errors" in body):
            refused = surely_not(reply)
            return refused if isinstance(refused, NeedsReconnect | TryLater) else slow_down(reply, RESET, QUARTER)
        return FiguresRead(
            {str(post.get("id")): _figures(post.get("public_metrics")) for post in rows_of(body, "data")}
        )

    def refresh(self, grant: Grant) -> Refresh:
        if not grant.refresh_token:
            return NeedsReconnect(SIGNED_OUT)
        values = network_settings(KEY)
        form = {
            "grant_type": "refresh_token",
            "refresh_token": grant.refresh_token.reveal(),
            "client_id": values.client_id,
        }
        # A refresh token works once; one that comes again is said to end all that X gave. So nothing is taken for sure.
        reply = send_once("POST", values.token_url, data=form, auth=_app())
        if isinstance(reply, TryLater | Unknown):
            return reply
        new = reply.document()
        if reply.status == 200 and new.get("access_token"):
            return Refreshed(_renewed(grant, new))
        if reply.status == 400 and new.get("error") in ("invalid_request", "invalid_grant"):
            return NeedsReconnect(SIGNED_OUT)
        if reply.status >= 500 or reply.status == 200:
            return Unknown(UNCLEAR_REFRESH)
        return slow_down(reply, RESET, QUARTER, OUR_APP if reply.status in (400, 401, 403) else UNAVAILABLE)

    def revoke(self, grant: Grant) -> Revocation:
        values = network_settings(KEY)
        held = grant.refresh_token or grant.access_token
        form = {"token": held.reveal(), "client_id": values.client_id}
        reply = repeatable("POST", values.revoke_url, data=form, auth=_app())
        if isinstance(reply, TryLater):
            return reply
        if reply.status == 200:
            return Revoked()
        if reply.status == 429 or reply.status >= 500:
            return slow_down(reply, RESET, QUARTER)
        return RevokeByHand(BY_HAND, TAKE_BACK)


def _among(post: Post, url: str, fields: dict[str, str], grant: Grant) -> Finding:
    """Is it among these posts? More than one page of them is too many to be sure."""
    reply = look_up(url, params=fields, headers=token(grant))
    if isinstance(reply, CannotTell):
        return reply
    listed = reply.document()
    if reply.status != 200 or not isinstance(listed.get("meta"), dict):
        return CannotTell(NOT_SHOWN)
    found = find_among(post, [_listed(seen) for seen in listed.get("data", [])])
    return found or (CannotTell(TOO_MANY) if listed["meta"].get("next_token") else Absent())


def _says_gone(reply: http.Reply) -> bool:
    said = reply.document().get("data")
    return isinstance(said, dict) and (said.get("deleted") is True or said.get("retweeted") is False)


def _has_address(text: str) -> bool:
    from twitter_text import extract_urls  # as in `length`

    return bool(links_in(text) or extract_urls(text))


def _app() -> tuple[str, str]:
    values = network_settings(KEY)
    return values.client_id, values.client_secret.reveal() if values.client_secret else ""


def _figures(metrics: object) -> Figures:
    return Figures(
        likes=counted(metrics, "like_count"),
        comments=counted(metrics, "reply_count"),
        reposts=total(counted(metrics, "retweet_count"), counted(metrics, "quote_count")),
        views=counted(metrics, "impression_count"),
    )


def _renewed(grant: Grant, new: dict[str, Any]) -> Grant:
    """The new pair; the old refresh token is spent from here on."""
    refresh = Secret(str(new["refresh_token"])) if new.get("refresh_token") else grant.refresh_token
    scopes = frozenset(str(new["scope"]).split()) if new.get("scope") else grant.scopes
    access = Secret(str(new["access_token"]))
    expires_at = datetime.now(UTC) + (lifetime(new.get("expires_in")) or TWO_HOURS)
    return replace(grant, access_token=access, refresh_token=refresh, expires_at=expires_at, scopes=scopes)


def _listed(seen: dict[str, Any]) -> Listed:
    """X wraps every address as t.co; the entities name the originals, and one more for attached pictures."""
    text = html.unescape(str(seen.get("text", "")))
    places = seen.get("entities", {}).get("urls", [])
    for place in places:
        is_picture = "media_key" in place or "/photo/" in str(place.get("expanded_url", ""))
        text = text.replace(str(place.get("url", "")), "" if is_picture else str(place.get("expanded_url", "")))
    links = tuple(str(place.get("expanded_url", "")) for place in places)
    return Listed(str(seen["id"]), permalink(str(seen["id"])), text, links)
