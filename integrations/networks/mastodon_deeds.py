"""What a person does at Mastodon to somebody's post or account: reply, boost, favourite, follow, and each taken back.

A target is an address on any server; the person's own server looks it up there and gives it an id of its own.
A repeat of a favourite, boost or follow changes nothing (favourite_service.rb, reblog_service.rb, follow_service.rb).
Facts: docs.joinmastodon.org/methods/{search,statuses,accounts}, July 2026.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext, gettext_noop

from integrations import http
from integrations.networks.base import (
    Absent,
    CannotTell,
    Deed,
    Finding,
    Found,
    Grant,
    NeedsReconnect,
    Outcome,
    Post,
    Problem,
    Published,
    Refused,
    SurelyNotPosted,
    TryLater,
    Unknown,
    is_web_page,
)
from integrations.networks.figures import rows_of
from integrations.networks.mastodon_answers import FIVE_MINUTES, NOT_SHOWN, RESET, SIGNED_OUT, surely_not, token
from integrations.networks.replies import SOON, UNCLEAR, look_up, repeatable, send_once, slow_down

SCOPES: Mapping[Deed, frozenset[str]] = {
    Deed.REPOST: frozenset({"read:search"}),
    Deed.COMMENT: frozenset({"read:search"}),
    Deed.LIKE: frozenset({"read:search", "write:favourites"}),
    Deed.FOLLOW: frozenset({"read:search", "write:follows", "read:follows"}),
}
# As Mastodon writes them, and the servers that speak with it (GoToSocial, Pleroma, Misskey, Pixelfed, PeerTube).
POST_PAGE = re.compile(
    r"/@[^/]+/(?:statuses/)?\w+/?$|/users/[^/]+/statuses/\w+/?$|/(?:notice|notes|objects|w|p/[^/]+)/[\w-]+/?$"
)
AUTHOR = re.compile(r"/(?:@|users/)([\w.-]+)(@[\w.-]+)?/")
ACCOUNT_PAGE = re.compile(r"/(?:@|users/|profile/)[^/]+/?$")
SHOWN_TO_ALL = ("public", "unlisted")
DOING = {Deed.LIKE: "favourite", Deed.REPOST: "reblog", Deed.FOLLOW: "follow"}
SIGN_OF = {Deed.LIKE: "favourited", Deed.REPOST: "reblogged"}  # in a post as its reader's own server shows it
UNDOING = {"like": "unfavourite", "repost": "unreblog", "follow": "unfollow"}

NOT_FOUND = gettext_noop("Your server cannot find this on its network. Open it there yourself, or do it by hand.")
NOT_PUBLIC = gettext_noop("This post is not public, so nothing is done to it from here.")
GONE = gettext_noop("The server does not let you do this there, or it is gone by now.")

NOT_DONE: dict[int, SurelyNotPosted] = {
    401: NeedsReconnect(SIGNED_OUT),
    403: Refused(GONE),  # blocked there, or not to be boosted; what the person allowed us was asked before
    404: Refused(GONE),
    422: Refused(GONE),
}


def is_page_of(deed: Deed, address: str) -> bool:
    page = ACCOUNT_PAGE if deed is Deed.FOLLOW else POST_PAGE
    return page.search(urlsplit(address).path) is not None


def unnamed(post: Post) -> Problem | None:
    """Here nobody is told of an answer that does not name them (process_mentions_service.rb); the words are theirs."""
    if post.deed is not Deed.COMMENT or not is_web_page(post.target):
        return None
    parts = urlsplit(post.target)
    author = AUTHOR.search(parts.path)
    if author is None or f"@{author[1]}".lower() in post.text.lower():
        return None
    name = f"@{author[1]}" + (author[2] or f"@{parts.hostname}")
    sentence = gettext("Mastodon tells the author of your answer only if it names them: %(name)s")
    return Problem("unnamed", sentence % {"name": name}, blocks=False)


def resolved(post: Post, grant: Grant) -> dict[str, Any] | SurelyNotPosted:
    """The post or the account as the person's own server knows it."""
    url, asked = _search(post, grant)
    reply = repeatable("GET", url, params=asked, headers=token(grant))
    if isinstance(reply, TryLater):
        return reply
    if reply.status != 200 or not isinstance(reply.document().get(_kind(post)), list):
        return surely_not(reply) or slow_down(reply, RESET, SOON, UNCLEAR)
    there = _named(reply, post, grant)
    if there is None:
        return Refused(NOT_FOUND)
    if post.deed is not Deed.FOLLOW and there.get("visibility") not in SHOWN_TO_ALL:
        return Refused(NOT_PUBLIC)
    return there


def done(post: Post, grant: Grant, target: str) -> Outcome:
    """Favourite, boost or follow: one call, harmless when it is repeated."""
    about = "accounts" if post.deed is Deed.FOLLOW else "statuses"
    body = {"visibility": post.visibility} if post.deed is Deed.REPOST else {}
    url = f"{grant.server}/api/v1/{about}/{target}/{DOING[post.deed]}"
    reply = send_once("POST", url, json=body, headers=token(grant))
    if isinstance(reply, TryLater | Unknown):
        return reply
    made = reply.document()
    shown = made.get("reblog") if post.deed is Deed.REPOST else made  # a boost is a post around the one boosted
    if reply.status == 200 and isinstance(shown, dict) and str(shown.get("id") or "") == target:
        return Published(f"{post.deed}:{target}", post.target)
    return _not_done(reply) or Unknown(UNCLEAR)


def stands(post: Post, grant: Grant) -> Finding:
    """Is it done? A post shows its reader whether they favourited or boosted it."""
    there = _there(post, grant)
    if isinstance(there, CannotTell):
        return there
    if post.deed is Deed.FOLLOW:
        return _follows(post, grant, str(there["id"]))
    sign = there.get(SIGN_OF[post.deed])
    if not isinstance(sign, bool):
        return CannotTell(NOT_SHOWN)
    return Found(f"{post.deed}:{there['id']}", post.target) if sign else Absent()


def answered_to(post: Post, grant: Grant) -> str | CannotTell:
    """The id of the post that a comment answers, to look for it among one's own."""
    there = _there(post, grant)
    return there if isinstance(there, CannotTell) else str(there["id"])


def undone(external_id: str, grant: Grant) -> http.Reply | TryLater | Unknown:
    """`external_id` is "like:109…", "repost:109…" or "follow:34": the deed, and whom it was done to."""
    deed, _, target = external_id.partition(":")
    about = "accounts" if deed == Deed.FOLLOW else "statuses"
    return send_once("POST", f"{grant.server}/api/v1/{about}/{target}/{UNDOING[deed]}", headers=token(grant))


def _there(post: Post, grant: Grant) -> dict[str, Any] | CannotTell:
    url, asked = _search(post, grant)
    reply = look_up(url, params=asked, headers=token(grant))
    if isinstance(reply, CannotTell):
        return reply
    return (_named(reply, post, grant) if reply.status == 200 else None) or CannotTell(NOT_SHOWN)


def _follows(post: Post, grant: Grant, account: str) -> Finding:
    url = f"{grant.server}/api/v1/accounts/relationships"
    reply = look_up(url, params={"id[]": account}, headers=token(grant))
    if isinstance(reply, CannotTell):
        return reply
    try:
        rows = reply.json()
    except http.UnreadableReply:
        rows = None
    row = rows[0] if isinstance(rows, list) and rows and isinstance(rows[0], dict) else {}
    if reply.status != 200 or str(row.get("id") or "") != account:
        return CannotTell(NOT_SHOWN)
    # Whoever asks before being followed has it stand as a request.
    return Found(f"{post.deed}:{account}", post.target) if row.get("following") or row.get("requested") else Absent()


def _search(post: Post, grant: Grant) -> tuple[str, dict[str, str]]:
    asked = {"q": post.target, "type": _kind(post), "resolve": "true", "limit": "1"}
    return f"{grant.server}/api/v2/search", asked


def _kind(post: Post) -> str:
    return "accounts" if post.deed is Deed.FOLLOW else "statuses"


def _named(reply: http.Reply, post: Post, grant: Grant) -> dict[str, Any] | None:
    """What bears that address: some servers search their texts for an address that they cannot open.

    Names and numbers are each server's own, so an address of the person's server may stand for what is elsewhere, and
    no other may.
    """
    host, last = _host_and_last(post.target)
    is_own = host == _host_and_last(grant.server)[0]
    for row in rows_of(reply.document(), _kind(post)):
        of_own = {str(row.get("id") or ""), str(row.get("acct") or "").lower()} if is_own else set()
        addresses = {_host_and_last(row.get("url")), _host_and_last(row.get("uri"))}
        if row.get("id") and last and ((host, last) in addresses or last in of_own):
            return row
    return None


def _host_and_last(address: object) -> tuple[str, str]:
    """Where it leads, and its last part: a post's number or an account's name."""
    try:
        parts = urlsplit(str(address or ""))
    except ValueError:
        return "", ""
    return parts.netloc.lower(), parts.path.rstrip("/").rpartition("/")[2].removeprefix("@").lower()


def _not_done(reply: http.Reply) -> SurelyNotPosted | None:
    if not reply.document().get("error"):
        return None
    return slow_down(reply, RESET, FIVE_MINUTES) if reply.status == 429 else NOT_DONE.get(reply.status)
