"""What a person does at Bluesky to somebody's post or account: each is a record of the person's own that names it.

A post is named by its address and the hash of its content, an account by its id; both are asked of the server that
keeps them, before anything is written. Facts: atproto.com and the lexicons app.bsky.feed.*, August 2026.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from django.utils.translation import gettext_noop

from integrations import http
from integrations.network_settings import network_settings
from integrations.networks.base import Deed, Grant, NotConnected, Post, Refused, SurelyNotPosted, TryLater
from integrations.networks.bluesky_identity import HANDLE, did_document
from integrations.networks.bluesky_records import COLLECTION
from integrations.networks.bluesky_sessions import home_server
from integrations.networks.replies import SOON, UNAVAILABLE, repeatable
from integrations.networks.web_pages import path_at

# A comment, and a repost with words, are posts of one's own: what posting needs is enough for them.
SCOPES: Mapping[Deed, frozenset[str]] = {
    Deed.LIKE: frozenset({"repo:app.bsky.feed.like"}),
    Deed.REPOST: frozenset({"repo:app.bsky.feed.repost"}),
    Deed.FOLLOW: frozenset({"repo:app.bsky.graph.follow"}),
}
KEY = "bluesky"
HOSTS = ("bsky.app",)  # whichever server keeps the account
POST_PAGE = re.compile(r"/profile/([^/]+)/post/([\w.~:-]+)/?")
ACCOUNT_PAGE = re.compile(r"/profile/([^/]+)/?")

NO_POST = gettext_noop("Bluesky does not know this post, or it is gone by now.")
NO_ACCOUNT = gettext_noop("Bluesky does not know this account, or it is gone by now.")


def is_page_of(deed: Deed, address: str) -> bool:
    return _named(deed, address) is not None


def resolved(post: Post, grant: Grant) -> str | SurelyNotPosted:
    """What the record will name, as JSON: the account's id, or the post and the first one of its thread."""
    named = _named(post.deed, post.target)
    if named is None:
        return Refused(NO_ACCOUNT if post.deed is Deed.FOLLOW else NO_POST)
    document = _account(unquote(named[1]), grant)  # some write the colons of an account's id as %3A
    if not isinstance(document, dict):
        return document
    if post.deed is Deed.FOLLOW:
        return json.dumps({"did": document["id"]})
    return _post(str(document["id"]), named[2], home_server({"didDoc": document}))


def _named(deed: Deed, address: str) -> re.Match[str] | None:
    """Only where people read Bluesky: another host's page may show something else than what would be done to."""
    page = ACCOUNT_PAGE if deed is Deed.FOLLOW else POST_PAGE
    return page.fullmatch(path_at(address, home=network_settings(KEY).web_url, hosts=HOSTS) or "")


def _account(who: str, grant: Grant) -> dict[str, Any] | SurelyNotPosted:
    """What the account says about itself; a handle is asked of the person's own server."""
    if HANDLE.fullmatch(who):
        url = f"{grant.server}/xrpc/com.atproto.identity.resolveHandle"
        reply = repeatable("GET", url, params={"handle": who})
        if isinstance(reply, TryLater):
            return reply
        if _is_no_answer(reply):
            return TryLater(SOON, UNAVAILABLE)
        who = str(reply.document().get("did", "")) if reply.status == 200 else ""
    document = did_document(who)
    return Refused(NO_ACCOUNT) if isinstance(document, NotConnected) else document


def _post(did: str, rkey: str, home: str) -> str | SurelyNotPosted:
    if not home:
        return Refused(NO_ACCOUNT)
    asked = {"repo": did, "collection": COLLECTION, "rkey": rkey}
    reply = repeatable("GET", f"{home}/xrpc/com.atproto.repo.getRecord", params=asked)
    if isinstance(reply, TryLater):
        return reply
    if _is_no_answer(reply):
        return TryLater(SOON, UNAVAILABLE)
    found = reply.document()
    this = {"uri": str(found.get("uri", "")), "cid": str(found.get("cid", ""))}
    if reply.status != 200 or this["uri"] != f"at://{did}/{COLLECTION}/{rkey}" or not this["cid"]:
        return Refused(NO_POST)
    return json.dumps({"parent": this, "root": _root(found) or this})


def _root(found: Mapping[str, Any]) -> dict[str, str] | None:
    """Of the thread: what is itself a reply names it."""
    value = found.get("value")
    reply = value.get("reply") if isinstance(value, dict) else None
    root = reply.get("root") if isinstance(reply, dict) else None
    if not isinstance(root, dict) or not all(isinstance(root.get(name), str) for name in ("uri", "cid")):
        return None
    return {"uri": root["uri"], "cid": root["cid"]}


def _is_no_answer(reply: http.Reply) -> bool:
    """Nothing is known from it: too many calls, or a server that is not well."""
    return reply.status == 429 or reply.status >= 500
