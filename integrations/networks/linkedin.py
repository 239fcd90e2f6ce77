"""LinkedIn: posts of a member, through the self-serve products "Sign In" and "Share on LinkedIn".

Owns LinkedIn's addresses and its little-text; files stand in `linkedin_media.py`. Own posts cannot be read
back with self-serve scopes, so a lost answer is for the person to settle. Access lasts 60 days without refresh.
Facts: learn.microsoft.com/en-us/linkedin (Posts API), read in autumn 2026.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, unquote

from django.utils.translation import gettext, gettext_noop

from integrations.network_settings import NetworkSettings, declare, network_settings
from integrations.networks import linkedin_deeds
from integrations.networks.base import (
    Ability,
    Account,
    AfterUnknown,
    AnimationLimits,
    CannotTell,
    Deed,
    Document,
    DocumentLimits,
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
    Problem,
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
    Video,
    VideoLimits,
    not_a_target,
)
from integrations.networks.figures import counted, rows_of
from integrations.networks.linkedin_answers import KEY, SIGNED_OUT, headers, permalink, surely_not, token
from integrations.networks.linkedin_media import forget_documents, upload_one
from integrations.networks.replies import (
    BUSY,
    SOON,
    UNCLEAR,
    repeatable,
    send_once,
    slow_down,
    upload_each,
    web_address,
)
from integrations.networks.web_pages import path_at

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
        comment_limit=1_250,  # said by tools that comment there (two of them, 2026), on no page of LinkedIn's
        figures=False,  # with it, NETWORK_LINKEDIN_SCOPES must ask for `ANALYTICS` as well
    )
)
COMMUNITY = "https://learn.microsoft.com/en-us/linkedin/marketing/community-management/community-management-overview"
BY_HAND = "https://www.linkedin.com/psettings/permitted-services"
ANALYTICS = "r_member_postAnalytics"  # of the Community Management API, which LinkedIn grants after a review
QUERIES = {"likes": "REACTION", "comments": "COMMENT", "reposts": "RESHARE", "views": "IMPRESSION"}
FEED_PAGE = re.compile(r"/(?:embed/)?feed/update/urn:li:(share|ugcPost|activity):(\d+)/?")
POSTS_PAGE = re.compile(r"/posts/[^/]*-(share|ugcPost|activity)-(\d+)-[\w-]+/?")
POST_URN = re.compile(r"urn:li:(share|ugcPost):\d+")
VISIBILITY = {"public": "PUBLIC", "connections": "CONNECTIONS", "logged_in": "LOGGED_IN"}
RESERVED = re.compile(r"[|{}@\[\]()<>#*_~\\]")
# A hashtag keeps its bare #; inside a word or an address the sign is only a sign.
HASHTAG = re.compile(r"(?<![\w/&?=.#\\-])#(?=[^\W_])")

DUPLICATE = gettext_noop("LinkedIn says that a post with this text already exists. Please look whether it is there.")
NO_SUCH_POST = gettext_noop("This address does not say which post of LinkedIn's it is. Please do it by hand.")
NAMES_AN_ACTIVITY = gettext_noop(
    "LinkedIn takes no repost of this address from an app. Under “Embed this post” there stands one with “share” or"
    " “ugcPost” in it; that one it takes. Or repost it by hand."
)
NO_READING = gettext_noop("LinkedIn lets no app look whether a member's post is there.")
EXPIRES = gettext_noop("LinkedIn connections last 60 days. Connect the account again.")
TAKE_BACK = gettext_noop("You can also remove our access on LinkedIn's own page.")


def little_text(text: str) -> str:
    """Escaped as LinkedIn's commentary wants it: an unescaped reserved character silently cuts the post there."""
    tags = {match.start() for match in HASHTAG.finditer(text)}
    return RESERVED.sub(lambda match: match[0] if match.start() in tags else "\\" + match[0], text)


def post_urn_in(address: str) -> str:
    """What LinkedIn calls a post, from its address; empty where the address does not say it.

    The addresses that people copy most, /posts/…-activity-… and /feed/update/urn:li:activity:…, name an activity, and
    the API reposts none: which post that is can be read by nobody without LinkedIn's review.
    """
    path = unquote(path_at(address, home=network_settings(KEY).web_url, hosts=HOSTS) or "")
    match = FEED_PAGE.fullmatch(path) or POSTS_PAGE.fullmatch(path)
    return f"urn:li:{match[1]}:{match[2]}" if match else ""


HOSTS = ("linkedin.com",)
REVIEWED_DEEDS = frozenset({Deed.COMMENT, Deed.LIKE})


class LinkedIn(Network):
    key = KEY
    label = "LinkedIn"
    hosts = HOSTS
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
        alt_text=4_000,
        animation=AnimationLimits(bytes=10_000_000, alt_text=4_000),
        video=VideoLimits(bytes=500_000_000, seconds=1_800, least_seconds=3),
        document=DocumentLimits(bytes=100_000_000, pages=300),
    )
    deed_scopes = {deed: frozenset({linkedin_deeds.SCOPE}) for deed in REVIEWED_DEEDS}
    repost_takes_words = True
    after_unknown = AfterUnknown.OPAQUE
    # Reading a member's posts (r_member_social) is closed to new apps. Comments and reactions (w_member_social_feed)
    # are of the Community Management API, for companies that LinkedIn reviewed.
    not_offered = {
        Ability.SETTLE: "https://learn.microsoft.com/en-us/linkedin/shared/authentication/getting-access",
        Ability.COMMENT: COMMUNITY,
        Ability.LIKE: COMMUNITY,
    }
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

    @property
    def deeds(self) -> frozenset[Deed]:  # type: ignore[override]  # an installation's app may have passed the review
        own = frozenset({Deed.POST, Deed.REPOST})
        return own | REVIEWED_DEEDS if network_settings(KEY).reviewed else own

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
        reply = repeatable("GET", f"{network_settings(KEY).api_url}/v2/userinfo", headers=token(grant))
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

    def text_limit_of(self, deed: Deed) -> int:
        return network_settings(KEY).comment_limit if deed is Deed.COMMENT else self.text_limit()

    def target_problem(self, deed: Deed, address: str) -> Problem | None:
        """LinkedIn's own “Embed this post” names the post where “Copy link” names an activity."""
        urn = post_urn_in(address)
        if not urn:
            return not_a_target(self, deed)
        if deed is not Deed.REPOST or POST_URN.fullmatch(urn):
            return None
        return Problem("target", gettext(NAMES_AN_ACTIVITY))

    def upload(self, post: Post, grant: Grant, read: ReadPicture) -> Uploaded | SurelyNotPosted:
        if post.deed is not Deed.POST:
            urn = post_urn_in(post.target)
            known = POST_URN if post.deed is Deed.REPOST else linkedin_deeds.TARGET_URN
            return Uploaded(target=urn) if known.fullmatch(urn) else Refused(NO_SUCH_POST)
        return upload_each(post.files(), lambda file: upload_one(file, post, grant, read))

    def publish(self, post: Post, grant: Grant, attempt_key: str, uploaded: Uploaded) -> Outcome:
        if post.deed in REVIEWED_DEEDS and uploaded.target:
            return linkedin_deeds.done(post, grant, uploaded.target)
        if post.deed is not Deed.POST and not POST_URN.fullmatch(uploaded.target):
            return Refused(NO_SUCH_POST)
        url = f"{network_settings(KEY).api_url}/rest/posts"
        reply = send_once("POST", url, json=_body(post, uploaded), headers=headers(grant))
        if isinstance(reply, TryLater | Unknown):
            return reply
        urn = reply.headers.get("x-restli-id", "")
        if reply.status == 201 and POST_URN.fullmatch(urn):
            return Published(urn, permalink(urn))
        if reply.status == 422 and reply.document().get("code") == "DUPLICATE_POST":
            return Unknown(DUPLICATE)  # evidence of an earlier success, or of a deleted post: no proof
        answer = surely_not(reply)
        if isinstance(answer, Refused):
            forget_documents(post, grant)
        return answer or Unknown(UNCLEAR)

    def find(self, post: Post, grant: Grant, attempt_key: str, since: datetime) -> Finding:
        return CannotTell(NO_READING)

    def remove(self, external_id: str, grant: Grant) -> Removal:
        url = f"{network_settings(KEY).api_url}/rest/posts/{quote(external_id, safe='')}"
        undone = linkedin_deeds.undone(external_id, grant)
        reply = send_once("DELETE", url, headers=headers(grant)) if undone is None else undone
        if isinstance(reply, TryLater | Unknown):
            return reply
        if reply.status in (200, 204) or (reply.status == 404 and reply.document().get("code") == "NOT_FOUND"):
            return Removed()
        match surely_not(reply):
            case NeedsReconnect() | TryLater() as answer:
                return answer
            case Refused(reason):
                return StillThere(reason, by_hand=permalink(external_id))
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


def _statistic(urn: str, query: str, grant: Grant) -> int | None | NeedsReconnect | TryLater:
    """None: LinkedIn gives this figure to nobody for this post."""
    kind = "ugc" if urn.startswith("urn:li:ugcPost:") else "share"
    asked = f"q=entity&entity=({kind}:{quote(urn, safe='')})&queryType={query}&aggregation=TOTAL"
    url = f"{network_settings(KEY).api_url}/rest/memberCreatorPostAnalytics?{asked}"
    reply = repeatable("GET", url, headers=headers(grant))
    if isinstance(reply, TryLater):
        return reply
    if reply.status == 200:
        return next((counted(row, "count") for row in rows_of(reply.document(), "elements")), None)
    if reply.status in (400, 403, 404):
        return None
    refused = surely_not(reply)
    return refused if isinstance(refused, NeedsReconnect | TryLater) else slow_down(reply, "", timedelta(hours=1))


def _named(file: Medium, uploaded: Uploaded) -> dict[str, str]:
    """A document is shown under its title; a video has neither title nor description here."""
    named = {"id": uploaded.ids[file.sha256]}
    if isinstance(file, Document):
        return named | {"title": file.title}
    return named if isinstance(file, Video) else named | {"altText": file.alt_text}


def _body(post: Post, uploaded: Uploaded) -> dict[str, Any]:
    body: dict[str, Any] = {
        "author": f"urn:li:person:{post.account_id}",
        "commentary": little_text(post.text),
        "visibility": VISIBILITY[post.visibility],
        "distribution": {"feedDistribution": "MAIN_FEED", "targetEntities": [], "thirdPartyDistributionChannels": []},
        "lifecycleState": "PUBLISHED",
        "isReshareDisabledByAuthor": False,
    }
    if post.deed is Deed.REPOST:
        return body | {"reshareContext": {"parent": uploaded.target}}
    files = [_named(file, uploaded) for file in post.media]
    if len(files) > 1:
        body["content"] = {"multiImage": {"images": files}}
    elif files:
        body["content"] = {"media": files[0]}
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
