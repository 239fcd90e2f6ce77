"""`python -m tests.chaos --shares 300 --kills 5`: prints one JSON line; exit code 1 where a promise was broken."""

from __future__ import annotations

import argparse
import json
import sys

from tests.chaos.rig import ENGINES, Order, run


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--shares", type=int, default=300)
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--engine", choices=ENGINES, default="ours", help="resend is the control: it must show extra posts"
    )
    parser.add_argument("--keep", action="store_true", help="keep the folder with logs, and say where it is")
    wanted = parser.parse_args(words)
    result = run(Order(wanted.shares, wanted.kills, wanted.seed, wanted.engine, keep=wanted.keep))
    for sentence in result["broken"]:
        sys.stderr.write(f"{sentence}\n")
    sys.stdout.write(json.dumps(result) + "\n")
    return 1 if result["broken"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
