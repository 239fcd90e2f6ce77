"""LinkedIn: posts of a member, through the self-serve products "Sign In" and "Share on LinkedIn".

Owns LinkedIn's addresses, its little-text, its media upload and the meaning of its replies. Own posts cannot be read
back with self-serve scopes, so a lost answer is for the person to settle. Access lasts 60 days without refresh.
Facts: learn.microsoft.com/en-us/linkedin (Posts API), read in autumn 2026.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit

from django.utils.translation import gettext_noop

from integrations import http
from integrations.network_settings import NetworkSettings, declare, network_settings
from integrations.networks.base import (
    Ability,
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
    Published,
    ReadPicture,
    Refresh,
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
from integrations.networks.figures import counted, rows_of
from integrations.networks.replies import (
    BUSY,
    SOON,
    UNCLEAR,
    bearer,
    repeatable,
    send_once,
    slow_down,
    upload_each,
    web_address,
)

KEY = "linkedin"
DEFAULTS = declare(
    NetworkSettings(
        key=KEY,
        api_url="https://api.linkedin.com",
        authorize_url="https://www.linkedin.com/oauth/v2/authorization",
        token_url="https://www.linkedin.com/oauth/v2/accessToken",  # noqa: S106  # an address, no password
        revoke_url="https://www.linkedin.com/oauth/v2/revoke",
        web_url="https://www.linkedin.com",
        version="202609",
        scopes=("openid", "profile", "w_member_social"),
        text_limit=3_000,
        figures=False,  # with it, NETWORK_LINKEDIN_SCOPES must ask for `ANALYTICS` as well
    )
)
BY_HAND = "https://www.linkedin.com/psettings/permitted-services"
ANALYTICS = "r_member_postAnalytics"  # of the Community Management API, which LinkedIn grants after a review
QUERIES = {"likes": "REACTION", "comments": "COMMENT", "reposts": "RESHARE", "views": "IMPRESSION"}
POST_URN = re.compile(r"urn:li:(share|ugcPost):\d+")
VISIBILITY = {"public": "PUBLIC", "connections": "CONNECTIONS", "logged_in": "LOGGED_IN"}
RESERVED = re.compile(r"[|{}@\[\]()<>#*_~\\]")
# A hashtag keeps its bare #; inside a word or an address the sign is only a sign.
HASHTAG = re.compile(r"(?<![\w/&?=.#\\-])#(?=[^\W_])")

SIGNED_OUT = gettext_noop("LinkedIn no longer accepts the connection. Connect the account again.")
NOT_PERMITTED = gettext_noop("LinkedIn says that this connection may not post. Connect the account again.")
RESTRICTED = gettext_noop("LinkedIn has restricted this account. Look at your account there.")
DUPLICATE = gettext_noop("LinkedIn says that a post with this text already exists. Please look whether it is there.")
TOO_LONG = gettext_noop("LinkedIn says that the text is too long.")
PICTURE_WAITING = gettext_noop("LinkedIn is still working on the picture.")
PICTURE_BROKEN = gettext_noop("LinkedIn could not read the picture.")
OLD_VERSION = gettext_noop("LinkedIn no longer takes posts in the form we send. Your operator must update the version.")
NO_READING = gettext_noop("LinkedIn lets no app look whether a member's post is there.")
EXPIRES = gettext_noop("LinkedIn connections last 60 days. Connect the account again.")
TAKE_BACK = gettext_noop("You can also remove our access on LinkedIn's own page.")

# Only what is documented by status and code; everything else stays unknown.
SURELY_NOT: dict[tuple[int, str | int], SurelyNotPosted] = {
    (401, 65600): NeedsReconnect(SIGNED_OUT),
    (401, 65601): NeedsReconnect(SIGNED_OUT),
    (401, 65602): NeedsReconnect(SIGNED_OUT),
    (401, 65608): Refused(RESTRICTED),
    (403, 100): NeedsReconnect(NOT_PERMITTED),
    (403, "ACCESS_DENIED"): NeedsReconnect(NOT_PERMITTED),
    (400, "FIELD_LENGTH_TOO_LONG"): Refused(TOO_LONG),
    (400, "MEDIA_ASSET_WAITING_UPLOAD"): TryLater(timedelta(seconds=30), PICTURE_WAITING),
    (400, "MEDIA_ASSET_PROCESSING_FAILED"): Refused(PICTURE_BROKEN),
    (400, "VERSION_MISSING"): TryLater(timedelta(minutes=30), OLD_VERSION, whole_app=True),
    (426, "NONEXISTENT_VERSION"): TryLater(timedelta(minutes=30), OLD_VERSION, whole_app=True),
}


def little_text(text: str) -> str:
    """Escaped as LinkedIn's commentary wants it: an unescaped reserved character silently cuts the post there."""
    tags = {match.start() for match in HASHTAG.finditer(text)}
    return RESERVED.sub(lambda match: match[0] if match.start() in tags else "\\" + match[0], text)


class LinkedIn(Network):
    key = KEY
    label = "LinkedIn"
    opens = gettext_noop("An app check by LinkedIn: some days. It costs nothing.")
    guide = (
        gettext_noop("Link the app to your company's page there; an administrator of that page confirms it."),
        gettext_noop("Add the products “Share on LinkedIn” and “Sign In with LinkedIn using OpenID Connect”."),
    )
    documentation = "https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/posts-api"
    limits = Limits(
        text=3_000,
        pictures=20,
        picture_bytes=10_000_000,
        picture_types=("image/jpeg", "image/png", "image/gif"),
        alt_text=4_000,
    )
    after_unknown = AfterUnknown.OPAQUE
    # Reading a member's posts (r_member_social) is closed to new apps.
    not_offered = {Ability.SETTLE: "https://learn.microsoft.com/en-us/linkedin/shared/authentication/getting-access"}
    visibilities = tuple(VISIBILITY)
    figures_of = frozenset(QUERIES)
    figures_batch = 5  # a question for each figure of each
    figures_page = "https://learn.microsoft.com/en-us/linkedin/marketing/community-management/members/post-statistics"
    figures_need = gettext_noop("LinkedIn shows figures only to apps that it has reviewed for them; ours is not one.")
    # LinkedIn's table of storage times lets apps keep members' social activity for two days. Whether counts of one's
    # own posts fall under that line is unverified; the short time suits both readings.
    keep_figures_for = timedelta(hours=48)
    may_rank = False  # the API terms bar figures about members from ranking them
    usual_hours = (8, 12, 17)
    required_scopes = frozenset({"w_member_social"})

    def sign_in(self, server: str = "") -> OAuth:
        values = network_settings(KEY)
        return OAuth(
            authorize_url=values.authorize_url,
            token_url=values.token_url,
            scopes=values.scopes,
            pkce=False,  # not on LinkedIn's web flow
            client_auth="body",
            client_id=values.client_id,
            client_secret=values.client_secret,
            scope_separator=",",
        )

    def profile(self, grant: Grant) -> Account | NeedsReconnect | TryLater:
        reply = repeatable("GET", f"{network_settings(KEY).api_url}/v2/userinfo", headers=_token(grant))
        if isinstance(reply, TryLater):
            return reply
        person = reply.document()
        if reply.status == 200 and person.get("sub"):
            return Account(
                id=str(person["sub"]),
                handle=str(person.get("name", "")),
                name=str(person.get("name", "")),
                avatar_url=web_address(person.get("picture")),
            )
        return NeedsReconnect(SIGNED_OUT) if reply.status in (401, 403) else TryLater(SOON, UNCLEAR)

    def length(self, text: str) -> int:
        # Whether LinkedIn counts its escapes is documented nowhere; counting them is the safe side.
        return len(little_text(text))

    def text_limit(self) -> int:
        return network_settings(KEY).text_limit

    def upload(self, post: Post, grant: Grant, read: ReadPicture) -> Uploaded | SurelyNotPosted:
        return upload_each(post.pictures(), lambda picture: _upload_one(picture, post, grant, read))

    def publish(self, post: Post, grant: Grant, attempt_key: str, uploaded: Uploaded) -> Outcome:
        url = f"{network_settings(KEY).api_url}/rest/posts"
        reply = send_once("POST", url, json=_body(post, uploaded), headers=_headers(grant))
        if isinstance(reply, TryLater | Unknown):
            return reply
        urn = reply.headers.get("x-restli-id", "")
        if reply.status == 201 and POST_URN.fullmatch(urn):
            return Published(urn, _permalink(urn))
        if reply.status == 422 and reply.document().get("code") == "DUPLICATE_POST":
            return Unknown(DUPLICATE)  # evidence of an earlier success, or of a deleted post: no proof
        return _surely_not(reply) or Unknown(UNCLEAR)

    def find(self, post: Post, grant: Grant, attempt_key: str, since: datetime) -> Finding:
        return CannotTell(NO_READING)

    def remove(self, external_id: str, grant: Grant) -> Removal:
        url = f"{network_settings(KEY).api_url}/rest/posts/{quote(external_id, safe='')}"
        reply = send_once("DELETE", url, headers=_headers(grant))
        if isinstance(reply, TryLater | Unknown):
            return reply
        if reply.status in (200, 204) or (reply.status == 404 and reply.document().get("code") == "NOT_FOUND"):
            return Removed()
        match _surely_not(reply):
            case NeedsReconnect() | TryLater() as answer:
                return answer
            case Refused(reason):
                return StillThere(reason, by_hand=_permalink(external_id))
        return Unknown(UNCLEAR)

    def figures(self, posts: Sequence[str], grant: Grant) -> FiguresRead | NeedsReconnect | TryLater:
        """One question a figure. A grant from before the product was granted gives none, and is good for posting."""
        if ANALYTICS not in grant.scopes:
            return FiguresRead(dict.fromkeys(posts, Figures()))
        found: dict[str, Figures] = {}
        for urn in posts:
            answers = {name: _statistic(urn, query, grant) for name, query in QUERIES.items()}
            for answer in answers.values():
                if isinstance(answer, NeedsReconnect | TryLater):
                    return answer
            found[urn] = Figures(**{name: answer for name, answer in answers.items() if isinstance(answer, int)})
        return FiguresRead(found)

    def refresh(self, grant: Grant) -> Refresh:
        return NeedsReconnect(EXPIRES)

    def revoke(self, grant: Grant) -> Revocation:
        values = network_settings(KEY)
        secret = values.client_secret.reveal() if values.client_secret else ""
        form = {"client_id": values.client_id, "client_secret": secret, "token": grant.access_token.reveal()}
        reply = repeatable("POST", values.revoke_url, data=form)
        if isinstance(reply, TryLater):
            return reply
        if reply.status == 200:
            return Revoked()
        return TryLater(SOON, BUSY) if reply.status == 429 or reply.status >= 500 else RevokeByHand(BY_HAND, TAKE_BACK)


def _token(grant: Grant) -> dict[str, str]:
    return bearer(grant.access_token.reveal())


def _headers(grant: Grant) -> dict[str, str]:
    version = network_settings(KEY).version
    return _token(grant) | {"Linkedin-Version": version, "X-Restli-Protocol-Version": "2.0.0"}


def _statistic(urn: str, query: str, grant: Grant) -> int | None | NeedsReconnect | TryLater:
    """None: LinkedIn gives this figure to nobody for this post."""
    kind = "ugc" if urn.startswith("urn:li:ugcPost:") else "share"
    asked = f"q=entity&entity=({kind}:{quote(urn, safe='')})&queryType={query}&aggregation=TOTAL"
    url = f"{network_settings(KEY).api_url}/rest/memberCreatorPostAnalytics?{asked}"
    reply = repeatable("GET", url, headers=_headers(grant))
    if isinstance(reply, TryLater):
        return reply
    if reply.status == 200:
        return next((counted(row, "count") for row in rows_of(reply.document(), "elements")), None)
    if reply.status in (400, 403, 404):
        return None
    refused = _surely_not(reply)
    return refused if isinstance(refused, NeedsReconnect | TryLater) else slow_down(reply, "", timedelta(hours=1))


def _permalink(urn: str) -> str:
    return f"{network_settings(KEY).web_url}/feed/update/{urn}/"


def _is_linkedin(url: str) -> bool:
    host = urlsplit(url).netloc
    return host == urlsplit(network_settings(KEY).api_url).netloc or (
        url.startswith("https://") and host.endswith(".linkedin.com")
    )


def _upload_one(picture: Medium, post: Post, grant: Grant, read: ReadPicture) -> str | SurelyNotPosted:
    url = f"{network_settings(KEY).api_url}/rest/images"
    wanted = {"initializeUploadRequest": {"owner": f"urn:li:person:{post.account_id}"}}
    reply = repeatable("POST", url, params={"action": "initializeUpload"}, json=wanted, headers=_headers(grant))
    if isinstance(reply, TryLater):
        return reply
    value = reply.document().get("value")
    if reply.status != 200 or not isinstance(value, dict):
        return _surely_not(reply) or TryLater(SOON, UNCLEAR)
    place, urn = str(value.get("uploadUrl", "")), str(value.get("image", ""))
    if not _is_linkedin(place):
        return TryLater(SOON, UNCLEAR)  # the token goes to LinkedIn and nobody else
    headers = _token(grant) | {"Content-Type": picture.content_type}
    put = repeatable("PUT", place, data=read(picture.sha256), headers=headers)
    if isinstance(put, TryLater):
        return put
    return urn if put.status in (200, 201) else _surely_not(put) or TryLater(SOON, UNCLEAR)


def _body(post: Post, uploaded: Uploaded) -> dict[str, Any]:
    body: dict[str, Any] = {
        "author": f"urn:li:person:{post.account_id}",
        "commentary": little_text(post.text),
        "visibility": VISIBILITY[post.visibility],
        "distribution": {"feedDistribution": "MAIN_FEED", "targetEntities": [], "thirdPartyDistributionChannels": []},
        "lifecycleState": "PUBLISHED",
        "isReshareDisabledByAuthor": False,
    }
    images = [{"id": uploaded.ids[picture.sha256], "altText": picture.alt_text} for picture in post.media]
    if len(images) > 1:
        body["content"] = {"multiImage": {"images": images}}
    elif images:
        body["content"] = {"media": images[0]}
    elif post.link:
        article = {
            "source": post.link.url,
            "title": post.link.title or post.link.url,
            "description": post.link.description,
        }
        if post.link.picture:
            article["thumbnail"] = uploaded.ids[post.link.picture.sha256]
        body["content"] = {"article": article}
    return body


def _surely_not(reply: http.Reply) -> SurelyNotPosted | None:
    if reply.status == 429:
        now = datetime.now(UTC)
        midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        wait = slow_down(reply, "", midnight - now)  # quotas are per UTC day, mostly without a Retry-After
        # Only the words tell the app's quota from the member's; read wrongly, they slow us down and do nothing else.
        return replace(wait, whole_app="APPLICATION" in str(reply.document().get("message", "")))
    error = reply.document()
    for code in (error.get("serviceErrorCode"), error.get("code")):
        if isinstance(code, str | int) and (reply.status, code) in SURELY_NOT:
            return SURELY_NOT[reply.status, code]
    return None
