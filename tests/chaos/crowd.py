"""The play's side of `waves.py`: starts it, waits until everything is planned, and brings waves forward."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from advocacy.local.processes import PROJECT
from tests.chaos.stage import Figures, Stage, environment_of, program

HEAD_START = 2.0  # seconds


@dataclass(frozen=True)
class Crowd:
    """People whose planned shares stand in waves."""

    process: subprocess.Popen[str]
    made: int
    made_in: float

    def forward(self, wave: int, *, span: float) -> None:
        """Bring a wave forward, and wait until its first share is about to come due."""
        time.sleep(self.announce(wave, span=span, after=HEAD_START))

    def announce(self, wave: int, *, span: float, after: float) -> float:
        """Bring a wave forward to a time that is still to come; answers in how many seconds."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"forward": wave, "span": span, "after": after}) + "\n")
        self.process.stdin.flush()
        return float(_line(self.process)["begin_in"])


@contextmanager
def crowd(
    ready: Stage,
    *shares: int,
    accounts: int,
    seed: int,
    name: str = "people",
    networks: str = "mastodon,x,linkedin",
) -> Iterator[Crowd]:
    """So many shares in each wave, all of them approved, none of them due."""
    ready.sandbox.settings(duplicate_seconds=0)  # the networks' own check is no guarantee, and hides what we look for
    words = ("--name", name, "--shares", ",".join(map(str, shares)), "--accounts", str(accounts))
    more = ("--networks", networks, "--sandbox", ready.sandbox.base_url, "--seed", str(seed))
    process = subprocess.Popen(
        program("tests.chaos.waves", *words, *more),
        cwd=PROJECT,
        env=environment_of(ready),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        said = _line(process)
        yield Crowd(process, int(said["made"]), round(float(said["seconds"]), 1))
    finally:
        process.kill()
        process.communicate()  # also closes its pipes


def _line(process: subprocess.Popen[str]) -> Figures:
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, "The people of this run could not be made."
    said: Figures = json.loads(line)
    return said
