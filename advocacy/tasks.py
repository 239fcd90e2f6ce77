"""Celery's side of the wiring: the message by which beat is known to be alive."""

from __future__ import annotations

from celery import shared_task

from accounts.signs_of_life import Program, give_sign


@shared_task(name="advocacy.tasks.note_beat")
def note_beat() -> None:
    """Sent by beat alone, so that its silence can be told from the workers'."""
    give_sign(Program.BEAT)
