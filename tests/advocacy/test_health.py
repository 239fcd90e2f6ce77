"""Alive without asking anybody; ready only with database and migrations, and in words where something is missing.

It never answers 500 and never keeps anybody waiting, whatever is down.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from django.conf import settings as plain_settings
from django.db import connection
from django.test import Client

from advocacy import health
from advocacy.local.valkey import valkey
from integrations.limits import freeze
from integrations.models import Installation
from tests.databases import as_owner


def test_live_asks_nobody(client: Client) -> None:
    answer = client.get("/health/live")
    assert (answer.status_code, answer.json()) == (200, {"status": "live"})


@pytest.mark.django_db
def test_ready_with_everything_there(client: Client) -> None:
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready"})
    assert "no-cache" in answer["Cache-Control"]


@pytest.mark.django_db
def test_a_broker_that_is_gone_is_named_and_pages_are_served(client: Client, settings: Any) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    answer = client.get("/health/ready")
    assert (answer.status_code, list(answer.json())) == (200, ["status", "broker"])


@pytest.mark.django_db
def test_it_answers_reads_only(client: Client) -> None:
    assert client.post("/health/live").status_code == 405


@pytest.fixture
def port_of_silence() -> Iterator[int]:
    """Where somebody takes calls and says nothing, as a server that hangs does."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(8)
        yield listening.getsockname()[1]


@pytest.mark.parametrize("also_the_broker", [False, True])
def test_a_database_that_hangs_is_named_within_three_seconds(
    client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch, port_of_silence: int, also_the_broker: bool
) -> None:
    monkeypatch.setitem(plain_settings.DATABASES["default"], "PORT", str(port_of_silence))
    monkeypatch.setitem(plain_settings.DATABASES["default"], "HOST", "127.0.0.1")
    if also_the_broker:
        settings.REDIS_URL = f"redis://127.0.0.1:{port_of_silence}/0"
    began = time.monotonic()
    answer = client.get("/health/ready")
    assert time.monotonic() - began < 3
    assert answer.status_code == 503
    assert answer.json()["database"] == "The database does not answer."
    assert ("broker" in answer.json()) is also_the_broker


def test_a_database_that_refuses_is_named(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(plain_settings.DATABASES["default"], "PORT", "1")
    assert client.get("/health/ready").json()["database"] == "The database does not answer."


@pytest.mark.django_db(transaction=True)
def test_what_is_stopped_is_said_and_pages_are_served(client: Client, settings: Any) -> None:
    freeze("installation", because="a reason for the operator alone")
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["frozen"]) == (200, "Posting is stopped by the operator.")
    settings.RESTORE_EPOCH = "2"
    assert "restored" in client.get("/health/ready").json()["frozen"]
    Installation.objects.update_or_create(pk=1, defaults={"epoch": "2"})
    assert "operator" in client.get("/health/ready").json()["frozen"]


@pytest.mark.django_db(transaction=True)
def test_pending_migrations_and_a_wrong_clock_are_named(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    known = health._known_migrations()
    monkeypatch.setattr(health, "_known_migrations", lambda: known | {("accounts", "9999_later")})
    monkeypatch.setattr(time, "time", lambda real=time.time: real() + 5.0)
    answer = client.get("/health/ready")
    assert (answer.status_code, list(answer.json())) == (503, ["status", "migrations", "clock"])


@pytest.mark.django_db(transaction=True)
def test_a_database_that_takes_no_changes_is_named(client: Client) -> None:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(f"ALTER DATABASE {connection.settings_dict['NAME']} SET default_transaction_read_only = on")
    try:
        answer = client.get("/health/ready")
    finally:
        with as_owner(), connection.cursor() as cursor:
            cursor.execute("SET default_transaction_read_only = off")
            cursor.execute(f"ALTER DATABASE {connection.settings_dict['NAME']} RESET default_transaction_read_only")
    assert (answer.status_code, "read-only" in answer.json()["database"]) == (503, True)


@pytest.mark.django_db
def test_a_broker_that_may_forget_is_said_and_pages_are_served(client: Client, settings: Any, tmp_path: Path) -> None:
    with valkey(tmp_path, durable=False) as address:
        settings.REDIS_URL = address
        with redis.Redis.from_url(address) as asked:
            asked.config_set("maxmemory-policy", "allkeys-lru")
        answer = client.get("/health/ready")
    assert (answer.status_code, "noeviction" in answer.json()["broker"]) == (200, True)
