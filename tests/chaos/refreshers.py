"""Renews grants ahead of need without a pause, as many workers at once would: what S8 lets race for 500 grants.

`python -m tests.chaos.refreshers` keeps to the product's lease. With `--without-lease` it is the control: whoever needs
a grant renews it, and so do the publishers that it starts with `--publish`.
"""

from __future__ import annotations

import sys
import threading
import time

import django

django.setup()

from django.db import close_old_connections  # noqa: E402  # Django must be set up before its models are imported

from campaigns.publishing.service import serve  # noqa: E402
from integrations import tokens  # noqa: E402
from integrations.models import StoredGrant  # noqa: E402
from integrations.refreshing import renew_ahead  # noqa: E402

PAUSE = 0.05  # seconds between two rounds


def _without_lease(stored: StoredGrant) -> bool:
    """The rule taken away, in this rig alone: everybody may."""
    return stored.pk is not None


def main(words: list[str]) -> int:
    if "--without-lease" in words:
        tokens._take_lease = _without_lease  # noqa: SLF001  # this is what a control is
    if "--publish" in words:
        serve(threading.Event())
    while True:
        renew_ahead()
        close_old_connections()
        time.sleep(PAUSE)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
