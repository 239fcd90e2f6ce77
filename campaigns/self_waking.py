"""A publishing worker of Celery looks by itself every few seconds: without beat or broker, posts still go out.

Beat and commits wake it sooner; this only bounds the wait. What a look does stands in the loop and its clocks, which
let only one of a kind work in a process.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from celery import bootsteps, current_app
from django.conf import settings
from django.db import connection

from campaigns.publishing.service import survive
from campaigns.tasks import publish_drain, publish_tick, stop

QUEUE = "publish"


class SelfWaking(bootsteps.StartStopStep):
    """Two threads, for what is due and for the clocks, in workers that read the queue of publishing.

    They start before the worker looks for its broker, so that one that finds none works as well.
    """

    requires = ("celery.worker.components:Pool",)

    def __init__(self, parent: Any, **_: object) -> None:
        self._looking: list[threading.Thread] = []

    def include_if(self, parent: Any) -> bool:
        return QUEUE in parent.app.amqp.queues.consume_from

    def start(self, parent: Any) -> None:
        for name, look in (("drain", publish_drain), ("clocks", publish_tick)):
            thread = threading.Thread(target=partial(_keep_looking, look.run), name=f"self-waking-{name}", daemon=True)
            thread.start()
            self._looking.append(thread)

    def stop(self, parent: Any) -> None:
        """The worker goes when the call that such a look has under way has ended and is written down."""
        stop.set()
        until = time.monotonic() + float(settings.ENGINE["call_timeout"]) + 10
        for thread in self._looking:
            thread.join(timeout=max(0.0, until - time.monotonic()))
        self._looking.clear()

    def terminate(self, parent: Any) -> None:
        self.stop(parent)


def _keep_looking(look: Callable[[], object]) -> None:
    while not stop.wait(float(settings.ENGINE["poll"])):
        survive(look)
    connection.close()


current_app.steps["worker"].add(SelfWaking)
