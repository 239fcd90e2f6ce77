"""What the control door said about posts: their counts, and the answers under them, by network and post."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Answered:
    by: str
    text: str
    at: datetime


@dataclass(slots=True)
class Told:
    counts: dict[tuple[str, str], dict[str, int]] = field(default_factory=dict)
    answers: dict[tuple[str, str], list[Answered]] = field(default_factory=lambda: defaultdict(list))

    def reset(self) -> None:
        self.counts.clear()
        self.answers.clear()
