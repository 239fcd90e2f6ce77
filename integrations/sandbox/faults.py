"""Misbehaviour on publish calls: by chance from a seeded generator, or by script for one test.

Every fault that was really injected is a line in `faults.jsonl`, with the post it hit where one was accepted. It
touches no other call, and the order of chances is fixed by the seed and the order of calls.
"""

from __future__ import annotations

import json
import random
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from werkzeug.wrappers import Response

from integrations.sandbox.acceptances import utc_text

# name: whether the post is accepted. Shares of the profile "stress" are reliability §3's.
STRESS = {
    "accept_hang": 0.05,
    "accept_late": 0.01,
    "accept_reset": 0.01,
    "reset_before": 0.01,
    "status_503": 0.03,
    "status_429": 0.01,
    "status_500_after": 0.005,
    "status_400_after": 0.005,
}
FAULTS = tuple(STRESS)
PROFILES: Mapping[str, Mapping[str, float]] = {"none": {}, "stress": STRESS}


class DropConnection(Exception):
    """Close the client's connection without an answer: by a reset, or after hanging for a while."""

    def __init__(self, *, reset: bool, after: float = 0.0) -> None:
        super().__init__()
        self.reset = reset
        self.after = after


@dataclass(slots=True)
class Plan:
    """What is set at present. `networks` empty: all of them."""

    rates: dict[str, float] = field(default_factory=dict)
    networks: tuple[str, ...] = ()
    hang_seconds: float = 30.0
    late_seconds: float = 3.0
    retry_after: int = 1

    @classmethod
    def from_spec(cls, spec: str) -> Plan:
        """`stress`, `none`, `accept_hang=0.1,hang_seconds=5`, or both joined by commas."""
        body: dict[str, object] = {}
        for part in filter(None, (part.strip() for part in spec.split(","))):
            name, has_value, value = part.partition("=")
            if has_value:
                body[name] = float(value)
            else:
                body["profile"] = name
        return cls.from_body(body)

    @classmethod
    def from_body(cls, body: Mapping[str, object]) -> Plan:
        body = dict(body)
        profile = str(body.pop("profile", "none"))
        if profile not in PROFILES:
            raise ValueError(f"There is no fault profile named {profile}; there are: {', '.join(PROFILES)}.")
        plan = cls(rates=dict(PROFILES[profile]))
        networks = body.pop("networks", ())
        if not isinstance(networks, (list, tuple)):
            raise ValueError("networks takes a list of network keys.")
        plan.networks = tuple(str(network) for network in networks)
        for name, value in body.items():
            if not isinstance(value, (int, float)):
                raise ValueError(f"{name} takes a number.")
            if name in FAULTS:
                plan.rates[name] = float(value)
            elif name in {"hang_seconds", "late_seconds"}:
                setattr(plan, name, float(value))
            elif name == "retry_after":
                plan.retry_after = int(value)
            else:
                raise ValueError(f"There is no fault named {name}; there are: {', '.join(FAULTS)}.")
        return plan


@dataclass(frozen=True, slots=True)
class Call:
    """One publish call, as the faults see it. `failure` words the network's own error."""

    network: str
    account_id: str
    attempt_key: str
    failure: Callable[[int, int], Response]


class Faults:
    def __init__(self, path: Path, plan: Plan, seed: int) -> None:
        self.path = path
        self.seed = seed
        self._lock = threading.Lock()
        self._first_plan = plan
        self.reset()

    def reset(self) -> None:
        with self._lock:
            self.plan = self._first_plan
            self._random = random.Random(self.seed)  # noqa: S311  # chance that must repeat, not a secret
            self._scripts: dict[str, deque[str]] = defaultdict(deque)
            self.injected: dict[str, int] = dict.fromkeys(FAULTS, 0)

    def change(self, plan: Plan, seed: int | None) -> None:
        with self._lock:
            self.plan = plan
            if seed is not None:
                self.seed = seed
                self._random = random.Random(seed)  # noqa: S311  # as above

    def script(self, network: str, names: list[str]) -> None:
        """The next publish calls of that network meet these, in order; "none" lets one pass."""
        unknown = set(names) - {*FAULTS, "none"}
        if unknown:
            raise ValueError(f"There is no fault named {sorted(unknown)[0]}; there are: none, {', '.join(FAULTS)}.")
        with self._lock:
            self._scripts[network].extend(names)

    def _next(self, network: str) -> tuple[str, bool]:
        with self._lock:
            if self._scripts[network]:
                return self._scripts[network].popleft(), True
            if self.plan.networks and network not in self.plan.networks:
                return "none", False
            chance = self._random.random()
            for name, rate in self.plan.rates.items():
                if chance < rate:
                    return name, False
                chance -= rate
            return "none", False

    def publish(self, call: Call, accept: Callable[[], tuple[Response, str]]) -> Response:
        """Run `accept` (which may refuse by raising) under whatever fault this call meets."""
        fault, scripted = self._next(call.network)
        plan = self.plan
        if fault in {"reset_before", "status_503", "status_429"}:
            self._note(call, fault, scripted, external_id="")
            if fault == "reset_before":
                raise DropConnection(reset=True)
            return call.failure(int(fault.removeprefix("status_")), plan.retry_after)
        if fault == "accept_late":
            time.sleep(plan.late_seconds)
        response, external_id = accept()
        if fault == "none":
            return response
        self._note(call, fault, scripted, external_id=external_id)
        return self._after(call, fault, response, plan)

    @staticmethod
    def _after(call: Call, fault: str, response: Response, plan: Plan) -> Response:
        if fault == "accept_hang":
            raise DropConnection(reset=False, after=plan.hang_seconds)
        if fault == "accept_reset":
            raise DropConnection(reset=True)
        if fault == "status_500_after":
            return call.failure(500, 0)
        if fault == "status_400_after":
            return call.failure(400, 0)
        return response

    def _note(self, call: Call, fault: str, scripted: bool, *, external_id: str) -> None:
        line = {
            "at": utc_text(datetime.now(UTC)),
            "fault": fault,
            "network": call.network,
            "account_id": call.account_id,
            "attempt_key": call.attempt_key,
            "external_id": external_id,
            "scripted": scripted,
        }
        with self._lock:
            self.injected[fault] += 1
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"seq": sum(self.injected.values()), **line}) + "\n")
