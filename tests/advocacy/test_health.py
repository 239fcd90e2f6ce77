"""Alive without asking anybody; ready only with database, migrations and broker, and in words where one is missing."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client


def test_live_asks_nobody(client: Client) -> None:
    answer = client.get("/health/live")
    assert (answer.status_code, answer.json()) == (200, {"status": "live"})


@pytest.mark.django_db
def test_ready_with_everything_there(client: Client) -> None:
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready"})
    assert "no-cache" in answer["Cache-Control"]


@pytest.mark.django_db
def test_a_broker_that_is_gone_is_named(client: Client, settings: Any) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert list(answer.json()) == ["status", "broker"]


@pytest.mark.django_db
def test_it_answers_reads_only(client: Client) -> None:
    assert client.post("/health/live").status_code == 405
