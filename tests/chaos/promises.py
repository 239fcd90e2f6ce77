"""What every scenario asks: the judge's count, the product's own books, and the promises that hold under any fault."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from advocacy.local.programs import PYTHON
from tests.chaos.stage import Figures, Order, Stage, program, tell

NEVER = ("extra", "lost", "unapproved", "early", "order_breaks", "crossings", "balance", "unsettled")
FAULT_SHARE = 0.08  # of the shares must have met a fault, or the run proves nothing (stress makes 12.5 %)
ASKED_IN_VAIN = 0.02  # of the shares may be held on networks that can be asked


def verdict(ready: Stage, *, books: bool = True) -> Figures:
    """The judge's figures, and how many differences the watchdog sees. A control keeps no books."""
    words = ("--sandbox", str(ready.sandbox.folder), "--database", ready.database)
    judged = tell(ready, program("tests.chaos.judge", *words))
    return {**judged, "balance": len(_differences(ready))} if books else judged


def _differences(ready: Stage) -> list[Any]:
    said: list[Any] = tell(ready, [PYTHON, "manage.py", "watchdog", "--once"], check=False)["balance"]
    return said


def always(result: Mapping[str, Any]) -> list[str]:
    """The promises that no fault excuses, in words."""
    return [f"{name} is {result[name]}, not 0." for name in NEVER if result[name]]


def faults_met(order: Order, result: Mapping[str, Any]) -> list[str]:
    few = result["faults"] < order.shares * FAULT_SHARE
    return [f"Only {result['faults']} faults were injected."] if few else []


def held_with_reason(order: Order, result: Mapping[str, Any]) -> list[str]:
    """People are asked only about what their network cannot show."""
    sentences = []
    held = result["held"]
    told = held.get("replay", 0) + held.get("look_up", 0)
    if told > ASKED_IN_VAIN * order.shares:
        sentences.append(f"{told} shares are held on networks that can be asked.")
    if held.get("opaque", 0) > result["held_opaque_allowed"]:
        sentences.append(
            f"{held['opaque']} shares are held on opaque networks, {result['held_opaque_allowed']} allowed."
        )
    if result.get("held_untold"):
        sentences.append(f"{result['held_untold']} shares are held and nobody was told.")
    return sentences
