"""What posts at a paid network may cost in a month, and what the month will come to. Pure: no Django, no database.

Amounts are US dollars. A month is a calendar month in UTC, by the moment of sending: whatever zone people live in, an
installation has one bill.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_UP, Decimal

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Month:
    start: datetime
    end: datetime

    @property
    def next(self) -> Month:
        return month_of(self.end)


def month_of(at: datetime) -> Month:
    start = at.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    turns = start.month == 12
    end = start.replace(year=start.year + 1, month=1) if turns else start.replace(month=start.month + 1)
    return Month(start, end)


@dataclass(slots=True)
class Purse:
    """One ceiling and what already counts against it; no ceiling allows everything."""

    ceiling: Decimal | None
    spent: Decimal

    def allows(self, cost: Decimal) -> bool:
        return not cost or self.ceiling is None or self.spent + cost <= self.ceiling


class Purses:
    """Every ceiling that a post must pass, by network: the installation's and the company's."""

    def __init__(self, by_network: Mapping[str, Iterable[Purse]]) -> None:
        self._by_network: dict[str, Sequence[Purse]] = {key: tuple(purses) for key, purses in by_network.items()}

    def allow(self, network: str, cost: Decimal) -> bool:
        return all(purse.allows(cost) for purse in self._by_network.get(network, ()))

    def pay(self, network: str, cost: Decimal) -> None:
        for purse in self._by_network.get(network, ()):
            purse.spent += cost


def forecast(spent: Decimal, *, month: Month, until: datetime) -> Decimal | None:
    """What the month comes to if it goes on as it went until then; nothing is said of its first hours."""
    passed, whole = until - month.start, month.end - month.start
    if passed.days < 1:
        return None
    ahead = spent * int(whole.total_seconds()) / int(passed.total_seconds())
    return ahead.quantize(CENT, rounding=ROUND_UP)
