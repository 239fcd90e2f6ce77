"""The circuits' rows: what is heard at the door, written down by many at once, and asked before a look-up."""

from __future__ import annotations

import threading
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.db.models.functions import Now

from integrations import breakers, http
from integrations.breaker_rules import Calls
from integrations.breakers import Watch, may_call, not_answering, tries_again_at, watched, write_down
from integrations.models import Breaker
from tests.integrations.peer import Answer, closed_port, reset, running_peer

HERE = ("mastodon", "https://a.example")
THERE = ("mastodon", "https://b.example")


@pytest.fixture(autouse=True)
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    """News of other tests in this process are none of these tests' business."""
    fresh = Watch()
    monkeypatch.setattr(breakers, "_watch", fresh)
    return fresh


def state(place: tuple[str, str] = HERE) -> str:
    return Breaker.objects.get(pk="|".join(place)).state


@pytest.mark.parametrize(
    ("answer", "failed"),
    [
        (Answer(200), 0),
        (Answer(404), 0),
        (Answer(422), 0),
        (Answer(429), 0),
        (Answer(500), 1),
        (Answer(503), 1),
        (Answer(act=reset), 1),
    ],
)
def test_a_server_that_says_no_is_there_and_one_that_says_nothing_is_not(
    watch: Watch, answer: Answer, failed: int
) -> None:
    with running_peer() as server, watched(*HERE), suppress(http.OutboundError):
        server.tell_any(answer)
        http.send("GET", f"{server.url}/")
    assert watch._news == {HERE: Calls(1, failed)}


def test_a_call_that_nobody_takes_is_a_failure_and_a_forbidden_one_is_not(watch: Watch, settings: Any) -> None:
    port = closed_port()
    settings.OUTBOUND_ALLOWED_HOSTS = [f"127.0.0.1:{port}"]
    with watched(*HERE), pytest.raises(http.NotSent):
        http.send("GET", f"http://127.0.0.1:{port}/")
    with watched(*THERE), pytest.raises(http.Forbidden):
        http.send("GET", "https://10.1.2.3/")
    assert watch._news == {HERE: Calls(1, 1)}


def test_what_calls_nobody_says_nothing(watch: Watch) -> None:
    with watched(*HERE):
        pass
    assert watch._news == {}


@pytest.mark.django_db
def test_one_dead_server_leaves_the_others_alone() -> None:
    write_down({HERE: Calls(20, 20), THERE: Calls(20, 1)})
    assert (state(HERE), state(THERE)) == ("open", "closed")
    assert [row.scope for row in not_answering()] == ["mastodon|https://a.example"]
    assert tries_again_at(*HERE) is not None
    assert tries_again_at(*THERE) is None
    assert (may_call(*HERE), may_call(*THERE), may_call("x", "")) == (False, True, True)


@pytest.mark.django_db
def test_a_probe_is_one_and_sets_the_next() -> None:
    write_down({HERE: Calls(20, 20)})
    Breaker.objects.update(retry_at=Now() - timedelta(seconds=1))
    assert [may_call(*HERE) for _ in range(5)] == [True, False, False, False, False]
    row = Breaker.objects.annotate(ahead=F("retry_at") - Now()).get()
    assert row.pauses == 1
    assert timedelta(seconds=4.9) < row.ahead < timedelta(seconds=10.1)


@pytest.mark.django_db
def test_it_recovers_a_few_at_a_time() -> None:
    write_down({HERE: Calls(60, 60)})
    write_down({HERE: Calls(1, 0)})
    assert state() == "recovering"
    assert Breaker.objects.get().rate == 1.25
    assert may_call(*HERE) is False  # begins with nothing in hand
    Breaker.objects.update(refilled_at=Now() - timedelta(hours=1))
    assert [may_call(*HERE) for _ in range(2)] == [True, False]


@pytest.mark.django_db
def test_news_are_written_once_a_second_or_when_it_looks_bad(watch: Watch, settings: Any) -> None:
    watch.note(HERE, failed=False)
    watch.flush()
    for _ in range(9):
        watch.note(HERE, failed=True)
        watch.flush()
    assert state() == "closed"
    watch.note(HERE, failed=True)
    watch.flush()
    assert state() == "open"
    assert watch._news == {}


@pytest.mark.django_db(transaction=True)
def test_many_workers_write_at_once_and_nothing_is_lost() -> None:
    start = threading.Barrier(4)

    def worker() -> None:
        start.wait()
        for _ in range(5):
            write_down({HERE: Calls(2, 0), THERE: Calls(1, 0)})
        connection.close()

    threads = [threading.Thread(target=worker) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    made = {row.scope: sum(seen[0] for seen in row.recent.values()) for row in Breaker.objects.all()}
    assert made == {"mastodon|https://a.example": 40, "mastodon|https://b.example": 20}
