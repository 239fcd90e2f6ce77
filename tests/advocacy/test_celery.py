"""The beat schedule names tasks that exist, on the queues that workers read, and wakes within a second."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from celery.beat import PersistentScheduler, Service
from django.conf import settings

from accounts.errands import handlers
from advocacy.celery import app
from advocacy.local.processes import PROJECT
from advocacy.local.programs import Place, all_programs

app.loader.import_default_modules()
SCHEDULE = app.conf.beat_schedule


def queue_of(task: str) -> str:
    route = app.amqp.router.route({}, task)
    return str(route["queue"].name)


def test_every_entry_names_a_task() -> None:
    assert [entry["task"] for entry in SCHEDULE.values() if entry["task"] not in app.tasks] == []


def test_publishing_has_its_own_queue() -> None:
    queues = {entry["task"]: queue_of(entry["task"]) for entry in SCHEDULE.values()}
    assert {task for task, queue in queues.items() if queue == "publish"} == {
        "campaigns.tasks.publish_drain",
        "campaigns.tasks.publish_tick",
        "campaigns.tasks.publish_end_old_waits",
    }
    assert set(queues.values()) == {"publish", "refresh", "mail", "work", "figures"}
    assert queues["integrations.tasks.refresh_ahead"] == "refresh"
    assert {task for task, queue in queues.items() if queue == "figures"} == {"campaigns.tasks.figures_round"}
    assert {task for task, queue in queues.items() if queue == "mail"} == {"accounts.tasks.send_mail"}


def test_every_queue_has_a_worker_of_its_own_in_an_installation_and_one_here() -> None:
    compose = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())["services"]
    queues = ["publish", "refresh", "mail", "work", "figures"]
    read = {name: service["command"] for name, service in compose.items() if name.startswith("worker-")}
    assert {name: command[command.index("-Q") + 1] for name, command in read.items()} == {
        f"worker-{queue}": queue for queue in queues
    }
    here = [program.command for program in all_programs(Place(Path("."), 1, 2)) if "-Q" in program.command]
    assert sorted(",".join(command[command.index("-Q") + 1] for command in here).split(",")) == sorted(queues)
    assert app.conf.worker_prefetch_multiplier == 1


def test_letters_are_known_errands() -> None:
    assert set(settings.MAIL_ERRANDS) <= set(handlers())


def test_what_is_due_is_looked_for_every_second() -> None:
    every_second = {entry["task"] for entry in SCHEDULE.values() if entry["schedule"] == 1.0}
    assert every_second == {
        "campaigns.tasks.publish_drain",
        "campaigns.tasks.publish_tick",
        "accounts.tasks.run_errands",
        "accounts.tasks.send_mail",
    }


def test_beat_sleeps_until_something_is_due(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tick that answers nothing to sleep is followed by the next at once, a hundred times and more a second."""
    service = Service(app, schedule_filename=str(tmp_path / "schedule"), scheduler_cls=app.conf.beat_scheduler)
    assert isinstance(service.scheduler, PersistentScheduler)
    monkeypatch.setattr(service.scheduler, "is_due", lambda _entry: (False, 0.004))
    assert service.scheduler.tick() == 0.004
    service.scheduler.close()


def test_a_wake_up_that_waited_is_dropped() -> None:
    assert [name for name, entry in SCHEDULE.items() if "expires" not in entry["options"]] == []


def test_no_task_is_retried_or_answers_late() -> None:
    ours = [task for name, task in app.tasks.items() if name.startswith("campaigns.tasks.publish")]
    assert len(ours) == 3
    assert not [task.name for task in ours if getattr(task, "autoretry_for", ()) or task.acks_late]
