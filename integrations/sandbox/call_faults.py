"""Misbehaviour of calls that publish nothing (token endpoints, removals): by seeded chance, or by script for one test.

*before* hits a call that did nothing; *after* hits one that did everything, so a rotated pair is lost on its way, or a
post is gone and nobody was told. Each kind of call has its own `CallFaults`, which counts what it did.
"""

from __future__ import annotations

import random
import threading
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Mapping

from werkzeug.wrappers import Response

from integrations.sandbox.faults import DropConnection

FAULTS = ("hang_before", "hang_after", "reset_before", "reset_after", "status_500_before", "status_500_after")


class CallFaults:
    """The faults of one kind of call, over all networks."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.reset()

    def reset(self) -> None:
        with self._lock:
            self._rates: dict[str, float] = {}
            self._networks: tuple[str, ...] = ()
            self._hang_seconds = 30.0
            self._random = random.Random(1)  # noqa: S311  # chance that must repeat, not a secret
            self._scripts: dict[str, deque[str]] = defaultdict(deque)
            self.injected: Counter[str] = Counter()

    def change(self, body: Mapping[str, object]) -> None:
        """`{"hang_after": 0.05, "networks": ["bluesky"], "hang_seconds": 3, "seed": 7}`; {} ends them."""
        body = dict(body)
        networks, seed = body.pop("networks", ()), body.pop("seed", 1)
        hang_seconds = body.pop("hang_seconds", 30.0)
        rates = {name: rate for name, rate in body.items() if isinstance(rate, (int, float))}
        if set(body) - set(rates) or not isinstance(networks, (list, tuple)):
            raise ValueError("Faults take numbers, and networks takes a list of network keys.")
        if not isinstance(seed, int) or not isinstance(hang_seconds, (int, float)):
            raise ValueError("seed and hang_seconds take numbers.")
        _require_known(rates)
        with self._lock:
            self._rates = {name: float(rate) for name, rate in rates.items()}
            self._networks = tuple(str(key) for key in networks)
            self._hang_seconds = float(hang_seconds)
            self._random = random.Random(seed)  # noqa: S311  # as above

    def script(self, network: str, names: list[str]) -> None:
        """The next such calls at that network meet these, in order; "none" lets one pass."""
        _require_known(set(names) - {"none"})
        with self._lock:
            self._scripts[network].extend(names)

    def around(self, network: str, act: Callable[[], Response]) -> Response:
        """Run `act` (which may refuse by raising) under whatever fault this call meets."""
        fault = self._next(network)
        if fault == "none":
            return act()
        with self._lock:
            self.injected[f"{network}:{fault}"] += 1
        if fault.endswith("_after"):
            act()
        if fault.startswith("hang"):
            raise DropConnection(reset=False, after=self._hang_seconds)
        if fault.startswith("reset"):
            raise DropConnection(reset=True)
        return Response("The server met an error.", status=500)

    def _next(self, network: str) -> str:
        with self._lock:
            if self._scripts[network]:
                return self._scripts[network].popleft()
            if self._networks and network not in self._networks:
                return "none"
            chance = self._random.random()
            for name, rate in self._rates.items():
                if chance < rate:
                    return name
                chance -= rate
            return "none"


def _require_known(names: Mapping[str, object] | set[str]) -> None:
    for name in names:
        if name not in FAULTS:
            raise ValueError(f"There is no such fault as {name}; there are: none, {', '.join(FAULTS)}.")
