"""When a post is looked at to see what became of it: often while it is young, and no more after a month. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LOOKS = (HOUR, 6 * HOUR, DAY, 3 * DAY, 7 * DAY, 30 * DAY)  # after it went out
GIVE_UP = 37 * DAY  # a last look that failed is tried for a week
SHORTEST_WAIT = timedelta(minutes=15)
MISSES = 3  # in a row, after which a post counts as gone: a list that is behind, or a hiccup, ends nothing


def next_look(published_at: datetime, *, now: datetime) -> datetime | None:
    """The first look that is still to come; looks that were missed are not made up for. None: it was the last."""
    ahead = (published_at + after for after in LOOKS)
    return next((look for look in ahead if look > now), None)


def look_after_miss(published_at: datetime, *, now: datetime, missed: int) -> datetime | None:
    """The network did not know the post, for the `missed`-th time in a row: a day later again. None: it is gone."""
    return None if missed >= MISSES else look_again(published_at, now=now, after=DAY)


def not_now(*, dice: float) -> timedelta:
    """How long an account waits that cannot be asked now; with `dice` from 0 to 1 they do not all come back at once."""
    return SHORTEST_WAIT * (1 + dice)


def look_again(published_at: datetime, *, now: datetime, after: timedelta) -> datetime | None:
    """After a look that brought nothing: as long as the network says. None: the post is too old for another try."""
    look = now + max(after, SHORTEST_WAIT)
    return look if look <= published_at + GIVE_UP else None
