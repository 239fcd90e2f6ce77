"""What posts at paid networks cost a company, for those who run its programme.

The sum passes the gate for figures of small groups, in weeks that are over: where few people post, a bill that moves
would tell who did. The ceiling counts every post at once and shows nothing of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from accounts.selectors.audience_size import counted_weeks, figures_until, standing_figures
from campaigns.selectors.spend import company_ceiling, costs_of_people
from integrations.network_settings import network_settings
from integrations.networks import NETWORKS
from integrations.networks.base import Network, Price
from integrations.spend_rules import Month, forecast, month_of

PARTS = 10_000  # of a dollar: the gate sums whole numbers
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class MonthSoFar:
    """A sum that may be shown, the day before which it counts, and what the month comes to at that pace."""

    spent: Decimal
    until: datetime
    forecast: Decimal | None


@dataclass(frozen=True, slots=True)
class PaidNetwork:
    """`ceiling` is the company's own, `whole` the installation's."""

    network: Network
    prices: tuple[Price, ...]
    ceiling: Decimal | None
    whole: Decimal | None
    so_far: MonthSoFar | None


def paid_networks(*, now: datetime) -> list[PaidNetwork]:
    """Those that take money for a post, with what this company's month cost as far as it may be told."""
    month = month_of(now)
    return [
        PaidNetwork(
            network=network,
            prices=tuple(network.prices()),
            ceiling=company_ceiling(network.key),
            whole=network_settings(network.key).monthly_ceiling,
            so_far=_so_far(network.key, month, now),
        )
        for network in NETWORKS
        if network.prices()
    ]


def _so_far(key: str, month: Month, now: datetime) -> MonthSoFar | None:
    over = figures_until(now.astimezone(UTC))
    acts = [
        (0, figures_until(at.astimezone(UTC)), member, int(cost * PARTS))
        for at, member, cost in costs_of_people(key, month)
        if at < over
    ]
    shown = standing_figures(acts).get(0)
    if shown is None:
        return None
    spent, until = Decimal(shown) / PARTS, min(counted_weeks(acts)[0] + WEEK, month.end)
    return MonthSoFar(spent, until, forecast(spent, month=month, until=until))
