"""What posts at paid networks cost this month, company by company: for whoever pays the network's bill.

Counted from the attempts (`campaigns/selectors/spend.py`); names companies by their public ids alone.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from accounts.moments import money
from advocacy.operator.words import Line, Table
from campaigns.selectors.spend import spent_by_company
from integrations.network_settings import network_settings
from integrations.networks import NETWORKS
from integrations.networks.base import Network
from integrations.spend_rules import Month, forecast, month_of

MOST = 20  # companies; the others are one sum


def cost_tables(*, now: datetime) -> list[Table]:
    return [_table(network, month_of(now), now) for network in NETWORKS if network.prices()]


def _table(network: Network, month: Month, now: datetime) -> Table:
    spent = list(spent_by_company(network.key, month).items())
    rows = spent[:MOST]
    if rest := spent[MOST:]:
        rows.append((_("All others"), sum((dollars for _company, dollars in rest), Decimal(0))))
    lines = [_line(company, dollars, month, now) for company, dollars in rows]
    if spent:
        whole = sum((dollars for _company, dollars in spent), Decimal(0))
        lines.insert(0, _line(_("All companies"), whole, month, now))
    return Table(
        f"costs-{network.key}",
        _("What posts to %(network)s cost") % {"network": network.label},
        _("Company"),
        (_("This month"), _("The whole month, if it goes on like this")),
        tuple(lines),
        _("Nothing this month."),
        _note(network),
    )


def _line(name: str, dollars: Decimal, month: Month, now: datetime) -> Line:
    ahead = forecast(dollars, month=month, until=now)
    return Line(name, (money(dollars), "–" if ahead is None else money(ahead)))


def _note(network: Network) -> str:
    """Looking posts up and taking them down costs a little besides, which no attempt tells."""
    ceiling = network_settings(network.key).monthly_ceiling
    words = _("The ceiling of a month is %(dollars)s.") if ceiling is not None else _("There is no ceiling: set one.")
    besides = _("Posts alone are counted; looking posts up and deleting them costs a little besides.")
    return f"{words % {'dollars': money(ceiling or Decimal(0))}} {besides}"
