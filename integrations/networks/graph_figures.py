"""What became of posts on the networks of Meta's Graph API: one question a post, each network with fields of its own.

Facts: developers.facebook.com, the references of IG Media, of object reactions and of Threads' insights, 2026.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from integrations import http
from integrations.networks import graph_api
from integrations.networks.base import Figures, FiguresRead, Grant, NeedsReconnect, TryLater
from integrations.networks.figures import counted, rows_of
from integrations.networks.replies import repeatable


def read_each(
    posts: Sequence[str],
    grant: Grant,
    address: Callable[[str], str],
    fields: Mapping[str, str],
    read: Callable[[dict[str, Any]], Figures],
) -> FiguresRead | NeedsReconnect | TryLater:
    found: dict[str, Figures] = {}
    for post_id in posts:
        reply = repeatable("GET", address(post_id), params=fields, headers=graph_api.token(grant))
        if isinstance(reply, TryLater):
            return reply
        if reply.status == 200:
            found[post_id] = read(reply.document())
        elif not _is_gone(reply):
            return graph_api.unread(reply)
    return FiguresRead(found)


def read_one(address: str, grant: Grant, fields: Mapping[str, str]) -> dict[str, Any] | NeedsReconnect | TryLater:
    """What an account says of itself."""
    reply = repeatable("GET", address, params=fields, headers=graph_api.token(grant))
    if isinstance(reply, TryLater):
        return reply
    return reply.document() if reply.status == 200 else graph_api.unread(reply)


def _is_gone(reply: http.Reply) -> bool:
    return reply.status == 400 and graph_api.code_of(reply) == (graph_api.INVALID, graph_api.NO_OBJECT)


def insights(answer: dict[str, Any]) -> dict[str, int | None]:
    """Each metric's value over the whole life of a post."""
    return {str(row.get("name")): _value(row) for row in rows_of(answer, "data")}


def _value(row: dict[str, Any]) -> int | None:
    values = rows_of(row, "values")
    return counted(values[0], "value") if values else counted(row.get("total_value"), "value")
