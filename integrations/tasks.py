"""Celery's side of the outside world. Tasks hold no rules; those without an organization are sweepers."""

from __future__ import annotations

from celery import shared_task

from accounts.signs_of_life import Program, give_sign
from accounts.tasks import one_at_a_time
from integrations.refreshing import look_after_grants
from integrations.sign_in_states import forget_old_states


@shared_task(name="integrations.tasks.forget_old_sign_ins")
def forget_old_sign_ins() -> int:
    """Hourly: sign-ins at networks that nobody came back from. The table is global, so this crosses nothing."""
    return forget_old_states()


@shared_task(name="integrations.tasks.refresh_ahead")
def refresh_ahead() -> int:
    """Every half minute, on its own queue: grants near their end."""
    give_sign(Program.GRANTS)
    return _look_after()


@one_at_a_time
def _look_after() -> int:
    return look_after_grants().renewed
