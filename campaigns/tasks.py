"""Celery's side of campaigns: wake-ups and nothing else. What a message says does not matter; the rows do.

No task here is retried or carries a time; only one company's part of a sweep takes an argument, its id.
"""

from __future__ import annotations

import logging
import threading

from celery import shared_task
from celery.signals import worker_shutting_down

from accounts.selectors.organization import every_id
from accounts.tasks import OrganizationTask, one_at_a_time
from campaigns.actions.figures import let_out_figures
from campaigns.actions.inbox import drop_old_entries
from campaigns.actions.item_import import drop_old_item_imports
from campaigns.actions.notices import remind_of_waiting
from campaigns.actions.post_figures import forget_old_figures
from campaigns.actions.reviews import end_unread
from campaigns.actions.weekly_mail import owe_weekly_mails
from campaigns.feed_reading import read_due_feeds
from campaigns.figure_reading import read_due_figures
from campaigns.follower_reading import read_due_followers
from campaigns.proof_photos import drop_what_no_row_names
from campaigns.publishing import clocks, destinations, service
from campaigns.publishing.loop import drain
from campaigns.selectors.reviews import with_texts_to_read

logger = logging.getLogger(__name__)
stop = threading.Event()


@worker_shutting_down.connect
def stop_claiming(**_: object) -> None:
    """TERM: the drain under way claims no more, ends its calls, gives back what was not sent, and returns."""
    stop.set()


@shared_task(name="campaigns.tasks.publish_drain")
def publish_drain() -> int:
    return drain(stop)


@shared_task(name="campaigns.tasks.publish_tick")
@one_at_a_time
def publish_tick() -> int:
    """Every second: leases, unclear sends, and due shares that no claim takes."""
    return service.tick()


@shared_task(name="campaigns.tasks.publish_end_old_waits")
def publish_end_old_waits() -> int:
    return clocks.end_old_waits()


@shared_task(name="campaigns.tasks.sweep_unread")
def sweep_unread() -> None:
    """Hourly: companies where a text waits to be read."""
    for organization_id in with_texts_to_read():
        sweep_unread_of.delay(organization_id)


@shared_task(name="campaigns.tasks.sweep_unread_of", base=OrganizationTask)
def sweep_unread_of(organization_id: int) -> None:
    place = {"organization": organization_id, "task": "sweep_unread", "count": end_unread(by=None)}
    logger.info("Texts whose story is over were ended unread.", extra=place)


@shared_task(name="campaigns.tasks.sweep_figures")
def sweep_figures() -> None:
    """Hourly, since a week ends at another hour in each zone: every company's weeks that are over."""
    for organization_id in every_id():
        sweep_figures_of.delay(organization_id)


@shared_task(name="campaigns.tasks.sweep_figures_of", base=OrganizationTask)
def sweep_figures_of(organization_id: int) -> None:
    weeks = let_out_figures(by=None)
    if weeks:
        place = {"organization": organization_id, "task": "sweep_figures", "count": weeks}
        logger.info("Figures of weeks that are over were written.", extra=place)


@shared_task(name="campaigns.tasks.sweep_post_figures")
def sweep_post_figures() -> None:
    """Hourly, since some networks let apps keep figures for a day: every company lets go of what is over."""
    for organization_id in every_id():
        sweep_post_figures_of.delay(organization_id)


@shared_task(name="campaigns.tasks.sweep_post_figures_of", base=OrganizationTask)
def sweep_post_figures_of(organization_id: int) -> None:
    gone = forget_old_figures(by=None)
    if gone:
        place = {"organization": organization_id, "task": "sweep_post_figures", "count": gone}
        logger.info("Figures of posts whose time is over were let go.", extra=place)


@shared_task(name="campaigns.tasks.sweep_weekly_mails")
def sweep_weekly_mails() -> None:
    """Hourly: in every company, somebody's hour may be near."""
    for organization_id in every_id():
        sweep_weekly_mails_of.delay(organization_id)


@shared_task(name="campaigns.tasks.sweep_weekly_mails_of", base=OrganizationTask)
def sweep_weekly_mails_of(organization_id: int) -> None:
    owed = owe_weekly_mails(by=None)
    if owed:
        place = {"organization": organization_id, "task": "sweep_weekly_mails", "count": owed}
        logger.info("Weekly mails were owed.", extra=place)


@shared_task(name="campaigns.tasks.drop_photos_of_tasks")
def drop_photos_of_tasks() -> None:
    """Daily: photos whose row went, in every company, from where media lie."""
    logger.info("Photos of tasks were dropped.", extra={"count": drop_what_no_row_names()})


@shared_task(name="campaigns.tasks.sweep_reminders")
def sweep_reminders() -> None:
    """Hourly: in every company, a post may have waited for a day."""
    for organization_id in every_id():
        sweep_reminders_of.delay(organization_id)


@shared_task(name="campaigns.tasks.sweep_reminders_of", base=OrganizationTask)
def sweep_reminders_of(organization_id: int) -> None:
    letters = remind_of_waiting(by=None)
    if letters:
        place = {"organization": organization_id, "task": "sweep_reminders", "count": letters}
        logger.info("People were reminded of posts that wait for them.", extra=place)


@shared_task(name="campaigns.tasks.follow_destinations")
@one_at_a_time
def follow_destinations() -> int:
    """Every half minute, apart from publishing: where the links of open stories lead."""
    return destinations.follow_destinations()


@shared_task(name="campaigns.tasks.read_feeds")
@one_at_a_time
def read_feeds() -> int:
    """Every minute: feeds that are due."""
    return read_due_feeds()


@shared_task(name="campaigns.tasks.figures_round")
@one_at_a_time
def figures_round() -> int:
    """Every minute, on its own queue: posts whose networks are asked what became of them, then profiles that grow."""
    return read_due_figures() + read_due_followers()


@shared_task(name="campaigns.tasks.sweep_inboxes")
def sweep_inboxes() -> None:
    """Daily: every company lets go of entries that nobody took up, and of files that are over."""
    for organization_id in every_id():
        sweep_inboxes_of.delay(organization_id)


@shared_task(name="campaigns.tasks.sweep_inboxes_of", base=OrganizationTask)
def sweep_inboxes_of(organization_id: int) -> None:
    gone = drop_old_entries(by=None) + drop_old_item_imports(by=None)
    if gone:
        place = {"organization": organization_id, "task": "sweep_inboxes", "count": gone}
        logger.info("Old entries of feeds and files of stories are gone.", extra=place)
