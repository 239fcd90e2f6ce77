"""A program refuses to begin where it would do harm, and shuts out those of an earlier life of the database."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import redis
from django.conf import settings as plain_settings
from django.db import connection

from advocacy import start
from advocacy.checks import epoch_is_a_number, figures_are_closed
from advocacy.local.valkey import valkey
from advocacy.probe import NoAnswer, probe
from advocacy.start import broker_may_forget, is_later, why_not_to_begin
from campaigns.publishing.claim import who_waits
from integrations.limits import is_of_another_epoch, release_restored_database
from integrations.models import Installation
from tests.databases import as_owner

SOON = timedelta(seconds=5)


@pytest.mark.django_db(transaction=True)
def test_the_ordinary_program_begins() -> None:
    assert why_not_to_begin() == ""
    assert is_of_another_epoch() is False


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("ahead", [3.0, -3.0])
def test_a_clock_more_than_two_seconds_off_is_refused(monkeypatch: pytest.MonkeyPatch, ahead: float) -> None:
    monkeypatch.setattr(time, "time", lambda real=time.time: real() + ahead)
    assert "seconds apart; more than 2 is too much" in why_not_to_begin()


@pytest.mark.django_db(transaction=True)
def test_a_second_is_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda real=time.time: real() + 1.0)
    assert why_not_to_begin() == ""


@pytest.mark.django_db(transaction=True)
def test_the_owner_of_the_tables_is_refused() -> None:
    with as_owner():
        assert "which row-level security does not bind" in why_not_to_begin()


@pytest.mark.django_db(transaction=True)
def test_a_later_epoch_shuts_the_earlier_one_out(settings: Any) -> None:
    """Workers left running with the old RESTORE_EPOCH would take the restored database for their own."""
    settings.RESTORE_EPOCH = "2"
    assert why_not_to_begin() == ""
    assert Installation.objects.get().epoch == "restored, was 1"
    assert is_of_another_epoch()
    settings.RESTORE_EPOCH = "1"
    assert is_of_another_epoch()
    assert why_not_to_begin() == ""  # an old program that starts again changes nothing
    assert Installation.objects.get().epoch == "restored, was 1"
    settings.RESTORE_EPOCH = "2"
    release_restored_database()
    assert not is_of_another_epoch()
    settings.RESTORE_EPOCH = "1"
    assert why_not_to_begin() == ""
    assert Installation.objects.get().epoch == "2"
    assert who_waits().organizations == ()


def test_epochs_are_numbers(settings: Any) -> None:
    assert (is_later("10", than="9"), is_later("2", than="2"), is_later("b", than="a")) == (True, False, False)
    assert epoch_is_a_number(None) == []
    settings.RESTORE_EPOCH = "november"
    assert [one.id for one in epoch_is_a_number(None)] == ["advocacy.E007"]


def test_the_token_for_figures_is_told_of(settings: Any) -> None:
    for token, told in (("", "advocacy.I006"), ("short", "advocacy.E006")):
        settings.METRICS_TOKEN = token
        assert [one.id for one in figures_are_closed(None)] == [told]
    settings.METRICS_TOKEN = "x" * 24
    assert figures_are_closed(None) == []


@pytest.mark.django_db(transaction=True)
def test_an_answer_that_does_not_come_is_not_waited_for() -> None:
    began = time.monotonic()
    with pytest.raises(NoAnswer), probe(patience=timedelta(seconds=0.3)) as asked:
        asked.rows("SELECT pg_sleep(2)")
    assert time.monotonic() - began < 1.5


def test_a_database_that_is_not_there_is_said_in_a_sentence(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start, "PATIENCE", timedelta(seconds=0))
    monkeypatch.setitem(plain_settings.DATABASES["default"], "PORT", "1")
    assert why_not_to_begin().startswith("The database of DATABASE_URL does not answer")


def test_a_broker_that_may_forget_is_told_of(tmp_path: Path, settings: Any) -> None:
    with valkey(tmp_path, durable=False) as address:
        settings.REDIS_URL = address
        assert broker_may_forget() == ""
        with redis.Redis.from_url(address) as asked:
            asked.config_set("maxmemory-policy", "allkeys-lru")
        assert "set maxmemory-policy noeviction" in broker_may_forget()
    assert broker_may_forget() == ""  # whether it answers at all is another question


@pytest.mark.django_db(transaction=True)
def test_the_probe_leaves_no_connection_behind() -> None:
    with connection.cursor() as cursor:
        count = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        cursor.execute(count)
        before = cursor.fetchone()[0]
        with probe(patience=SOON) as asked:
            assert asked.clock_difference() < timedelta(seconds=1)
        time.sleep(0.1)
        cursor.execute(count)
        assert cursor.fetchone()[0] == before
