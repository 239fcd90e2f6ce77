"""Celery's side of accounts: the base of every task of one company, and the wake-ups.

Tasks hold no rules. Those that take no organization are sweepers: they only list ids, or run a loop
that crosses companies by itself.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from functools import wraps
from typing import Any

from celery import Task, shared_task

from accounts import errands
from accounts.actions import invitations as invitation_actions
from accounts.retention import forget_what_is_over
from accounts.selectors import organization as organization_selectors
from accounts.tenancy import acting_in
from accounts.time_limits import limited_as

logger = logging.getLogger(__name__)


class OrganizationTask(Task):  # type: ignore[type-arg]  # Celery's class is generic in its stubs alone
    """A task of one organization: its id is the first argument, and the task runs inside it."""

    abstract = True

    def __call__(self, organization_id: int, *args: Any, **kwargs: Any) -> Any:
        with limited_as("work"), acting_in(organization_id):
            return super().__call__(organization_id, *args, **kwargs)


def one_at_a_time(work: Callable[[], int]) -> Callable[[], int]:
    """In a process: a wake-up that finds the work under way goes at once."""
    under_way = threading.Lock()

    @wraps(work)
    def alone() -> int:
        if not under_way.acquire(blocking=False):
            return 0
        try:
            return work()
        finally:
            under_way.release()

    return alone


@shared_task(name="accounts.tasks.send_mail")
def send_mail() -> int:
    """Wake the outbox for letters, on a queue of their own."""
    return errands.run_errands(mail=True)


@shared_task(name="accounts.tasks.run_errands")
def run_errands() -> int:
    """Wake the outbox for everything else: imports, revocations, posts to take down."""
    return errands.run_errands(mail=False)


@shared_task(name="accounts.tasks.sweep_invitations")
def sweep_invitations() -> None:
    """Hourly: companies with a reminder or an end of an invitation due."""
    for organization_id in organization_selectors.with_invitations_due():
        sweep_invitations_of.delay(organization_id)


@shared_task(name="accounts.tasks.sweep_invitations_of", base=OrganizationTask)
def sweep_invitations_of(organization_id: int) -> None:
    reminded = invitation_actions.remind_unanswered(by=None)
    ended = invitation_actions.end_old_invitations(by=None)
    place = {"organization": organization_id, "task": "sweep_invitations", "count": reminded + ended}
    logger.info("Invitations were reminded of or ended.", extra=place)


@shared_task(name="accounts.tasks.sweep_retention")
def sweep_retention() -> None:
    """Daily: every company forgets what is over."""
    for organization_id in organization_selectors.every_id():
        sweep_retention_of.delay(organization_id)


@shared_task(name="accounts.tasks.sweep_retention_of", base=OrganizationTask)
def sweep_retention_of(organization_id: int) -> None:
    gone = forget_what_is_over(by=None)
    place = {"organization": organization_id, "task": "sweep_retention", "count": sum(gone.values())}
    logger.info("Rows whose time was up are gone.", extra=place)
