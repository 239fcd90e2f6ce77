"""Celery's side of the outside world. Tasks hold no rules; those without an organization are sweepers."""

from __future__ import annotations

import threading

from celery import shared_task

from accounts.signs_of_life import Program, give_sign
from integrations.refreshing import look_after_grants
from integrations.sign_in_states import forget_old_states

_looking_after = threading.Lock()


@shared_task(name="integrations.tasks.forget_old_sign_ins")
def forget_old_sign_ins() -> int:
    """Hourly: sign-ins at networks that nobody came back from. The table is global, so this crosses nothing."""
    return forget_old_states()


@shared_task(name="integrations.tasks.refresh_ahead")
def refresh_ahead() -> int:
    """Every half minute, on its own queue: grants near their end. One at a time in a process."""
    give_sign(Program.GRANTS)
    if not _looking_after.acquire(blocking=False):
        return 0
    try:
        return look_after_grants().renewed
    finally:
        _looking_after.release()
