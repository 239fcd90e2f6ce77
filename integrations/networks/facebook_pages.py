"""Facebook Pages, for people who run one. No app may post to a personal profile since 2018.

Owns Facebook's addresses, what a Page's post is made of and the meaning of its sub-codes. The person ticks the Pages
on Facebook's own page, and each becomes an account with a token of its own. Own posts can be read, so a lost answer is
settled by looking. Facts: developers.facebook.com/docs/pages-api, 2026.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_noop

from integrations import http
from integrations.network_settings import NetworkSettings, declare, network_settings
from integrations.networks import facebook_videos, graph_api, graph_figures
from integrations.networks.base import (
    Ability,
    Absent,
    Account,
    AfterUnknown,
    Connected,
    Figures,
    FiguresRead,
    Finding,
    Followers,
    Grant,
    Limits,
    Medium,
    NeedsReconnect,
    Network,
    NotConnected,
    OAuth,
    Outcome,
    Post,
    Published,
    ReadPicture,
    Refresh,
    Refreshed,
    Refused,
    Removal,
    Revocation,
    RevokeByHand,
    Secret,
    SurelyNotPosted,
    TryLater,
    Unknown,
    Uploaded,
    Video,
    VideoLimits,
)
from integrations.networks.figures import counted
from integrations.networks.folds import Fold
from integrations.networks.graph_api import OwnPosts
from integrations.networks.own_posts import Listed
from integrations.networks.replies import (
    SOON,
    UNCLEAR,
    file_name,
    repeatable,
    send_once,
    upload_each,
    web_address,
)

KEY = "facebook_pages"
DEFAULTS = declare(
    NetworkSettings(
        key=KEY,
        api_url="https://graph.facebook.com",
        authorize_url="https://www.facebook.com/v23.0/dialog/oauth",
        token_url="https://graph.facebook.com/v23.0/oauth/access_token",  # noqa: S106  # an address, no password
        web_url="https://www.facebook.com",
        version="v23.0",
        scopes=("pages_show_list", "pages_manage_posts", "pages_read_engagement"),
        text_limit=63_206,  # said by tools that post there, on no page of Meta's
    )
)
PUBLIC_CONTENT = "https://developers.facebook.com/docs/features-reference/page-public-content-access"
MAY_POST = "CREATE_CONTENT"  # the task a person needs on a Page
DUPLICATE = 506
POST_ID = re.compile(r"\d+(_\d+)?")  # the Page's, then the post's
ABOUT_A_PAGE = "id,name,username,link,picture{url}"

NO_PAGE = gettext_noop(
    "Facebook showed us no Page that you may post for, so nothing was connected. Tick at least one Page on its page."
)

# Sub-codes are written on no page of Meta's; these are read from tools that post there.
SUB_CODES: dict[int, SurelyNotPosted] = {
    1366046: Refused(graph_api.PICTURE_BROKEN),
    1390008: TryLater(timedelta(hours=1), graph_api.OVER_QUOTA),
    1404006: Refused(graph_api.STOPPED),
    1404078: Refused(graph_api.STOPPED),
    4854002: Refused(graph_api.STOPPED),
}


class FacebookPages(Network):
    key = KEY
    label = "Facebook Page"
    opens = gettext_noop("A review by Meta: some weeks; until then only for testers you name. It costs nothing.")
    guide = (
        gettext_noop("Make a Meta app of the type “Business” and add Facebook Login to it."),
        gettext_noop("Ask for the review of its permissions to list Pages, to post for them and to read their posts."),
        gettext_noop(
            "For videos ask for the review of publish_video, and have it added to NETWORK_FACEBOOK_PAGES_SCOPES."
        ),
    )
    documentation = "https://developers.facebook.com/docs/pages-api/posts"
    # On a phone, by those who measured it; Meta does not say.
    fold = Fold(characters=110)
    limits = Limits(
        text=63_206,
        pictures=10,
        picture_bytes=4_000_000,
        picture_types=("image/jpeg", "image/png"),
        video=VideoLimits(bytes=1_000_000_000, seconds=1_200),  # Meta says ten gigabytes and four hours
    )
    after_unknown = AfterUnknown.LOOK_UP
    # Other people's posts are found by an app that Meta reviewed for reading public content, and by no other; what a
    # person gave our app is taken back whole, with their other Pages, or not at all.
    not_offered = {
        Ability.LINK_CARD: documentation,
        Ability.REPOST: documentation,
        Ability.LIKE: PUBLIC_CONTENT,
        Ability.COMMENT: PUBLIC_CONTENT,
        Ability.REVOKE: "https://developers.facebook.com/docs/facebook-login/guides/permissions/request-revoke",
    }
    shows_link_card = False  # drawn by Facebook, from the page behind the link
    figures_of = frozenset({"likes", "reposts"})  # what people wrote wants another permission
    gives_followers = True
    figures_batch = 10  # one question each
    figures_page = "https://developers.facebook.com/docs/graph-api/reference/object/reactions"
    usual_hours = (9, 13, 19)
    required_scopes = frozenset(DEFAULTS.scopes)

    def sign_in(self, server: str = "") -> OAuth:
        values = network_settings(KEY)
        return OAuth(
            authorize_url=values.authorize_url,
            token_url=values.token_url,
            scopes=values.scopes,
            pkce=False,
            client_auth="body",
            client_id=values.client_id,
            client_secret=values.client_secret,
            scope_separator=",",
        )

    def granted(self, grant: Grant) -> frozenset[str] | NeedsReconnect | TryLater:
        """https://developers.facebook.com/docs/graph-api/reference/user/permissions: granted, declined or expired."""
        reply = repeatable("GET", _node("me/permissions"), headers=graph_api.token(grant))
        if isinstance(reply, TryLater):
            return reply
        rows = graph_api.rows_of(reply)
        if rows is None:
            return graph_api.unread(reply)
        return frozenset(str(row.get("permission")) for row in rows if row.get("status") == "granted")

    def accounts(self, grant: Grant) -> Sequence[Connected] | NotConnected | NeedsReconnect | TryLater:
        """The Pages this person ticked and may post for. A token of a Page that comes from a long one does not end."""
        fields = {"grant_type": "fb_exchange_token", **graph_api.app_fields(network_settings(KEY))}
        kept = graph_api.sixty_days(_node("oauth/access_token"), fields, grant, named="fb_exchange_token")
        if not isinstance(kept, Grant):
            return kept
        asked = {"fields": f"{ABOUT_A_PAGE},access_token,tasks", "limit": graph_api.PAGE}
        reply = repeatable("GET", _node("me/accounts"), params=asked, headers=graph_api.token(kept))
        if isinstance(reply, TryLater):
            return reply
        rows = graph_api.rows_of(reply)
        if rows is None:
            return graph_api.unread(reply)
        return [_connected(kept, row) for row in rows if _may_post(row)] or NotConnected(NO_PAGE)

    def profile(self, grant: Grant) -> Account | NeedsReconnect | TryLater:
        reply = repeatable("GET", _node("me"), params={"fields": ABOUT_A_PAGE}, headers=graph_api.token(grant))
        if isinstance(reply, TryLater):
            return reply
        page = reply.document()
        return _account(page) if reply.status == 200 and page.get("id") else graph_api.unread(reply)

    def length(self, text: str) -> int:
        # What Facebook counts as a character is not said: UTF-16 units are the safe side.
        return len(text.encode("utf-16-le")) // 2

    def text_limit(self) -> int:
        return network_settings(KEY).text_limit

    def upload(self, post: Post, grant: Grant, read: ReadPicture) -> Uploaded | SurelyNotPosted:
        def bring(file: Medium) -> str | SurelyNotPosted:
            if isinstance(file, Video):
                return facebook_videos.bring(file, _node(f"{post.account_id}/videos"), grant, read)
            return _upload_one(file, post, grant, read)

        return upload_each(post.media, bring)

    def publish(self, post: Post, grant: Grant, attempt_key: str, uploaded: Uploaded) -> Outcome:
        if any(isinstance(one, Video) for one in post.media):
            return _publish_video(post, grant, uploaded)
        form = {"message": post.text}
        for number, picture in enumerate(post.media):
            form[f"attached_media[{number}]"] = json.dumps({"media_fbid": uploaded.ids[picture.sha256]})
        if post.tracked_address and not post.media:
            form["link"] = post.tracked_address
        headers, began = graph_api.token(grant), time.monotonic()
        reply = send_once("POST", _node(f"{post.account_id}/feed"), data=form, headers=headers)
        if isinstance(reply, TryLater | Unknown):
            return reply
        made = str(reply.document().get("id") or "")
        if reply.status == 200 and POST_ID.fullmatch(made):
            address = graph_api.permalink(_node(made), "permalink_url", headers, began)
            return Published(made, address or _by_id(made))
        if graph_api.code_of(reply)[0] == DUPLICATE:
            return Unknown(graph_api.DUPLICATE)  # evidence of an earlier success, and no proof
        return _surely_not(reply) or Unknown(UNCLEAR)

    def find(self, post: Post, grant: Grant, attempt_key: str, since: datetime) -> Finding:
        own = OwnPosts(
            _node(f"{post.account_id}/published_posts"),
            fields="id,message,permalink_url,created_time,attachments{unshimmed_url}",
            made="created_time",
            read=_listed,
            not_listed=Absent(),  # a list that is behind does no harm: a Page's last post is not taken twice (506)
        )
        return graph_api.find_own(post, own, since, graph_api.token(grant))

    def remove(self, external_id: str, grant: Grant) -> Removal:
        return graph_api.removed(_node(external_id), _by_id(external_id), SUB_CODES, graph_api.token(grant))

    def figures(self, posts: Sequence[str], grant: Grant) -> FiguresRead | NeedsReconnect | TryLater:
        fields = {"fields": "reactions.limit(0).summary(total_count),shares"}
        return graph_figures.read_each(posts, grant, _node, fields, _figures)

    def followers(self, grant: Grant) -> Followers | NeedsReconnect | TryLater:
        answer = graph_figures.read_one(_node("me"), grant, {"fields": "followers_count"})
        return Followers(counted(answer, "followers_count")) if isinstance(answer, dict) else answer

    def refresh(self, grant: Grant) -> Refresh:
        return Refreshed(grant)  # tokens of Pages do not end by date

    def revoke(self, grant: Grant) -> Revocation:
        # Facebook takes back all that a person gave our app or nothing: that would end their other Pages here as well.
        return RevokeByHand(f"{network_settings(KEY).web_url}/settings?tab=business_tools", graph_api.TAKE_BACK)


def _figures(post: dict[str, Any]) -> Figures:
    """Facebook leaves `shares` out where there are none, or where it does not say: unknown."""
    reactions = post.get("reactions")
    summary = reactions.get("summary") if isinstance(reactions, dict) else None
    return Figures(likes=counted(summary, "total_count"), reposts=counted(post.get("shares"), "count"))


def _node(path: str) -> str:
    values = network_settings(KEY)
    return f"{values.api_url}/{values.version}/{path}"


def _by_id(post_id: str) -> str:
    return f"{network_settings(KEY).web_url}/{post_id}"


def _may_post(row: Mapping[str, Any]) -> bool:
    """A list without tasks is an old Page's; there a token is enough."""
    tasks = row.get("tasks")
    return bool(row.get("id") and row.get("access_token")) and (not isinstance(tasks, list) or MAY_POST in tasks)


def _connected(kept: Grant, row: Mapping[str, Any]) -> Connected:
    account = _account(row)
    token = Secret(str(row["access_token"]))
    return Connected(
        replace(kept, access_token=token, refresh_token=None, expires_at=None, account_id=account.id), account
    )


def _account(page: Mapping[str, Any]) -> Account:
    """Many Pages have no user name; then the name has to do."""
    name = str(page.get("name", ""))
    return Account(
        id=str(page["id"]),
        handle=f"@{page['username']}" if page.get("username") else name,
        name=name,
        avatar_url=web_address(graph_api.part(graph_api.part(page, "picture"), "data").get("url")),
        url=web_address(page.get("link")) or _by_id(str(page["id"])),
    )


def _publish_video(post: Post, grant: Grant, uploaded: Uploaded) -> Outcome:
    """Ends the session in which the video was brought: with that it is published."""
    session, _, video = uploaded.ids[post.media[0].sha256].partition(":")
    form = {"upload_phase": "finish", "upload_session_id": session, "description": post.text}
    headers, began = graph_api.token(grant), time.monotonic()
    reply = send_once("POST", _node(f"{post.account_id}/videos"), data=form, headers=headers)
    if isinstance(reply, TryLater | Unknown):
        return reply
    if reply.status == 200 and reply.document().get("success") is True:
        return Published(video, graph_api.permalink(_node(video), "permalink_url", headers, began) or _by_id(video))
    return _surely_not(reply) or Unknown(UNCLEAR)


def _surely_not(reply: http.Reply) -> SurelyNotPosted | None:
    return graph_api.surely_not(reply, SUB_CODES) or graph_api.not_taken(reply)


def _upload_one(picture: Medium, post: Post, grant: Grant, read: ReadPicture) -> str | SurelyNotPosted:
    """A photo that is not published: nobody sees it before its post."""
    form = {"published": "false"} | ({"alt_text_custom": picture.alt_text} if picture.alt_text else {})
    files = {"source": (file_name(picture), read(picture.sha256), picture.content_type)}
    url = _node(f"{post.account_id}/photos")
    reply = repeatable("POST", url, data=form, files=files, headers=graph_api.token(grant))
    if isinstance(reply, TryLater):
        return reply
    made = str(reply.document().get("id") or "")
    return made if reply.status == 200 and made.isdigit() else _surely_not(reply) or TryLater(SOON, UNCLEAR)


def _listed(row: Mapping[str, Any]) -> Listed:
    attached = graph_api.part(row, "attachments").get("data")
    shown = [one for one in attached if isinstance(one, dict)] if isinstance(attached, list) else []
    links = tuple(str(one["unshimmed_url"]) for one in shown if one.get("unshimmed_url"))
    return Listed(str(row.get("id", "")), web_address(row.get("permalink_url")), str(row.get("message", "")), links)
