"""Celery's side of the outside world. Tasks hold no rules; those without an organization are sweepers."""

from __future__ import annotations

from celery import shared_task

from integrations.sign_in_states import forget_old_states


@shared_task(name="integrations.tasks.forget_old_sign_ins")
def forget_old_sign_ins() -> int:
    """Hourly: sign-ins at networks that nobody came back from. The table is global, so this crosses nothing."""
    return forget_old_states()
