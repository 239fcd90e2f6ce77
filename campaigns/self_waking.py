"""A publishing worker of Celery looks by itself every few seconds: without beat or broker, posts still go out.

Beat and commits wake it sooner; this only bounds the wait. What a look does stands in the loop and its clocks, which
let only one of a kind work in a process.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import Any

from celery.signals import worker_ready, worker_shutdown
from django.conf import settings
from django.db import connection

from campaigns.publishing.service import survive
from campaigns.tasks import publish_drain, publish_tick, stop

QUEUE = "publish"
_looking: list[threading.Thread] = []


@worker_ready.connect
def look_by_yourself(sender: Any = None, **_: object) -> None:
    """Only in workers that read the queue of publishing; one thread for what is due, one for the clocks."""
    if sender is None or QUEUE not in sender.app.amqp.queues.consume_from:
        return
    for name, look in (("drain", publish_drain), ("clocks", publish_tick)):
        thread = threading.Thread(target=partial(_keep_looking, look.run), name=f"self-waking-{name}", daemon=True)
        thread.start()
        _looking.append(thread)


@worker_shutdown.connect
def end_looks(**_: object) -> None:
    """The worker goes when the call that such a look has under way has ended and is written down."""
    stop.set()
    for thread in _looking:
        thread.join(timeout=float(settings.ENGINE["call_timeout"]) + 10)
    _looking.clear()


def _keep_looking(look: Callable[[], object]) -> None:
    while not stop.wait(float(settings.ENGINE["poll"])):
        survive(look)
    connection.close()
