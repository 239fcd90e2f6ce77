"""All chaos scenarios, in the order of reliability.md §3. One file each; nothing is found by magic."""

from __future__ import annotations

from tests.chaos.scenario import Scenario
from tests.chaos.scenarios.s01_kills import S1
from tests.chaos.scenarios.s02_valkey import S2
from tests.chaos.scenarios.s03_postgres import S3
from tests.chaos.scenarios.s04_network import S4
from tests.chaos.scenarios.s05_broker import S5
from tests.chaos.scenarios.s06_zombies import S6
from tests.chaos.scenarios.s07_consent import S7
from tests.chaos.scenarios.s08_tokens import S8
from tests.chaos.scenarios.s10_disaster import S10

SCENARIOS: tuple[Scenario, ...] = (S1, S2, S3, S4, S5, S6, S7, S8, S10)


def scenario(key: str) -> Scenario:
    """By its key; raises KeyError where there is none."""
    return {one.key: one for one in SCENARIOS}[key]
