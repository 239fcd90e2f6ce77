"""The bare loop as processes: as many as the product has workers, started before the clock and begun together.

`python -m tests.benchmarks.bare` is one of them: it says "ready", begins with the first line on its stdin, and ends
with one JSON line.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from importlib import import_module

from advocacy.local.processes import PROJECT
from tests.benchmarks.stage import WORKERS, Stage, StageTrouble

EVERYTHING = "advocacy_app"


@dataclass(frozen=True)
class BareRun:
    posts: int
    seconds: float

    @property
    def rate(self) -> float:
        return self.posts / self.seconds


def make_table(ready: Stage) -> None:
    table = import_module("tests.benchmarks.bare_loop").TABLE
    ready.ask(f"CREATE TABLE IF NOT EXISTS {table}")
    ready.ask(f"GRANT SELECT, INSERT, UPDATE ON bench_post TO {EVERYTHING}")


def run(organizations: Sequence[int], *, posts: int, each: int, processes: int = WORKERS) -> BareRun:
    """Send `posts` posts from these companies' accounts; the clock runs from the word go to the last committed row."""
    with ExitStack() as running:
        started = [running.enter_context(_process(organizations, each, posts, n, processes)) for n in range(processes)]
        for process in started:
            _hear(process, "ready")
        began = time.monotonic()
        for process in started:
            _say(process, "go")
        answers = [json.loads(_heard(process)) for process in started]
        seconds = time.monotonic() - began
    published = sum(int(answer["published"]) for answer in answers)
    if published != posts:
        raise StageTrouble(f"The bare loop posted {published} of {posts}.")
    return BareRun(published, seconds)


def _process(organizations: Sequence[int], each: int, posts: int, part: int, parts: int) -> subprocess.Popen[str]:
    words = ("--organizations", json.dumps(list(organizations)), "--each", str(each), "--posts", str(posts))
    command = [sys.executable, "-m", "tests.benchmarks.bare", *words, "--part", str(part), "--parts", str(parts)]
    # Its log lines cost what the workers' do, and go to a file's like.
    return subprocess.Popen(
        command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )


def _say(process: subprocess.Popen[str], word: str) -> None:
    assert process.stdin is not None
    process.stdin.write(word + "\n")
    process.stdin.flush()


def _heard(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def _hear(process: subprocess.Popen[str], word: str) -> None:
    if _heard(process) != word:
        raise StageTrouble("A process of the bare loop did not start.")


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.bare", description=__doc__)
    parser.add_argument("--organizations", type=json.loads, required=True, help="whose accounts post, as JSON")
    parser.add_argument("--each", type=int, required=True, help="posts an account")
    parser.add_argument("--posts", type=int, required=True, help="of all processes together")
    parser.add_argument("--part", type=int, required=True)
    parser.add_argument("--parts", type=int, required=True)
    wanted = parser.parse_args(words)
    import_module("django").setup()
    loop = import_module("tests.benchmarks.bare_loop")
    threads = int(import_module("django.conf").settings.ENGINE["threads"])
    mine = loop.posts_of(wanted.organizations, each=wanted.each)[: wanted.posts][wanted.part :: wanted.parts]
    loop.BareLoop(loop.posts_of(wanted.organizations, each=1)[:4], threads).run()  # warm, as workers are
    bare = loop.BareLoop(mine, threads)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    sys.stdout.write(json.dumps({"published": bare.run()}) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
