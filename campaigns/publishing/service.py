"""The whole engine in one process, without a broker: the publishing loop, and the clocks beside it in a thread.

`manage.py publish` runs it. Each thread has its own database connection; either may be restarted alone.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from django.db import close_old_connections, connection

from accounts.database_trouble import is_database_trouble
from accounts.signs_of_life import Program, give_sign
from accounts.time_limits import limited_as
from campaigns.publishing.clocks import end_old_waits, run_clocks
from campaigns.publishing.loop import drain
from campaigns.publishing.settle import settle

logger = logging.getLogger(__name__)

ROUND = 1.0  # seconds between two looks at the clocks
HOUR = 3600.0


def serve(stop: threading.Event) -> None:
    """Until told to stop; returns when the calls in flight have ended."""
    clocks = threading.Thread(target=_keep_clocks, args=(stop,), name="clocks")
    clocks.start()
    while not stop.is_set():
        survive(lambda: drain(stop))
    clocks.join()


@limited_as("engine")
def tick() -> int:
    """One look at every clock of the second hand; where one breaks, the other has still been looked at."""
    looked, broke = 0, []
    give_sign(Program.CLOCKS)
    for clock in (settle, run_clocks):
        try:
            looked += clock()
        except Exception as error:
            if is_database_trouble(error):
                close_old_connections()
            broke.append(error)
    if broke:
        raise ExceptionGroup("A clock broke.", broke)
    return looked


def _keep_clocks(stop: threading.Event) -> None:
    hourly = time.monotonic()
    while not stop.is_set():
        survive(tick)
        if time.monotonic() - hourly >= HOUR:
            survive(end_old_waits)
            hourly = time.monotonic()
        stop.wait(ROUND)
    connection.close()


def survive(work: Callable[[], object]) -> None:
    """A round that breaks (the database is restarted, say) is logged, and the next one comes."""
    try:
        work()
    except Exception:
        logger.exception("A round of the engine broke.", extra={"event": "engine_round_broke"})
        close_old_connections()
        time.sleep(ROUND)
