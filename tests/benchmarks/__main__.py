"""`python -m tests.benchmarks --only publish,lateness`: one JSON line a figure, the machine's facts first.

Exit code 0 also where a goal is missed: the figure is the result, and the line says `met`.
"""

from __future__ import annotations

import argparse
import json
import sys
from importlib import import_module

from advocacy.local.servers import end_on_terminate
from tests.benchmarks.figures import machine
from tests.benchmarks.sizes import SIZES
from tests.benchmarks.stage import stage

PARTS = ("publish", "lateness", "wakeups", "scale", "pages", "media")


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--only", default=",".join(PARTS), help=f"of {', '.join(PARTS)}")
    parser.add_argument("--size", choices=sorted(SIZES), default="full")
    parser.add_argument("--keep", action="store_true", help="keep the folder with logs, and say where it is")
    wanted = parser.parse_args(words)
    parts = [name for name in wanted.only.split(",") if name]
    if unknown := sorted(set(parts) - set(PARTS)):
        parser.error(f"no part is called {', '.join(unknown)}")
    end_on_terminate()
    _say(json.dumps({**machine(), "size": wanted.size}))
    with stage(keep=wanted.keep) as ready:
        import_module("django").setup()  # it reads the environment of the stage, and so do the models of the parts
        for name in parts:
            for figure in import_module(f"tests.benchmarks.{name}").measure(ready, SIZES[wanted.size]):
                _say(figure.line())
    return 0


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
