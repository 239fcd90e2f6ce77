"""Threads: a person's own profile, through the Threads API. Every post is a container first, published by one call.

Owns Threads' addresses, its count of 500 and the meaning of its sub-codes. Own posts can be read: one whose answer got
lost is settled once it is listed, or by its container's state; what neither shows is left to its person. A token lives
sixty days and renews itself. Facts: developers.facebook.com/documentation/threads, spring and summer 2026.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import regex
from django.utils.translation import gettext_noop, ngettext

from integrations.network_settings import NetworkSettings, declare, network_settings
from integrations.networks import graph_api, graph_figures, graph_videos, threads_deeds
from integrations.networks.base import (
    Ability,
    Account,
    AfterUnknown,
    CannotTell,
    Connected,
    Deed,
    Figures,
    FiguresRead,
    Finding,
    Followers,
    Grant,
    Limits,
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
    SurelyNotPosted,
    TryLater,
    Uploaded,
    VideoLimits,
    common_problems,
    not_a_target,
)
from integrations.networks.figures import total
from integrations.networks.graph_api import OwnPosts, Workshop
from integrations.networks.own_posts import Listed
from integrations.networks.replies import links_in, repeatable, web_address

KEY = "threads"
DEFAULTS = declare(
    NetworkSettings(
        key=KEY,
        api_url="https://graph.threads.net",
        authorize_url="https://threads.net/oauth/authorize",  # www.threads.net and threads.com are seen as well
        token_url="https://graph.threads.net/oauth/access_token",  # noqa: S106  # an address, no password
        web_url="https://www.threads.com",
        version="v1.0",
        scopes=("threads_basic", "threads_content_publish", "threads_delete"),
        text_limit=500,
        figures=False,  # with it, NETWORK_THREADS_SCOPES must ask for `INSIGHTS` as well
    )
)
MOST_LINKS = 5
INSIGHTS = "threads_manage_insights"  # a permission of its own in Meta's review
EMOJI = regex.compile(r"\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3")

# What sub-codes mean is written on no page of Meta's; these are read from tools that post there.
SUB_CODES: dict[int, SurelyNotPosted] = {
    2207051: Refused(graph_api.STOPPED),
    4279013: Refused(graph_api.STOPPED),
}


class Threads(Network):
    key = KEY
    label = "Threads"
    opens = gettext_noop("A review by Meta: some weeks; until then only for testers you name. It costs nothing.")
    guide = (
        gettext_noop("Make a Meta app with the use case “Access the Threads API”: it has its own id and secret."),
        gettext_noop("Ask for the review of its permissions to sign in, publish and delete."),
        gettext_noop("To repost, ask for profile discovery as well; to reply, also for replies and keyword search."),
        gettext_noop("Threads fetches pictures from this site, so its address must open from the internet."),
    )
    documentation = "https://developers.facebook.com/documentation/threads/posts"
    limits = Limits(
        text=500,
        pictures=20,
        picture_bytes=8_000_000,
        picture_types=("image/jpeg", "image/png"),
        video=VideoLimits(bytes=1_000_000_000, seconds=300, alt_text=1_000),
    )
    after_unknown = AfterUnknown.LOOK_UP
    hosts = threads_deeds.HOSTS
    deeds = frozenset({Deed.POST, Deed.REPOST, Deed.COMMENT})
    deed_scopes = threads_deeds.SCOPES
    prepares_every_post = True
    not_offered = {
        Ability.LINK_CARD: documentation,
        Ability.LIKE: "https://developers.facebook.com/docs/threads/reference",  # there is no call, nor one to follow
        Ability.REVOKE: "https://developers.facebook.com/docs/threads/get-started",  # the person does it there
    }
    shows_link_card = False  # drawn by Threads, from the first address in the text
    figures_of = frozenset({"likes", "comments", "reposts", "views"})
    gives_followers = True
    figures_batch = 10  # one question each
    figures_page = "https://developers.facebook.com/docs/threads/insights"
    figures_need = gettext_noop("Threads shows figures only to apps that Meta has reviewed for them; ours is not one.")
    usual_hours = (8, 12, 19)
    required_scopes = frozenset({"threads_basic", "threads_content_publish"})

    def sign_in(self, server: str = "") -> OAuth:
        values = network_settings(KEY)
        return OAuth(
            authorize_url=values.authorize_url,
            token_url=values.token_url,
            scopes=values.scopes,
            pkce=False,  # Meta documents none for Threads
            client_auth="body",
            client_id=values.client_id,
            client_secret=values.client_secret,
            scope_separator=",",  # its answer names none: what a person left out shows at the first call that needs it
        )

    def accounts(self, grant: Grant) -> Sequence[Connected] | NotConnected | NeedsReconnect | TryLater:
        """The sign-in gives a token of one hour, which is exchanged for one of sixty days."""
        values = network_settings(KEY)
        fields = {"grant_type": "th_exchange_token", **graph_api.app_fields(values)}
        kept = graph_api.sixty_days(f"{values.api_url}/access_token", fields, grant)
        return super().accounts(kept) if isinstance(kept, Grant) else kept

    def profile(self, grant: Grant) -> Account | NeedsReconnect | TryLater:
        fields = {"fields": "id,username,name,threads_profile_picture_url"}
        reply = repeatable("GET", f"{_node()}/me", params=fields, headers=graph_api.token(grant))
        if isinstance(reply, TryLater):
            return reply
        person = reply.document()
        if reply.status != 200 or not person.get("id"):
            return graph_api.unread(reply)
        handle = f"@{person.get('username', '')}"
        return Account(
            id=str(person["id"]),
            handle=handle,
            name=str(person.get("name", "")),
            avatar_url=web_address(person.get("threads_profile_picture_url")),
            url=f"{network_settings(KEY).web_url}/{handle}",
        )

    def length(self, text: str) -> int:
        # Emoji count as their UTF-8 bytes. What else is one character is not said: code points are the safe side.
        return sum(len(sign.encode()) if EMOJI.search(sign) else len(sign) for sign in regex.findall(r"\X", text))

    def text_limit(self) -> int:
        return network_settings(KEY).text_limit

    def problems(self, post: Post) -> Sequence[Problem]:
        found = common_problems(self, post)
        if len({address for _, _, address in links_in(post.text)}) > MOST_LINKS:
            sentence = ngettext(
                "Threads takes up to %(count)d address in a post.",
                "Threads takes up to %(count)d addresses in a post.",
                MOST_LINKS,
            )
            found.append(Problem("too_many_links", sentence % {"count": MOST_LINKS}))
        return found

    def target_problem(self, deed: Deed, address: str) -> Problem | None:
        problem = super().target_problem(deed, address)
        return problem or (None if threads_deeds.place_of(address) else not_a_target(self, deed))

    def upload(self, post: Post, grant: Grant, read: ReadPicture) -> Uploaded | SurelyNotPosted:
        at = _workshop(grant, post.account_id)
        target = "" if post.deed is Deed.POST else threads_deeds.resolved(post, at)
        if not isinstance(target, str):
            return target
        if post.deed is Deed.REPOST:
            return Uploaded(target=target)
        answers = post.deed is Deed.COMMENT
        usage, config = ("reply_quota_usage", "reply_config") if answers else ("quota_usage", "config")
        full = graph_api.within_quota(at.address("threads_publishing_limit"), usage, config, at.headers)
        more = {"reply_to_id": target} if answers else {}
        return full or graph_videos.prepare(post, replace(at, more=more), grant, read)

    def publish(self, post: Post, grant: Grant, attempt_key: str, uploaded: Uploaded) -> Outcome:
        at = _workshop(grant, post.account_id)
        if post.deed is Deed.REPOST:
            return threads_deeds.reposted(post, at, uploaded.target)
        return graph_api.publish_container(post, at, "threads_publish", uploaded)

    def find(self, post: Post, grant: Grant, attempt_key: str, since: datetime) -> Finding:
        at = _workshop(grant, post.account_id)
        if post.deed is Deed.REPOST:
            return threads_deeds.repost_stands(post, at, since)
        own = OwnPosts(
            at.address("replies" if post.deed is Deed.COMMENT else "threads"),
            fields="id,permalink,text,timestamp,link_attachment_url",
            made="timestamp",
            read=_listed,
            not_listed=CannotTell(graph_api.NOT_LISTED),  # the list may be behind; its container says more
        )
        return graph_api.find_own(post, own, since, at.headers)

    def became_of(self, post: Post, grant: Grant, waiting: Sequence[str], doubt: CannotTell) -> Finding:
        return graph_api.became_of(post, _workshop(grant, post.account_id), grant, waiting, doubt)

    def remove(self, external_id: str, grant: Grant) -> Removal:
        by_hand = network_settings(KEY).web_url
        return graph_api.removed(f"{_node()}/{external_id}", by_hand, SUB_CODES, graph_api.token(grant))

    def figures(self, posts: Sequence[str], grant: Grant) -> FiguresRead | NeedsReconnect | TryLater:
        """A grant from before the permission was granted gives none, and is good for posting."""
        if INSIGHTS not in grant.scopes:
            return FiguresRead(dict.fromkeys(posts, Figures()))
        fields = {"metric": "views,likes,replies,reposts,quotes"}
        return graph_figures.read_each(posts, grant, lambda post: f"{_node()}/{post}/insights", fields, _figures)

    def followers(self, grant: Grant) -> Followers | NeedsReconnect | TryLater:
        if INSIGHTS not in grant.scopes:
            return Followers(None)
        address, fields = f"{_node()}/{grant.account_id}/threads_insights", {"metric": "followers_count"}
        answer = graph_figures.read_one(address, grant, fields)
        if not isinstance(answer, dict):
            return answer
        return Followers(graph_figures.insights(answer).get("followers_count"))

    def refresh(self, grant: Grant) -> Refresh:
        """Taken from the second day on, and until the last; after it the token is dead."""
        url = f"{network_settings(KEY).api_url}/refresh_access_token"
        kept = graph_api.sixty_days(url, {"grant_type": "th_refresh_token"}, grant)
        return Refreshed(kept) if isinstance(kept, Grant) else kept

    def revoke(self, grant: Grant) -> Revocation:
        # Meta documents no call that gives a Threads token back.
        return RevokeByHand(f"{network_settings(KEY).web_url}/settings", graph_api.TAKE_BACK)


def _figures(answer: dict[str, Any]) -> Figures:
    said = graph_figures.insights(answer)
    return Figures(
        likes=said.get("likes"),
        comments=said.get("replies"),
        reposts=total(said.get("reposts"), said.get("quotes")),
        views=said.get("views"),
    )


def _node() -> str:
    values = network_settings(KEY)
    return f"{values.api_url}/{values.version}"


def _workshop(grant: Grant, account_id: str) -> Workshop:
    return Workshop(
        node=_node(),
        account_id=account_id,
        edge="threads",
        words="text",
        state="status",
        headers=graph_api.token(grant),
        sub_codes=SUB_CODES,
        kinds={"text": "TEXT", "image": "IMAGE", "video": "VIDEO"},
        describes_videos=True,
    )


def _listed(row: Mapping[str, Any]) -> Listed:
    links = (str(row["link_attachment_url"]),) if row.get("link_attachment_url") else ()
    return Listed(str(row.get("id", "")), web_address(row.get("permalink")), str(row.get("text", "")), links)
