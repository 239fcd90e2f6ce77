"""What became of a post, as its network tells: figures and replies. Plain frozen values.

A figure that a network does not give is None, never 0: who reads it must be able to say "unknown".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import Any

from bs4 import BeautifulSoup

MOST_REPLIES = 50
ENDLESS = 2**63  # beyond what a row holds, and beyond what any post ever got


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one post at one time; `followers` are those of its account."""

    likes: int | None = None
    comments: int | None = None
    reposts: int | None = None
    views: int | None = None
    followers: int | None = None


FIGURES = tuple(one.name for one in fields(Figures))


@dataclass(frozen=True, slots=True)
class FiguresRead:
    """By the posts' ids at the network. One that was asked for and is missing stands there no more."""

    of: Mapping[str, Figures] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Followers:
    """Of an account, as its network says now; None where it does not say."""

    count: int | None


@dataclass(frozen=True, slots=True)
class Reply:
    author: str
    text: str  # plain
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Replies:
    """Oldest first, as many as `MOST_REPLIES`."""

    replies: tuple[Reply, ...] = ()
    there_are_more: bool = False


def first_of(replies: list[Reply]) -> Replies:
    return Replies(tuple(replies[:MOST_REPLIES]), there_are_more=len(replies) > MOST_REPLIES)


def counted(row: object, name: str) -> int | None:
    """A number that the network gives, or None: a text, a negative one, an absurd one or nothing is no figure."""
    value = row.get(name) if isinstance(row, dict) else None
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < ENDLESS else None


def total(*figures: int | None) -> int | None:
    """The sum of those that are known; None where none is, or where it is absurd."""
    known = [figure for figure in figures if figure is not None]
    return sum(known) if known and sum(known) < ENDLESS else None


def moment(value: object) -> datetime | None:
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def plain_text(page: object) -> str:
    """The words of a piece of HTML that somebody else wrote, with its line breaks."""
    soup = BeautifulSoup(str(page or ""), "html.parser")
    for line_break in soup.find_all("br"):
        line_break.replace_with("\n")
    return "\n".join(part.get_text() for part in soup.find_all("p")) or soup.get_text()


def rows_of(body: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """The objects in a list of an answer, whatever else stands there."""
    found = body.get(name)
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []
