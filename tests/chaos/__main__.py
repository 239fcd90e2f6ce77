"""`python -m tests.chaos --scenario S1 --shares 300 --kills 5`: prints one JSON line; exit code 1: a promise broke."""

from __future__ import annotations

import argparse
import json
import sys

from tests.chaos.scenario import run
from tests.chaos.scenarios import SCENARIOS, scenario
from tests.chaos.stage import Order


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    keys = [one.key for one in SCENARIOS]
    parser.add_argument(
        "--scenario", choices=keys, default="S1", help="; ".join(f"{o.key}: {o.title}" for o in SCENARIOS)
    )
    parser.add_argument("--shares", type=int, default=300)
    parser.add_argument("--kills", type=int, default=5, help="how often the scenario's fault is done")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--lasts", type=float, default=0.0, help="seconds of each outage of S2, and of the dark of S4")
    parser.add_argument("--within", type=float, default=0.0, help="seconds in which shares come due, on a slow machine")
    parser.add_argument("--keep", action="store_true", help="keep the folder with logs, and say where it is")
    wanted = parser.parse_args(words)
    times = {"within": wanted.within, "lasts": wanted.lasts}
    order = Order(wanted.shares, wanted.kills, wanted.seed, keep=wanted.keep, **times)
    result = run(scenario(wanted.scenario), order)
    for sentence in (*result["broken"], *(f"Not run: {what}" for what in result["not_run"])):
        sys.stderr.write(f"{sentence}\n")
    sys.stdout.write(json.dumps(result) + "\n")
    return 1 if result["broken"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
