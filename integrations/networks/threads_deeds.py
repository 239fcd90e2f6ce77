"""Reposts and replies at Threads. A post's address holds its author's name; its number is in the list of their posts.

That list is shown to apps that Meta reviewed for it, for public profiles, newest first; replying to somebody else wants
the keyword search's permission besides. Facts: developers.facebook.com/documentation/threads (reposts, create replies,
retrieve posts), April 2026. Whether a repost is taken back by its own number, as a post is, is documented nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from django.utils.translation import gettext_noop

from integrations import http
from integrations.network_settings import network_settings
from integrations.networks import graph_api
from integrations.networks.base import (
    CannotTell,
    Deed,
    Finding,
    Found,
    Outcome,
    Post,
    Published,
    Refused,
    SurelyNotPosted,
    TryLater,
    Unknown,
)
from integrations.networks.graph_api import Workshop
from integrations.networks.replies import SOON, UNCLEAR, look_up, repeatable, send_once
from integrations.networks.web_pages import path_at

KEY = "threads"
FIND = "threads_profile_discovery"
SCOPES: Mapping[Deed, frozenset[str]] = {
    Deed.REPOST: frozenset({FIND}),
    Deed.COMMENT: frozenset({FIND, "threads_keyword_search", "threads_manage_replies", "threads_read_replies"}),
}
HOSTS = ("threads.com", "threads.net")
POST_PAGE = re.compile(r"/@([\w.]+)/post/([\w-]+)/?")

NOT_FOUND = gettext_noop(
    "Threads shows our app an account's newest posts alone, and this is not among them. Please do it by hand."
)


def place_of(address: str) -> tuple[str, str] | None:
    """Whose post it is and what the address calls it; None where it is no address of a post at Threads."""
    match = POST_PAGE.fullmatch(path_at(address, home=network_settings(KEY).web_url, hosts=HOSTS) or "")
    return (match[1], match[2]) if match else None


def resolved(post: Post, at: Workshop) -> str | SurelyNotPosted:
    """The number of the post that it is done to."""
    place = place_of(post.target)
    if place is None:
        return Refused(NOT_FOUND)
    reply = repeatable("GET", f"{at.node}/profile_posts", params=_asked(place[0]), headers=at.headers)
    if isinstance(reply, TryLater):
        return reply
    if graph_api.rows_of(reply) is None:
        return graph_api.surely_not(reply, at.sub_codes) or graph_api.not_taken(reply) or TryLater(SOON, UNCLEAR)
    return _number(reply, place[1]) or Refused(NOT_FOUND)


def reposted(post: Post, at: Workshop, target: str) -> Outcome:
    if not target:
        return Refused(NOT_FOUND)
    reply = send_once("POST", f"{at.node}/{target}/repost", headers=at.headers)
    if isinstance(reply, TryLater | Unknown):
        return reply
    made = str(reply.document().get("id") or "")
    if reply.status == 200 and made.isdigit():
        return Published(made, post.target)
    return graph_api.surely_not(reply, at.sub_codes) or Unknown(UNCLEAR)


def repost_stands(post: Post, at: Workshop, since: datetime) -> Finding:
    """Among the account's own list, where a repost names what it repeats."""
    place = place_of(post.target)
    asked = {"fields": "id,media_type,reposted_post", "limit": graph_api.PAGE}
    asked["since"] = str(int((since.astimezone(UTC) - graph_api.SLACK).timestamp()))
    theirs = look_up(f"{at.node}/profile_posts", params=_asked(place[0] if place else ""), headers=at.headers)
    mine = look_up(at.address("threads"), params=asked, headers=at.headers)
    if isinstance(theirs, CannotTell) or isinstance(mine, CannotTell):
        return CannotTell(graph_api.NOT_SHOWN)
    target, rows = _number(theirs, place[1] if place else ""), graph_api.rows_of(mine)
    if not target or rows is None:
        return CannotTell(graph_api.NOT_SHOWN)
    ours = (row for row in rows if str(graph_api.part(row, "reposted_post").get("id") or "") == target)
    found = next(ours, None)
    return Found(str(found.get("id")), post.target) if found else CannotTell(graph_api.NOT_LISTED)


def _asked(username: str) -> dict[str, str]:
    return {"username": username, "fields": "id,permalink", "limit": graph_api.PAGE}


def _number(reply: http.Reply, name: str) -> str:
    for row in graph_api.rows_of(reply) or []:
        place = place_of(str(row.get("permalink") or ""))
        if place is not None and place[1] == name:
            return str(row.get("id") or "")
    return ""
