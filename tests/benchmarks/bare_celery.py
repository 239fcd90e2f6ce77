"""A Celery app with one task that does nothing: the bare limit of the library on this machine and broker."""

from __future__ import annotations

import os

from celery import Celery

QUEUE = "bench"
NOTHING = "tests.benchmarks.bare_celery.nothing"

app = Celery("bare", broker=os.environ.get("REDIS_URL", ""))
app.conf.update(task_ignore_result=True, worker_prefetch_multiplier=1, broker_connection_retry_on_startup=True)


@app.task(name=NOTHING)
def nothing() -> None:
    """A message that says nothing, heard by a task that does nothing."""
