"""Comments and reactions at LinkedIn, for an installation whose app passed LinkedIn's review, and for no other.

They want the Community Management API (`w_member_social_feed`); without it LinkedIn answers 403. Nothing can be read
back, so a lost answer is for the person to settle. Facts: learn.microsoft.com/en-us/linkedin (Comments and Reactions
API), read in autumn 2026.
"""

from __future__ import annotations

import re
from urllib.parse import quote

from integrations import http
from integrations.network_settings import network_settings
from integrations.networks.base import Deed, Grant, Outcome, Post, Published, TryLater, Unknown
from integrations.networks.linkedin_answers import KEY, headers, surely_not
from integrations.networks.replies import UNCLEAR, send_once

SCOPE = "w_member_social_feed"
TARGET_URN = re.compile(r"urn:li:(share|ugcPost|activity):\d+")
COMMENT_ID = re.compile(r"\d+")
DONE = re.compile(r"(like|comment):(urn:li:(?:share|ugcPost|activity):\d+)(?:/(\d+))?")


def done(post: Post, grant: Grant, target: str) -> Outcome:
    actor = f"urn:li:person:{post.account_id}"
    if post.deed is Deed.COMMENT:
        said: dict[str, object] = {"actor": actor, "object": target, "message": {"text": post.text}}
        url = _rest(f"socialActions/{_quoted(target)}/comments")
    else:
        said, url = {"root": target, "reactionType": "LIKE"}, _rest(f"reactions?actor={_quoted(actor)}")
    reply = send_once("POST", url, json=said, headers=headers(grant))
    if isinstance(reply, TryLater | Unknown):
        return reply
    if reply.status == 201 and (name := _name(post, target, reply)):
        return Published(name, post.target)
    return surely_not(reply) or Unknown(UNCLEAR)


def undone(external_id: str, grant: Grant) -> http.Reply | TryLater | Unknown | None:
    """None where the id is of a post. "like:urn:li:share:12" or "comment:urn:li:share:12/34"."""
    match = DONE.fullmatch(external_id)
    if match is None:
        return None
    actor, target = _quoted(f"urn:li:person:{grant.account_id}"), _quoted(match[2])
    if match[1] == Deed.COMMENT:
        url = _rest(f"socialActions/{target}/comments/{match[3]}?actor={actor}")
    else:
        url = _rest(f"reactions/(actor:{actor},entity:{target})")
    return send_once("DELETE", url, headers=headers(grant))


def _name(post: Post, target: str, reply: http.Reply) -> str:
    """Empty where LinkedIn does not say what it made."""
    if post.deed is Deed.LIKE:
        return f"like:{target}"
    made = reply.headers.get("x-restli-id") or str(reply.document().get("id") or "")
    return f"comment:{target}/{made}" if COMMENT_ID.fullmatch(made) else ""


def _rest(path: str) -> str:
    return f"{network_settings(KEY).api_url}/rest/{path}"


def _quoted(urn: str) -> str:
    return quote(urn, safe="")
