"""Instagram for professional accounts, with Instagram's own sign-in. Every post has a picture, in a container first.

Owns Instagram's addresses, what a caption may hold and the meaning of its sub-codes. Own posts can be read: one whose
answer got lost is settled once it is listed, or by its container's state; what neither shows is left to its person. No
app may delete one.
A token lives sixty days and renews itself. Facts: developers.facebook.com/docs/instagram-platform (content publishing,
error codes), 2026.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import regex
from django.utils.translation import gettext, gettext_noop, ngettext

from integrations.network_settings import NetworkSettings, declare, network_settings
from integrations.networks import graph_api, graph_figures, graph_videos
from integrations.networks.base import (
    Ability,
    Account,
    AfterUnknown,
    CannotTell,
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
    Problem,
    ReadPicture,
    Refresh,
    Refreshed,
    Refused,
    Removal,
    Revocation,
    RevokeByHand,
    StillThere,
    SurelyNotPosted,
    TryLater,
    Uploaded,
    VideoLimits,
    common_problems,
)
from integrations.networks.figures import counted
from integrations.networks.folds import Fold
from integrations.networks.graph_api import OwnPosts, Workshop
from integrations.networks.own_posts import Listed
from integrations.networks.replies import SOON, links_in, repeatable, web_address

KEY = "instagram"
DEFAULTS = declare(
    NetworkSettings(
        key=KEY,
        api_url="https://graph.instagram.com",
        authorize_url="https://www.instagram.com/oauth/authorize",
        token_url="https://api.instagram.com/oauth/access_token",  # noqa: S106  # an address, no password
        web_url="https://www.instagram.com",
        version="v23.0",
        scopes=("instagram_business_basic", "instagram_business_content_publish"),
        text_limit=2_200,
    )
)
MOST_HASHTAGS, MOST_MENTIONS = 30, 20
HASHTAG, MENTION = regex.compile(r"(?<![\w/&])#\w"), regex.compile(r"(?<![\w/.])@\w")
NARROWEST, WIDEST = 0.8, 1.91  # width by height

WRONG_SHAPE = gettext_noop("Instagram does not take a picture of this shape. Cut it to between 4:5 and 1.91:1.")
NO_DELETING = gettext_noop("Instagram lets no app delete a post. You can do it there yourself.")

# https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/error-codes
SUB_CODES: dict[int, SurelyNotPosted] = {
    36003: Refused(WRONG_SHAPE),
    2207003: TryLater(SOON, graph_api.PICTURE_WAITING),  # fetching the picture took too long
    2207004: Refused(graph_api.PICTURE_BROKEN),
    2207009: Refused(WRONG_SHAPE),
    2207010: Refused(graph_api.NOT_TAKEN),
    2207020: TryLater(SOON, graph_api.NOT_PREPARED),  # the container is over
    2207026: Refused(graph_api.PICTURE_BROKEN),
    2207027: TryLater(SOON, graph_api.PICTURE_WAITING),  # not ready to be published
    2207042: TryLater(timedelta(hours=1), graph_api.OVER_QUOTA),
    2207050: Refused(graph_api.STOPPED),
    2207051: Refused(graph_api.STOPPED),
    2207052: TryLater(SOON, graph_api.PICTURE_WAITING),  # the picture could not be fetched
}


class Instagram(Network):
    key = KEY
    label = "Instagram"
    opens = gettext_noop("A review by Meta: some weeks; until then only for testers you name. It costs nothing.")
    guide = (
        gettext_noop("Make a Meta app of the type “Business” and add Instagram with Instagram's own sign-in."),
        gettext_noop("Only professional accounts can connect. A person can make theirs one in Instagram's settings."),
        gettext_noop("Instagram fetches pictures from this site, so its address must open from the internet."),
    )
    documentation = "https://developers.facebook.com/docs/instagram-platform/content-publishing"
    # https://help.instagram.com/1643471055915254
    fold = Fold(characters=125)
    limits = Limits(
        text=2_200,
        pictures=10,
        picture_bytes=8_000_000,
        picture_types=("image/jpeg",),
        video=VideoLimits(bytes=300_000_000, seconds=900, least_seconds=3),  # a reel
    )
    after_unknown = AfterUnknown.LOOK_UP
    figures_of = frozenset({"likes", "comments"})
    gives_followers = True
    figures_batch = 10  # one question each
    figures_page = "https://developers.facebook.com/docs/instagram-platform/reference/instagram-media"
    needs_picture = True
    prepares_every_post = True
    can_remove = False
    not_offered = {
        Ability.LINK_CARD: documentation,
        Ability.REPOST: "https://developers.facebook.com/docs/instagram-platform/overview",
        Ability.LIKE: "https://developers.facebook.com/docs/instagram-platform/overview",
        # Under one's own posts alone.
        Ability.COMMENT: "https://developers.facebook.com/docs/instagram-platform/comment-moderation",
        Ability.REVOKE: "https://developers.facebook.com/documentation/instagram-platform/reference/access_token",
    }
    shows_link_card = False
    usual_hours = (8, 12, 19)
    required_scopes = frozenset(DEFAULTS.scopes)

    def sign_in(self, server: str = "") -> OAuth:
        values = network_settings(KEY)
        return OAuth(
            authorize_url=values.authorize_url,
            token_url=values.token_url,
            scopes=values.scopes,
            pkce=False,  # none is documented
            client_auth="body",
            client_id=values.client_id,
            client_secret=values.client_secret,
            scope_field="permissions",
            scope_separator=",",
        )

    def accounts(self, grant: Grant) -> Sequence[Connected] | NotConnected | NeedsReconnect | TryLater:
        """The sign-in gives a token of one hour, which is exchanged for one of sixty days."""
        values = network_settings(KEY)
        fields = {"grant_type": "ig_exchange_token", **graph_api.app_fields(values)}
        kept = graph_api.sixty_days(f"{values.api_url}/access_token", fields, grant)
        return super().accounts(kept) if isinstance(kept, Grant) else kept

    def profile(self, grant: Grant) -> Account | NeedsReconnect | TryLater:
        fields = {"fields": "user_id,username,name,profile_picture_url"}
        reply = repeatable("GET", f"{_node()}/me", params=fields, headers=graph_api.token(grant))
        if isinstance(reply, TryLater):
            return reply
        person = reply.document()
        if reply.status != 200 or not person.get("user_id"):
            return graph_api.unread(reply)
        handle = str(person.get("username", ""))
        return Account(
            id=str(person["user_id"]),
            handle=f"@{handle}",
            name=str(person.get("name") or handle),
            avatar_url=web_address(person.get("profile_picture_url")),
            url=f"{network_settings(KEY).web_url}/{handle}/",
        )

    def length(self, text: str) -> int:
        return len(text)  # what is one character is not said: code points are the safe side

    def text_limit(self) -> int:
        return network_settings(KEY).text_limit

    def problems(self, post: Post) -> Sequence[Problem]:
        return [*common_problems(self, post), *_caption_problems(post.text), *_shape_problems(post.pictures())]

    def upload(self, post: Post, grant: Grant, read: ReadPicture) -> Uploaded | SurelyNotPosted:
        at = _workshop(grant, post.account_id)
        limit = at.address("content_publishing_limit")  # 50 or 100 a day, says Meta: so it is asked
        full = graph_api.within_quota(limit, "quota_usage", "config", at.headers)
        return full or graph_videos.prepare(post, at, grant, read)

    def publish(self, post: Post, grant: Grant, attempt_key: str, uploaded: Uploaded) -> Outcome:
        return graph_api.publish_container(post, _workshop(grant, post.account_id), "media_publish", uploaded)

    def find(self, post: Post, grant: Grant, attempt_key: str, since: datetime) -> Finding:
        at = _workshop(grant, post.account_id)
        own = OwnPosts(
            at.address("media"),
            fields="id,caption,permalink,timestamp",
            made="timestamp",
            read=_listed,
            not_listed=CannotTell(graph_api.NOT_LISTED),  # the list may be behind; its container says more
        )
        return graph_api.find_own(post, own, since, at.headers)

    def became_of(self, post: Post, grant: Grant, waiting: Sequence[str], doubt: CannotTell) -> Finding:
        return graph_api.became_of(post, _workshop(grant, post.account_id), grant, waiting, doubt)

    def remove(self, external_id: str, grant: Grant) -> Removal:
        return StillThere(NO_DELETING, by_hand=network_settings(KEY).web_url)

    def figures(self, posts: Sequence[str], grant: Grant) -> FiguresRead | NeedsReconnect | TryLater:
        fields = {"fields": "like_count,comments_count"}
        return graph_figures.read_each(posts, grant, lambda post: f"{_node()}/{post}", fields, _figures)

    def followers(self, grant: Grant) -> Followers | NeedsReconnect | TryLater:
        answer = graph_figures.read_one(f"{_node()}/me", grant, {"fields": "followers_count"})
        return Followers(counted(answer, "followers_count")) if isinstance(answer, dict) else answer

    def refresh(self, grant: Grant) -> Refresh:
        """Taken from the second day on, and until the last; after it the token is dead."""
        url = f"{network_settings(KEY).api_url}/refresh_access_token"
        kept = graph_api.sixty_days(url, {"grant_type": "ig_refresh_token"}, grant)
        return Refreshed(kept) if isinstance(kept, Grant) else kept

    def revoke(self, grant: Grant) -> Revocation:
        # Meta documents no call that gives such a token back.
        return RevokeByHand(f"{network_settings(KEY).web_url}/accounts/manage_access/", graph_api.TAKE_BACK)


def _figures(media: dict[str, Any]) -> Figures:
    return Figures(likes=counted(media, "like_count"), comments=counted(media, "comments_count"))


def _node() -> str:
    values = network_settings(KEY)
    return f"{values.api_url}/{values.version}"


def _workshop(grant: Grant, account_id: str) -> Workshop:
    return Workshop(
        node=_node(),
        account_id=account_id,
        edge="media",
        words="caption",
        state="status_code",
        headers=graph_api.token(grant),
        sub_codes=SUB_CODES,
        kinds={"video": "REELS"},
    )


def _caption_problems(text: str) -> list[Problem]:
    found: list[Problem] = []
    if len(HASHTAG.findall(text)) > MOST_HASHTAGS:
        sentence = ngettext(
            "Instagram takes up to %(count)d hashtag.", "Instagram takes up to %(count)d hashtags.", MOST_HASHTAGS
        )
        found.append(Problem("too_many_hashtags", sentence % {"count": MOST_HASHTAGS}))
    if len(MENTION.findall(text)) > MOST_MENTIONS:
        sentence = ngettext(
            "Instagram takes up to %(count)d mention.", "Instagram takes up to %(count)d mentions.", MOST_MENTIONS
        )
        found.append(Problem("too_many_mentions", sentence % {"count": MOST_MENTIONS}))
    if links_in(text):
        sentence = gettext("Nobody can press a link in an Instagram caption; it has to be typed.")
        found.append(Problem("link_cannot_be_pressed", sentence, blocks=False))
    return found


def _shape_problems(pictures: Sequence[Medium]) -> list[Problem]:
    """Said while there is time to cut it; Instagram itself decides, for it widens these bounds now and then."""
    sized = [picture.width / picture.height for picture in pictures if picture.width and picture.height]
    odd = any(not NARROWEST <= shape <= WIDEST for shape in sized)
    return [Problem("picture_shape", gettext(WRONG_SHAPE), blocks=False)] if odd else []


def _listed(row: Mapping[str, Any]) -> Listed:
    return Listed(str(row.get("id", "")), web_address(row.get("permalink")), str(row.get("caption", "")))
