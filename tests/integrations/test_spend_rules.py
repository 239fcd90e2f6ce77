"""What a month may cost, and what it will come to: without a database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from integrations.spend_rules import Purse, Purses, forecast, month_of

LINK = Decimal("0.20")


@pytest.mark.parametrize(
    ("ceiling", "spent", "cost", "goes"),
    [
        (None, "900", "0.20", True),
        ("1", "0.80", "0.20", True),
        ("1", "0.81", "0.20", False),
        ("0", "0", "0.015", False),
        ("0", "5", "0", True),
    ],
)
def test_a_post_goes_up_to_the_ceiling_and_not_beyond(
    ceiling: str | None, spent: str, cost: str, *, goes: bool
) -> None:
    purse = Purse(None if ceiling is None else Decimal(ceiling), Decimal(spent))
    assert purse.allows(Decimal(cost)) is goes


def test_posts_of_one_batch_are_paid_from_every_purse_one_after_another() -> None:
    purses = Purses({"x": [Purse(Decimal("0.40"), Decimal(0)), Purse(Decimal(9), Decimal("8.7"))]})
    assert purses.allow("x", LINK)
    purses.pay("x", LINK)
    assert not purses.allow("x", LINK), "the installation's purse is the smaller one by now"
    assert purses.allow("mastodon", Decimal(0))


def test_months_are_those_of_utc_and_a_pace_is_carried_on() -> None:
    late = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    month = month_of(late.astimezone(UTC) + timedelta(hours=1))
    assert (month.start, month.end) == (datetime(2027, 1, 1, tzinfo=UTC), datetime(2027, 2, 1, tzinfo=UTC))
    assert month_of(late).end == month.start
    assert forecast(Decimal(2), month=month, until=datetime(2027, 1, 11, tzinfo=UTC)) == Decimal("6.20")
    assert forecast(Decimal(2), month=month, until=datetime(2027, 1, 1, 9, tzinfo=UTC)) is None
