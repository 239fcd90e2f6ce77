"""The looks at a post: fewer and fewer, none made up for, and no more after a month."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from campaigns.figure_rules import GIVE_UP, LOOKS, SHORTEST_WAIT, look_again, next_look, not_now

OUT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_every_look_leads_to_the_one_after_it_and_the_last_to_none() -> None:
    now, seen = OUT, []
    while (look := next_look(OUT, now=now)) is not None:
        seen.append(look - OUT)
        now = look
    assert seen == list(LOOKS) == sorted(LOOKS)
    assert all(
        after - before < later - after for before, after, later in zip(LOOKS, LOOKS[1:], LOOKS[2:], strict=False)
    )


@pytest.mark.parametrize(
    ("age", "look"), [(HOUR, 6 * HOUR), (2 * DAY, 3 * DAY), (8 * DAY, 30 * DAY), (31 * DAY, None)], ids=str
)
def test_missed_looks_are_not_made_up_for(age: timedelta, look: timedelta | None) -> None:
    assert next_look(OUT, now=OUT + age) == (OUT + look if look else None)


def test_a_look_that_brought_nothing_waits_as_long_as_it_is_told_and_ends_with_the_post() -> None:
    assert look_again(OUT, now=OUT + HOUR, after=timedelta()) == OUT + HOUR + SHORTEST_WAIT
    assert look_again(OUT, now=OUT + HOUR, after=DAY) == OUT + HOUR + DAY
    assert look_again(OUT, now=OUT + GIVE_UP, after=HOUR) is None


def test_accounts_that_cannot_be_asked_now_come_back_one_by_one() -> None:
    assert [not_now(dice=dice) for dice in (0, 0.5, 1)] == [SHORTEST_WAIT * wait for wait in (1, 1.5, 2)]
