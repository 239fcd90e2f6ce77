"""The Celery app, and the whole beat schedule.

Beat only wakes: every entry may be lost, doubled or late, for the rows say what is due. A message that waited longer
than its `expires` is dropped, so that a pause leaves no heap of wake-ups.
"""

from __future__ import annotations

import os

from celery import Celery
from celery.schedules import crontab
from celery.signals import beat_init, worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "advocacy.settings")
# Celery drops what Django's checks find, and loading every page for them would double a worker's start.
os.environ.setdefault("CELERY_SKIP_CHECKS", "1")

app = Celery("advocacy")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(["campaigns"], related_name="self_waking")

app.conf.beat_scheduler = "advocacy.waking:Waking"
app.conf.beat_schedule = {
    "say that beat is alive": {
        "task": "advocacy.tasks.note_beat",
        "schedule": 15.0,
        "options": {"expires": 30, "queue": "publish"},
    },
    "publish what is due": {
        "task": "campaigns.tasks.publish_drain",
        "schedule": 1.0,
        "options": {"expires": 10},
    },
    "look at the clocks of shares": {
        "task": "campaigns.tasks.publish_tick",
        "schedule": 1.0,
        "options": {"expires": 10},
    },
    "send mail": {
        "task": "accounts.tasks.send_mail",
        "schedule": 1.0,
        "options": {"expires": 10},
    },
    "run errands": {
        "task": "accounts.tasks.run_errands",
        "schedule": 1.0,
        "options": {"expires": 10},
    },
    "follow the links of open stories": {
        "task": "campaigns.tasks.follow_destinations",
        "schedule": 30.0,
        "options": {"expires": 25},
    },
    "read the feeds that are due": {
        "task": "campaigns.tasks.read_feeds",
        "schedule": 60.0,
        "options": {"expires": 50},
    },
    "look what became of posts": {
        "task": "campaigns.tasks.figures_round",
        "schedule": 60.0,
        "options": {"expires": 50},
    },
    "drop photos of tasks that are told of no more": {
        "task": "campaigns.tasks.drop_photos_of_tasks",
        "schedule": crontab(hour="4", minute="17"),
        "options": {"expires": 43_200},
    },
    "let go of old entries of feeds": {
        "task": "campaigns.tasks.sweep_inboxes",
        "schedule": crontab(hour="3", minute="52"),
        "options": {"expires": 43_200},
    },
    "end waits that nobody answered": {
        "task": "campaigns.tasks.publish_end_old_waits",
        "schedule": crontab(minute="7"),
        "options": {"expires": 3000},
    },
    "end what waits to be read and is over": {
        "task": "campaigns.tasks.sweep_unread",
        "schedule": crontab(minute="12"),
        "options": {"expires": 3000},
    },
    "write the figures of weeks that are over": {
        "task": "campaigns.tasks.sweep_figures",
        "schedule": crontab(minute="2"),
        "options": {"expires": 3000},
    },
    "let go of figures of posts": {
        "task": "campaigns.tasks.sweep_post_figures",
        "schedule": crontab(minute="47"),
        "options": {"expires": 3000},
    },
    "remind of posts that wait": {
        "task": "campaigns.tasks.sweep_reminders",
        "schedule": crontab(minute="42"),
        "options": {"expires": 3000},
    },
    "owe weekly mails": {
        "task": "campaigns.tasks.sweep_weekly_mails",
        "schedule": crontab(minute="22"),
        "options": {"expires": 3000},
    },
    "remind and end invitations": {
        "task": "accounts.tasks.sweep_invitations",
        "schedule": crontab(minute="17"),
        "options": {"expires": 3000},
    },
    "look after grants": {
        "task": "integrations.tasks.refresh_ahead",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
    "forget old sign-ins at networks": {
        "task": "integrations.tasks.forget_old_sign_ins",
        "schedule": crontab(minute="27"),
        "options": {"expires": 3000},
    },
    "forget what is over": {
        "task": "accounts.tasks.sweep_retention",
        "schedule": crontab(hour="3", minute="37"),
        "options": {"expires": 43_200},
    },
}


@worker_init.connect
@beat_init.connect
def begin_or_refuse(**_: object) -> None:
    """Before the first task; a sentence and an exit where this program must not work (`start.py`)."""
    from advocacy import start  # Django is set up only now

    start.begin_or_refuse()
