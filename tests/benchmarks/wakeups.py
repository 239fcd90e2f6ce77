"""Wake-ups against bare Celery: how fast one worker gets through messages that say nothing, ours and no-op tasks.

The heap is laid while the worker stands still; the clock runs from its first step until the queue is empty. A drain is
at work in ours all the while, as it always is where something is due: the wake-ups find it and return.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator

import redis
from celery import Celery

from advocacy.local.processes import wait_until
from advocacy.local.programs import PYTHON, publish_worker
from advocacy.local.supervisor import Program, Supervisor
from tests.benchmarks import bare_celery
from tests.benchmarks.figures import Figure, at_least, median
from tests.benchmarks.sizes import Size
from tests.benchmarks.stage import Stage, StageTrouble, wait_for_workers

OURS, WAKE = "publish", "campaigns.tasks.publish_drain"
GOAL = 0.8


def measure(ready: Stage, size: Size) -> Iterator[Figure]:
    programs = (publish_worker(), _bare_worker())
    with Supervisor(programs, folder=ready.place.folder / "logs", environment=ready.environment) as running:
        running.start()
        wait_for_workers(running, [program.name for program in programs])
        ours, least = [], []
        for _ in range(size.rounds):
            ours.append(_rate(ready, running, "publish-1", OURS, WAKE, size.messages))
            least.append(_rate(ready, running, "bare", bare_celery.QUEUE, bare_celery.NOTHING, size.messages))
        rounds = [{"engine": round(a), "bare": round(b)} for a, b in zip(ours, least, strict=True)]
        yield at_least(
            "wake_ups", median(ours), "messages/s", baseline=median(least), ratio=GOAL, workers=1, rounds=rounds
        )


def _bare_worker() -> Program:
    pool = ("--pool", "threads", "--concurrency", "2", "--without-gossip", "--without-mingle", "--loglevel", "INFO")
    words = ("worker", "-Q", bare_celery.QUEUE, "-n", "bare@%h", *pool)
    return Program("bare", (PYTHON, "-m", "celery", "-A", "tests.benchmarks.bare_celery", *words))


def _rate(ready: Stage, running: Supervisor, worker: str, queue: str, task: str, messages: int) -> float:
    broker = redis.Redis.from_url(ready.environment["REDIS_URL"])
    _send(ready, queue, task, 1)  # the drain that will be at work
    wait_until(lambda: broker.llen(queue) == 0, seconds=10)
    running.kill(worker, signal.SIGSTOP)
    _send(ready, queue, task, messages)
    began = time.monotonic()
    running.kill(worker, signal.SIGCONT)
    if not wait_until(lambda: broker.llen(queue) == 0, seconds=120, every=0.005):
        raise StageTrouble(f"The worker did not get through {messages} messages.")
    return messages / (time.monotonic() - began)


def _send(ready: Stage, queue: str, task: str, messages: int) -> None:
    sender = Celery("sender", broker=ready.environment["REDIS_URL"])
    with sender.connection_for_write() as line:
        for _ in range(messages):
            sender.send_task(task, queue=queue, connection=line, ignore_result=True)
