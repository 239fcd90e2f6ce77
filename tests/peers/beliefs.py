"""Which sentences about a server are not so: each does one thing there and says what should come of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")


def wrong_among(facts: Iterable[tuple[str, Callable[[T], object], object]], trial: T) -> list[str]:
    """In their order, as in a person's life: a type stands for any answer of its kind."""
    wrong = []
    for sentence, do, expected in facts:
        seen = do(trial)
        is_right = isinstance(seen, expected) if isinstance(expected, type) else seen == expected
        if not is_right:
            wrong.append(f"{sentence}: {seen!r}")
    return wrong
