"""How the life model chooses its rules, what it may draw for them, and how it counts them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleStrategy, rule

PICK = st.integers(0, 11)
STAYS = st.integers(0, 3)  # 0: it stays so
FAULTS = (
    "none",
    "accept_hang",
    "accept_late",
    "accept_reset",
    "reset_before",
    "status_500_after",
    "status_400_after",
    "status_429",
    "status_503",
)
UNCLEAR = ("accept_late", "accept_reset", "reset_before", "status_500_after")
STOPS_AFTER = ("claim", "intent", "send")


def step(**arguments: Any) -> Callable[[Callable[..., None]], Any]:
    """A rule that counts how often it was taken."""

    def mark(act: Callable[..., None]) -> Any:
        @wraps(act)
        def counted(machine: Any, **given: Any) -> None:
            machine.done["steps"] += 1
            machine.done[f"[{act.__name__}]"] += 1
            act(machine, **given)

        make: Any = rule  # its overloads know no spread of unknown names
        return make(**arguments)(counted)

    return mark


class EveryRule(RuleStrategy):
    """Any rule at any step. The library would leave many out of each example, which pays only over thousands."""

    def _rule_is_enabled(self, r: Any) -> bool:
        return bool(self.is_valid(r))
