"""Reads Bluesky's app view: the figures of posts, and the thread under one. Pure.

Facts: docs.bsky.app, `app.bsky.feed.getPosts` (25 posts at once) and `getPostThread`, 2026.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from integrations.networks.figures import (
    Figures,
    FiguresRead,
    Replies,
    Reply,
    counted,
    first_of,
    moment,
    rows_of,
    total,
)


def figures_in(answer: dict[str, Any], posts: Sequence[str]) -> FiguresRead | None:
    """None where this is no answer. A post that the app view leaves out may only be late there, or hidden for a while:
    its figures are not given, and nothing says that it is gone."""
    if not isinstance(answer.get("posts"), list):
        return None
    given = {str(post.get("uri")): _figures(post) for post in rows_of(answer, "posts")}
    return FiguresRead({post: given.get(post, Figures()) for post in posts})


def _figures(post: dict[str, Any]) -> Figures:
    return Figures(
        likes=counted(post, "likeCount"),
        comments=counted(post, "replyCount"),
        reposts=total(counted(post, "repostCount"), counted(post, "quoteCount")),
    )


def replies_in(answer: dict[str, Any]) -> Replies:
    """Whoever was blocked, or took their answer back, stands in a thread without words: left out."""
    thread = answer.get("thread")
    waiting = rows_of(thread, "replies") if isinstance(thread, dict) else []
    found: list[Reply] = []
    while waiting:
        node = waiting.pop(0)
        waiting += rows_of(node, "replies")
        post = node.get("post")
        if isinstance(post, dict) and isinstance(post.get("record"), dict):
            found.append(_reply(post))
    return first_of(sorted(found, key=lambda reply: reply.at.timestamp() if reply.at else 0.0))


def _reply(post: dict[str, Any]) -> Reply:
    author = post.get("author") or {}
    name = str(author.get("displayName") or author.get("handle") or "")
    return Reply(author=name, text=str(post["record"].get("text", "")), at=moment(post["record"].get("createdAt")))
