"""Each scenario says what its figures fail to show, and its control must bite: instant tests of both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import redis

from tests.chaos.brokers import Broker
from tests.chaos.clocks import set_clock
from tests.chaos.scenario import Scenario
from tests.chaos.scenarios.s02_valkey import S2
from tests.chaos.scenarios.s03_postgres import S3
from tests.chaos.scenarios.s04_network import S4
from tests.chaos.scenarios.s06_zombies import S6
from tests.chaos.stage import Order, on_database, on_port

ORDER = Order(shares=300, kills=2, seed=1)
CALM: dict[str, Any] = {
    **dict.fromkeys(("extra", "lost", "unapproved", "early", "order_breaks", "crossings", "balance", "unsettled"), 0),
    "without_intent": 0,
    "faults": 30,
    "held": {"opaque": 4, "replay": 1},
    "held_opaque_allowed": 4,
    "lateness": {"p50": 0.3, "p99": 20.0},
    "not_run": [],
}
GOOD: Mapping[str, dict[str, Any]] = {
    "S2": CALM,
    "S3": {**CALM, "kills": 8, "met": 8, "full_disks": 2, "resumed_in": [1.5], "worker_exits": 0, "refused_writes": 3},
    "S4": {
        **CALM,
        "late_wrong": 0,
        "late_set_back": 20,
        "held_without_cause": 0,
        "calls_a_second_then": 0.5,
        "calls_a_second_over_half_an_hour": 0.6,
        "unknown_attempts": 30,
        "recovered_in": 40.0,
    },
    "S6": {**CALM, "pauses": 2, "leases_over": 9, "stale_rejected": 1, "late_proofs": 2},
}
COMMON = [{name: 1} for name in ("extra", "lost", "unapproved", "early", "order_breaks", "crossings", "unsettled")]
WORSE: Mapping[str, list[dict[str, Any]]] = {
    "S2": [{"lateness": {"p99": 63.5}}, {"faults": 3}, {"held": {"opaque": 5}}],
    "S3": [
        {"without_intent": 1},
        {"kills": 7},
        {"met": 5},
        {"resumed_in": [31.0]},
        {"worker_exits": 1},
        {"refused_writes": 0},
    ],
    "S4": [
        {"late_wrong": 1},
        {"late_set_back": 0},
        {"held_without_cause": 1},
        {"calls_a_second_then": 2.1},
        {"calls_a_second_over_half_an_hour": 2.1},
        {"unknown_attempts": 5},
        {"recovered_in": 601.0},
        {"lateness": {"max": 1811.0}},
    ],
    "S6": [{"pauses": 1}, {"leases_over": 0}, {"stale_rejected": 0, "late_proofs": 0}],
}
SCENARIOS = {one.key: one for one in (S2, S3, S4, S6)}
CASES = [(one, worse) for key, one in SCENARIOS.items() for worse in (*COMMON, *WORSE[key])]


@pytest.mark.parametrize(("scenario", "worse"), CASES, ids=lambda one: getattr(one, "key", str(one)))
def test_every_promise_can_be_broken(scenario: Scenario, worse: dict[str, Any]) -> None:
    good = GOOD[scenario.key]
    assert scenario.broken(ORDER, good) == []
    assert len(scenario.broken(ORDER, {**good, **worse})) == 1


@pytest.mark.parametrize(
    ("scenario", "toothless", "biting"),
    [
        (S2, {"lost": 0}, {"lost": 1}),
        (S3, {"without_intent": 0}, {"without_intent": 1}),
        (S4, {"extra": 1, "calls_a_second_then": 1.0}, {"extra": 1, "calls_a_second_then": 30.0}),
        (S6, {"extra": 0}, {"extra": 1}),
    ],
)
def test_a_control_without_harm_does_not_bite(scenario: Scenario, toothless: Any, biting: Any) -> None:
    assert not scenario.bites(toothless)
    assert scenario.bites(biting)


def test_a_longer_outage_may_make_shares_later() -> None:
    late = {**GOOD["S2"], "lateness": {"p99": 119.0}}
    assert len(S2.broken(ORDER, late)) == 1
    assert S2.broken(replace(ORDER, lasts=60.0), late) == []


def test_what_a_machine_cannot_do_is_no_broken_promise() -> None:
    without = {"kills": 4, "full_disks": 0, "refused_writes": 0, "not_run": ["a full disk"]}
    assert S3.broken(ORDER, {**GOOD["S3"], **without}) == []


def test_addresses_lead_elsewhere_with_the_same_name_and_password() -> None:
    url = "postgresql://app:secret@127.0.0.1:5432/advocacy"
    assert on_port(url, 99) == "postgresql://app:secret@127.0.0.1:99/advocacy"
    assert on_port("redis://:secret@127.0.0.1:1/0", 2) == "redis://:secret@127.0.0.1:2/0"
    assert on_database(url, "copy") == "postgresql://app:secret@127.0.0.1:5432/copy"


def test_a_broker_can_be_emptied_stopped_and_replaced(tmp_path: Path) -> None:
    with Broker(tmp_path) as broker, redis.Redis.from_url(broker.url, decode_responses=True) as client:
        client.set("word", "kept")
        broker.stop()
        with pytest.raises(redis.ConnectionError):
            client.get("word")
        broker.start(empty=False)
        assert client.get("word") == "kept"
        broker.stop()
        broker.start(empty=True)
        assert client.get("word") is None
        client.set("word", "kept")
        broker.forget()
        assert client.get("word") is None
        assert urlsplit(broker.url).port == client.connection_pool.connection_kwargs["port"]


def test_a_clock_is_set_by_a_whole_file(tmp_path: Path) -> None:
    set_clock(tmp_path / "clock", "+600s")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("clock", "+600s\n")]
