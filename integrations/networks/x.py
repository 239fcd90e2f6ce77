"""X: posts through API v2 with OAuth 2.0, PKCE and rotating single-use refresh tokens.

Owns X's addresses, its weighted count, its media upload and the meaning of its replies. X gives no idempotency key;
own posts can be read, so a lost answer is settled by looking for the tracked link. Facts: docs.x.com, August 2026.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_noop
from twitter_text import extract_urls, parse_tweet

from integrations import http
from integrations.network_settings import NetworkSettings, declare, network_settings
from integrations.networks.base import (
    Ability,
    Absent,
    Account,
    AfterUnknown,
    CannotTell,
    Figures,
    FiguresRead,
    Finding,
    Grant,
    Limits,
    Medium,
    NeedsReconnect,
    Network,
    OAuth,
    Outcome,
    Post,
    Price,
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
)
from integrations.networks.figures import counted, rows_of, total
from integrations.networks.folds import Fold
from integrations.networks.own_posts import Listed, find_among
from integrations.networks.replies import (
    SOON,
    UNAVAILABLE,
    UNCLEAR,
    bearer,
    file_name,
    lifetime,
    look_up,
    links_in,
    repeatable,
    send_once,
    slow_down,
    upload_each,
    web_address,
)

KEY = "x"
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
    )
        # https://docs.x.com/x-api/getting-started/pricing, in force since 16 April 2026
        price=Decimal("0.015"),
        price_with_link=Decimal("0.20"),
)
BY_HAND = "https://x.com/settings/connected_apps"
RESET = "x-rate-limit-reset"
APP_REMAINING, APP_RESET = "x-app-limit-24hour-remaining", "x-app-limit-24hour-reset"
QUARTER, TWO_HOURS = timedelta(minutes=15), timedelta(hours=2)
LABELS = ("paid_partnership", "made_with_ai")
SLACK = timedelta(minutes=2)  # between our clock and theirs

SIGNED_OUT = gettext_noop("X no longer accepts the connection. Connect the account again.")
LINK_POST = gettext_noop("A post with a link")
PLAIN_POST = gettext_noop("A post without a link")
NOT_PERMITTED = gettext_noop("X says that this connection may not post. Connect the account again.")
SUSPENDED = gettext_noop("X has suspended this account. Look at your account there.")
NOT_TAKEN = gettext_noop("X does not take this post as it is. Please change the text.")
NO_CREDIT = gettext_noop("X has stopped our app for now. Your operator must look at its plan.")
OUR_APP = gettext_noop("X does not accept our app's own key. Your operator must look at it.")
NOT_SHOWN = gettext_noop("X did not show your recent posts.")
TOO_MANY = gettext_noop("There are too many recent posts to be sure.")
NOT_YOURS = gettext_noop("X did not let us delete this post.")
UNCLEAR_REFRESH = gettext_noop("X did not say whether it renewed the connection.")
TAKE_BACK = gettext_noop("You can also remove our access on X's own page.")

# By status and the last part of the documented problem type. A 403 about:blank stays unknown: a refused text and a
# duplicate of our own earlier attempt differ in their message only.
SURELY_NOT: dict[tuple[int, str], SurelyNotPosted] = {
    (400, "invalid-request"): Refused(NOT_TAKEN),
    (403, "client-forbidden"): NeedsReconnect(NOT_PERMITTED),
    (403, "unsupported-authentication"): NeedsReconnect(NOT_PERMITTED),
    (403, "user-suspended"): Refused(SUSPENDED),
    (429, "usage-capped"): TryLater(timedelta(hours=1), NO_CREDIT, whole_app=True),
}


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
    limits = Limits(text=280, pictures=4, picture_types=("image/jpeg", "image/png", "image/webp", "image/gif"))
    # X folds nothing but the longer posts of who pays for them.
    fold = Fold(characters=280, lines=280)
    after_unknown = AfterUnknown.LOOK_UP
    not_offered = {
        Ability.LINK_CARD: "https://docs.x.com/x-api/posts/create-post",  # X draws its own, from the page
        Ability.LIKE: "https://docs.x.com/changelog",  # to nobody below Enterprise since 20 April 2026
    }
    shows_link_card = False
    native_labels = LABELS
    figures_of = frozenset({"likes", "comments", "reposts", "views"})  # followers would be another paid question
    figures_batch = 100
    figures_page = "https://docs.x.com/x-api/fundamentals/metrics"
    # https://docs.x.com/x-api/getting-started/pricing, in force since 16 April 2026
    figures_need = gettext_noop(
        "X takes about $0.005 each time a post is looked at, so the people who run this site must switch it on."
    )
    usual_hours = (9, 12, 17)
    required_scopes = frozenset({"tweet.read", "tweet.write", "users.read", "offline.access"})

    price_page = "https://docs.x.com/x-api/getting-started/pricing"
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
        reply = repeatable("GET", _api("/2/users/me"), params=fields, headers=_token(grant))
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
        return int(parse_tweet(text).weightedLength)

    def text_limit(self) -> int:
        return network_settings(KEY).text_limit

    def upload(self, post: Post, grant: Grant, read: ReadPicture) -> Uploaded | SurelyNotPosted:
        return upload_each(post.media, lambda picture: _upload_one(picture, grant, read))

    def prices(self) -> Sequence[Price]:
        values = network_settings(KEY)
        with_link, without = Price(LINK_POST, values.price_with_link), Price(PLAIN_POST, values.price)
        return tuple(price for price in (with_link, without) if price.dollars)

    def price(self, post: Post) -> Decimal:
        """Dear where X sees an address, also one without https:// before it, as it counts them."""
        values = network_settings(KEY)
        return values.price_with_link if post.text and _has_address(post.text) else values.price

    def publish(self, post: Post, grant: Grant, attempt_key: str, uploaded: Uploaded) -> Outcome:
        body: dict[str, Any] = {"text": post.text}
        if post.media:
            body["media"] = {"media_ids": [uploaded.ids[picture.sha256] for picture in post.media]}
        body |= {label: True for label in LABELS if label in post.labels}
        reply = send_once("POST", _api("/2/tweets"), json=body, headers=_token(grant))
        if isinstance(reply, TryLater | Unknown):
            return reply
        made = reply.document().get("data")
        if reply.status == 201 and isinstance(made, dict) and str(made.get("id", "")).isdigit():
            return Published(str(made["id"]), _permalink(str(made["id"])))
        return _surely_not(reply) or Unknown(UNCLEAR)

    def find(self, post: Post, grant: Grant, attempt_key: str, since: datetime) -> Finding:
        start = (since.astimezone(UTC) - SLACK).strftime("%Y-%m-%dT%H:%M:%SZ")
        fields = {"max_results": "100", "start_time": start, "tweet.fields": "entities,created_at"}
        url = _api(f"/2/users/{post.account_id}/tweets")
        reply = look_up(url, params=fields, headers=_token(grant))
        if isinstance(reply, CannotTell):
            return reply
        listed = reply.document()
        if reply.status != 200 or not isinstance(listed.get("meta"), dict):
            return CannotTell(NOT_SHOWN)
        found = find_among(post, [_listed(seen) for seen in listed.get("data", [])])
        return found or (CannotTell(TOO_MANY) if listed["meta"].get("next_token") else Absent())

    def remove(self, external_id: str, grant: Grant) -> Removal:
        reply = send_once("DELETE", _api(f"/2/tweets/{external_id}"), headers=_token(grant))
        if isinstance(reply, TryLater | Unknown):
            return reply
        gone = reply.document().get("data")
        if reply.status == 200 and isinstance(gone, dict) and gone.get("deleted") is True:
            return Removed()
        if reply.status == 404 and _problem(reply) in ("resource-not-found", "about:blank"):
            return Removed()
        match _surely_not(reply):
            case NeedsReconnect() | TryLater() as answer:
                return answer
            case Refused(reason):
                return StillThere(reason, by_hand=_permalink(external_id))
        return StillThere(NOT_YOURS, by_hand=_permalink(external_id)) if reply.status == 403 else Unknown(UNCLEAR)

    def figures(self, posts: Sequence[str], grant: Grant) -> FiguresRead | NeedsReconnect | TryLater:
        fields = {"ids": ",".join(posts), "tweet.fields": "public_metrics"}
        reply = repeatable("GET", _api("/2/tweets"), params=fields, headers=_token(grant))
        if isinstance(reply, TryLater):
            return reply
        body = reply.document()
        if reply.status != 200 or not ("data" in body or "errors" in body):
            refused = _surely_not(reply)
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


def _api(path: str) -> str:
    return network_settings(KEY).api_url + path

def _has_address(text: str) -> bool:
    return bool(links_in(text) or extract_urls(text))



def _token(grant: Grant) -> dict[str, str]:
    return bearer(grant.access_token.reveal())


def _app() -> tuple[str, str]:
    values = network_settings(KEY)
    return values.client_id, values.client_secret.reveal() if values.client_secret else ""


def _permalink(post_id: str) -> str:
    return f"{network_settings(KEY).web_url}/i/web/status/{post_id}"


def _problem(reply: http.Reply) -> str:
    """The last part of the problem's type, which X moved from one host to another."""
    return str(reply.document().get("type", "")).rpartition("/")[2]


def _surely_not(reply: http.Reply) -> SurelyNotPosted | None:
    if listed := SURELY_NOT.get((reply.status, _problem(reply))):
        return listed
    if reply.status == 401:
        return NeedsReconnect(SIGNED_OUT, may_refresh=True)
    if reply.status != 429:
        return None
    if reply.headers.get(APP_REMAINING) == "0":  # the app's own quota of a day, whoever posts
        return replace(slow_down(reply, APP_RESET, QUARTER), whole_app=True)
    return slow_down(reply, RESET, QUARTER)


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


def _upload_one(picture: Medium, grant: Grant, read: ReadPicture) -> str | SurelyNotPosted:
    category = "tweet_gif" if picture.content_type == "image/gif" else "tweet_image"
    files = {"media": (file_name(picture), read(picture.sha256), picture.content_type)}
    form = {"media_category": category, "media_type": picture.content_type}
    reply = repeatable("POST", _api("/2/media/upload"), data=form, files=files, headers=_token(grant))
    if isinstance(reply, TryLater):
        return reply
    made = reply.document().get("data")
    if reply.status not in (200, 201) or not isinstance(made, dict) or not made.get("id"):
        return _surely_not(reply) or TryLater(SOON, UNCLEAR)
    if picture.alt_text:
        told = {"id": str(made["id"]), "metadata": {"alt_text": {"text": picture.alt_text}}}
        reply = repeatable("POST", _api("/2/media/metadata"), json=told, headers=_token(grant))
        if isinstance(reply, TryLater):
            return reply
        if reply.status != 200:
            return _surely_not(reply) or TryLater(SOON, UNCLEAR)
    return str(made["id"])


def _listed(seen: dict[str, Any]) -> Listed:
    """X wraps every address as t.co; the entities name the originals, and one more for attached pictures."""
    text = html.unescape(str(seen.get("text", "")))
    places = seen.get("entities", {}).get("urls", [])
    for place in places:
        is_picture = "media_key" in place or "/photo/" in str(place.get("expanded_url", ""))
        text = text.replace(str(place.get("url", "")), "" if is_picture else str(place.get("expanded_url", "")))
    links = tuple(str(place.get("expanded_url", "")) for place in places)
    return Listed(str(seen["id"]), _permalink(str(seen["id"])), text, links)
