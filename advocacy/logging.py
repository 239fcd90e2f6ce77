"""JSON log lines: time, level, place, sentence, and the ids of request, organization and member.

Never a mail address, a text or a token: what is logged is what a stranger may read. Django names the address of a
failed request, and links we mailed are keys: such a line names the route. PostgreSQL prints whole rows below an
error's first line: only that line is kept.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from datetime import UTC, datetime

import psycopg2
from django.db import Error as DatabaseError
from django.http import HttpRequest
from django.urls import Resolver404, resolve

from accounts.request_id import request_id

_EXTRA = (
    *("organization", "member", "share", "network", "task", "event", "seconds", "count", "environment"),
    *("overdue", "leases_over", "unclear", "held", "taking_down", "silent", "differences"),  # what the watchdog saw
)
_NO_ADDRESS = "(no address of ours)"  # perhaps a mailed link with a full stop behind it: not to be kept either
_SECRETS_ARE_AT_LEAST = 16  # characters; shorter parts of an address are names, and would be found in other words
_ADDRESS = re.compile(r"(https?://[^/\s'\"]+)[^\s'\"]*")


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, tz=UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "where": record.name,
            "what": _without_secrets(_sentence(record), record),
        }
        if request_id():
            line["request"] = request_id()
        line.update({name: getattr(record, name) for name in _EXTRA if hasattr(record, name)})
        if record.exc_info:
            line["error"] = _without_secrets(self.formatException(record.exc_info), record)
        return json.dumps(line, ensure_ascii=False, default=str)


def _sentence(record: logging.LogRecord) -> str:
    if record.name == "django.server":  # the development server's own line begins with the address as it was typed
        return f"Answered {getattr(record, 'status_code', '')}".strip()
    return record.getMessage()


def _without_secrets(text: str, record: logging.LogRecord) -> str:
    """`text` without the rows of a database error and without the address of the request it is about."""
    for error in _chain(record):
        if isinstance(error, DatabaseError | psycopg2.Error):
            first = str(error).partition("\n")[0]
            text = text.replace(str(error), first).replace(repr(error), f"{type(error).__name__}({first!r})")
    request = getattr(record, "request", None)
    if isinstance(request, HttpRequest):
        text = _by_route(_ADDRESS.sub(r"\1", text), request)  # a refused referrer is an address, too
    return text


def _chain(record: logging.LogRecord) -> Iterator[BaseException]:
    """The error and everything it came from."""
    error = record.exc_info[1] if record.exc_info else None
    seen: set[int] = set()
    waiting = [error] if error else []
    while waiting:
        error = waiting.pop()
        if id(error) not in seen:
            seen.add(id(error))
            yield error
            waiting += [cause for cause in (error.__cause__, error.__context__) if cause is not None]


def _by_route(text: str, request: HttpRequest) -> str:
    """The request's address as its route (/i/<secret>/), and no secret out of it anywhere else."""
    try:
        match = request.resolver_match or resolve(request.path_info)
    except Resolver404:
        route, parts = _NO_ADDRESS, [request.path_info.strip("/")]
    else:
        route, parts = f"/{match.route}", [str(part) for part in [*match.args, *match.kwargs.values()]]
    if len(request.path) > 1:  # Django escapes what it prints, the way it is escaped here
        text = text.replace(request.path.encode("unicode_escape").decode("ascii"), route).replace(request.path, route)
    for part in parts:
        if len(part) >= _SECRETS_ARE_AT_LEAST:
            text = text.replace(part, "…")
    return text
