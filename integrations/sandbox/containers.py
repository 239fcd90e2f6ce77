"""A post that waits at one of Meta's sandboxes to be published: seen by nobody, gone with a restart."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime


@dataclass(slots=True)
class Container:
    """`state` as the networks say it: FINISHED, IN_PROGRESS, ERROR, EXPIRED or PUBLISHED."""

    id: str
    network: str
    account_id: str
    text: str
    media: list[list[str]] = field(default_factory=list)
    is_child: bool = False
    answers: str = ""  # the post it replies to
    state: str = "FINISHED"
    ready_at: datetime | None = None  # a video is worked on
    made: datetime = field(default_factory=lambda: datetime.now(UTC))
