"""Publishing workers whose picture library crashes: the process is gone the moment it brings a picture there.

Run by `test_poison.py`. One life follows the other, each a process of its own; all but that one step is the product's
loop. Prints how each life ended.
"""

from __future__ import annotations

import os
import threading

import django

CRASHED = 139  # what a shell says of a segmentation fault
LIVES = 9


def live() -> None:
    from campaigns.publishing import work
    from campaigns.publishing.service import serve

    work._checked = lambda *_: os._exit(CRASHED)
    serve(threading.Event())


if __name__ == "__main__":
    django.setup()
    for _ in range(LIVES):
        child = os.fork()
        if child == 0:
            live()
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)  # noqa: T201  # its one output
