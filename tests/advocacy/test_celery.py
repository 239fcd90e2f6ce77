"""The beat schedule names tasks that exist, on the queues that workers read, and wakes within a second."""

from __future__ import annotations

from advocacy.celery import app

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
    assert set(queues.values()) == {"publish", "errands"}


def test_what_is_due_is_looked_for_every_second() -> None:
    every_second = {entry["task"] for entry in SCHEDULE.values() if entry["schedule"] == 1.0}
    assert every_second == {
        "campaigns.tasks.publish_drain",
        "campaigns.tasks.publish_tick",
        "accounts.tasks.run_errands",
    }


def test_a_wake_up_that_waited_is_dropped() -> None:
    assert [name for name, entry in SCHEDULE.items() if "expires" not in entry["options"]] == []


def test_no_task_is_retried_or_answers_late() -> None:
    ours = [task for name, task in app.tasks.items() if name.startswith("campaigns.tasks.publish")]
    assert len(ours) == 3
    assert not [task.name for task in ours if getattr(task, "autoretry_for", ()) or task.acks_late]
