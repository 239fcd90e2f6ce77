"""JSON log lines: time, level, place, sentence, and the ids of request, organization and member.

Never a mail address, a text or a token: what is logged is what a stranger may read.
"""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime

from accounts.request_id import request_id

_EXTRA = ("organization", "member", "share", "network", "task", "event", "seconds", "count")


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, tz=UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "where": record.name,
            "what": record.getMessage(),
        }
        if request_id():
            line["request"] = request_id()
        line.update({name: getattr(record, name) for name in _EXTRA if hasattr(record, name)})
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)
