"""Reposts at X: found by the post's address, done, looked for among one's own, and undone.

X calls them retweets. Whether a repeat is harmless is documented nowhere, so a lost answer is looked up.
Facts: docs.x.com/x-api/posts/retweets, August 2026.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext_noop

from integrations import http
from integrations.network_settings import network_settings
from integrations.networks.base import (
    CannotTell,
    Finding,
    Found,
    Grant,
    Outcome,
    Post,
    Published,
    Refused,
    SurelyNotPosted,
    TryLater,
    Unknown,
    Uploaded,
)
from integrations.networks.figures import rows_of
from integrations.networks.replies import SOON, UNCLEAR, look_up, repeatable, send_once
from integrations.networks.web_pages import path_at
from integrations.networks.x_answers import KEY, NOT_SHOWN, TOO_MANY, api, surely_not, token

HOSTS = ("x.com", "twitter.com")
POST_PAGE = re.compile(r"/(?:i/web|\w{1,15})/status/(\d{1,19})(?:/(?:photo|video)/\d)?/?")
SLACK = timedelta(minutes=2)  # between our clock and theirs
DONE = "repost:"

NOT_LISTED = gettext_noop("It is not among your recent posts there, but the network's list may be behind.")
NOT_FOUND = gettext_noop("X shows no such post to you: it is gone, or its author shows it to followers alone.")


def post_id_in(address: str) -> str:
    """The number in a post's address; empty where it is no address of a post at X."""
    match = POST_PAGE.fullmatch(path_at(address, home=network_settings(KEY).web_url, hosts=HOSTS) or "")
    return match[1] if match else ""


def resolved(post: Post, grant: Grant) -> Uploaded | SurelyNotPosted:
    """Is it there, for this person? X takes half a cent for the question; a repost of nothing would cost more."""
    post_id = post_id_in(post.target)
    if not post_id:
        return Refused(NOT_FOUND)
    reply = repeatable("GET", api(f"/2/tweets/{post_id}"), headers=token(grant))
    if isinstance(reply, TryLater):
        return reply
    shown = reply.document().get("data")
    if reply.status == 200 and isinstance(shown, dict) and str(shown.get("id")) == post_id:
        return Uploaded(target=post_id)
    gone = reply.status == 404 or (reply.status == 200 and rows_of(reply.document(), "errors"))
    return Refused(NOT_FOUND) if gone else surely_not(reply) or TryLater(SOON, UNCLEAR)


def reposted(post: Post, grant: Grant, uploaded: Uploaded) -> Outcome:
    if not uploaded.target:
        return Refused(NOT_FOUND)
    url = api(f"/2/users/{post.account_id}/retweets")
    reply = send_once("POST", url, json={"tweet_id": uploaded.target}, headers=token(grant))
    if isinstance(reply, TryLater | Unknown):
        return reply
    made = reply.document().get("data")
    if reply.status in (200, 201) and isinstance(made, dict) and made.get("retweeted") is True:
        return Published(DONE + uploaded.target, post.target)
    return surely_not(reply) or Unknown(UNCLEAR)


def stands(post: Post, grant: Grant, since: datetime) -> Finding:
    start = (since.astimezone(UTC) - SLACK).strftime("%Y-%m-%dT%H:%M:%SZ")
    asked = {"max_results": "100", "start_time": start, "tweet.fields": "referenced_tweets,created_at"}
    reply = look_up(api(f"/2/users/{post.account_id}/tweets"), params=asked, headers=token(grant))
    if isinstance(reply, CannotTell):
        return reply
    listed, post_id = reply.document(), post_id_in(post.target)
    if reply.status != 200 or not isinstance(listed.get("meta"), dict):
        return CannotTell(NOT_SHOWN)
    for row in rows_of(listed, "data"):
        if any(one.get("type") == "retweeted" and str(one.get("id")) == post_id for one in _references(row)):
            return Found(DONE + post_id, post.target)
    return CannotTell(TOO_MANY if listed["meta"].get("next_token") else NOT_LISTED)


def undone(external_id: str, grant: Grant) -> http.Reply | TryLater | Unknown:
    post_id = external_id.removeprefix(DONE)
    return send_once("DELETE", api(f"/2/users/{grant.account_id}/retweets/{post_id}"), headers=token(grant))


def _references(row: dict[str, object]) -> list[dict[str, object]]:
    named = row.get("referenced_tweets")
    return [one for one in named if isinstance(one, dict)] if isinstance(named, list) else []
