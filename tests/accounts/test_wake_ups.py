"""Wake-ups come with the commit, once; a broker that is away or silent costs one short try, not one per page."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing

import pytest
from celery import Celery
from django.conf import settings
from django.db import transaction

from accounts import wake_ups
from accounts.wake_ups import wake_on_commit

pytestmark = pytest.mark.django_db(transaction=True)
TASK = "accounts.tasks.run_errands"


@pytest.fixture(autouse=True)
def _not_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wake_ups, "_quiet_until", float("-inf"))


@pytest.fixture
def woken(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    names: list[str] = []
    monkeypatch.setattr(
        wake_ups, "import_string", lambda name: type("Task", (), {"apply_async": lambda **_: names.append(name)})
    )
    return names


def test_a_wake_up_comes_with_the_commit_and_once(woken: list[str]) -> None:
    with transaction.atomic():
        wake_on_commit(TASK)
        wake_on_commit(TASK)
        wake_on_commit("accounts.tasks.send_mail")
        assert woken == []
    assert woken == [TASK, "accounts.tasks.send_mail"]


def test_what_is_undone_wakes_nobody(woken: list[str]) -> None:
    with pytest.raises(ValueError, match="undone"), transaction.atomic():
        wake_on_commit(TASK)
        raise ValueError("undone")
    assert woken == []


@pytest.fixture
def silent_broker(monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """It takes connections (the system does it for it) and never says a word."""
    with closing(socket.create_server(("127.0.0.1", 0), backlog=20)) as server:
        app = Celery(broker=f"redis://127.0.0.1:{server.getsockname()[1]}/0", set_as_current=False)
        app.conf.broker_transport_options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
        monkeypatch.setattr(wake_ups, "import_string", lambda name: app.task(name=name)(_work))
        yield server
        app.close()


def _work() -> None: ...


def test_a_silent_broker_is_asked_once_by_many_pages(
    silent_broker: socket.socket, caplog: pytest.LogCaptureFixture
) -> None:
    for _page in range(5):
        with transaction.atomic():
            wake_on_commit(TASK)
    assert "The broker took no wake-up" in caplog.text
    assert _connections_to(silent_broker) == 1


def _connections_to(server: socket.socket) -> int:
    server.setblocking(False)
    count = 0
    while True:
        try:
            server.accept()[0].close()
        except BlockingIOError:
            return count
        count += 1
