"""What a network takes for a post. Plain frozen values; what a month may cost is `integrations/spend_rules.py`'s."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

FREE = Decimal(0)


@dataclass(frozen=True, slots=True)
class Price:
    """`what` is marked for translation; `dollars` are US dollars for one."""

    what: str
    dollars: Decimal
