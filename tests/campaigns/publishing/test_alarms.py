"""Somebody notices: overdue posts within six minutes, a silent program within two, and each alarm by injection."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import load_command_class
from django.db import connection
from django.utils import timezone

from accounts import signs_of_life
from accounts.errands import run_errands
from accounts.models import SignOfLife
from accounts.signs_of_life import SILENT_AFTER, Program, give_sign, heard
from accounts.tenancy import acting_in
from advocacy.local.processes import PROJECT
from advocacy.operator.words import concerns
from advocacy.tasks import note_beat
from campaigns.models import Attempt, Share
from campaigns.publishing.service import tick
from campaigns.publishing.watchdog import OVERDUE, Books, look, report
from campaigns.selectors.engine_figures import engine_figures
from integrations.limits import freeze
from integrations.models import Breaker, RefreshTally
from integrations.tasks import refresh_ahead
from tests.campaigns.publishing.posting import Desk, desk, due, practice_account, publish

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _everybody_speaks_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signs_of_life, "_last", {})


def every() -> timedelta:
    parser = load_command_class("advocacy", "watchdog").create_parser("manage.py", "watchdog")
    return timedelta(seconds=parser.parse_args([]).every)


def headings() -> list[str]:
    return [one.heading for one in concerns(engine_figures(fresh=True))]


def silent_for(program: Program, silence: timedelta) -> None:
    at = timezone.now() - silence
    SignOfLife.objects.update_or_create(name=program, epoch="1", defaults={"first_at": at, "at": at})


def everybody_else_gives_signs(silent: Program) -> None:
    """Many silences stand in one line; one alone has its own."""
    for program in set(Program) - {silent}:
        give_sign(program)


def test_with_all_workers_gone_the_watchdog_speaks_within_six_minutes(at: Desk) -> None:
    """Row 17: five minutes after a post was due it is overdue, and the watchdog looks twice a minute."""
    assert OVERDUE + every() <= timedelta(minutes=6)
    due(at, practice_account(at), ago=OVERDUE - timedelta(seconds=2))
    assert look().overdue == 0
    due(at, practice_account(at, "second"), ago=OVERDUE + timedelta(seconds=1))
    seen = look(at_the_books=False)
    assert (seen.overdue, seen.is_well) == (1, False)


def test_a_beat_that_is_dead_is_known_within_two_minutes(at: Desk) -> None:
    assert SILENT_AFTER + every() <= timedelta(minutes=2)
    note_beat()
    assert look().silent == ()
    silent_for(Program.BEAT, SILENT_AFTER - timedelta(seconds=1))
    assert "beat" not in look().silent
    silent_for(Program.BEAT, SILENT_AFTER + timedelta(seconds=1))
    assert "beat" in look().silent
    everybody_else_gives_signs(Program.BEAT)
    assert "Beat: silent for 2 minutes" in headings()


def test_a_program_that_was_never_heard_is_silent_too(at: Desk) -> None:
    silent_for(Program.WATCHDOG, timedelta(minutes=3))
    give_sign(Program.WATCHDOG)
    assert look().silent == ("publishing", "clocks", "beat", "mail", "errands")


def test_each_kind_of_program_gives_its_sign(at: Desk) -> None:
    publish()
    tick()
    note_beat()
    run_errands()
    refresh_ahead()
    report(books=Books())
    assert {one.program for one in heard() if one.at} == set(Program)


def test_a_sign_is_written_at_most_every_few_seconds(at: Desk, django_assert_num_queries: Any) -> None:
    give_sign(Program.PUBLISHING)
    with django_assert_num_queries(0):
        for _ in range(100):
            give_sign(Program.PUBLISHING)


def test_the_watchdogs_own_silence_shows_on_the_page(at: Desk) -> None:
    silent_for(Program.WATCHDOG, timedelta(minutes=5))
    everybody_else_gives_signs(Program.WATCHDOG)
    assert "Watchdog: silent for 5 minutes" in headings()


def test_each_alarm_speaks_when_its_trouble_is_there(at: Desk) -> None:
    share = due(at, practice_account(at))
    publish()
    assert headings() == []
    with acting_in(at.organization):
        Share.objects.filter(pk=share.pk).update(due_at=timezone.now() - timedelta(minutes=3))
    assert headings() == ["One post in twenty is later than 3 minutes"]
    with acting_in(at.organization):
        Share.objects.filter(pk=share.pk).update(due_at=timezone.now())
        Attempt.objects.update(intent_at=timezone.now())
    due(at, practice_account(at, "second"), ago=timedelta(minutes=7))
    assert headings() == ["A post is due since 7 minutes"]
    freeze("network:practice", because="looking")
    Breaker.objects.create(scope="x|", network="x", state="open", retry_at=timezone.now())
    now = timezone.now()
    RefreshTally.objects.create(
        network="x", hour=now.replace(minute=0, second=0, microsecond=0), outcome="lost", count=9
    )
    assert headings() == [
        "Posting to Practice is stopped",
        "X does not answer",
        "X: grants could not be renewed",
    ]


def test_books_that_do_not_balance_stay_on_the_page_until_the_next_look(at: Desk) -> None:
    share = due(at, practice_account(at))
    publish()
    with acting_in(at.organization), connection.cursor() as cursor:
        cursor.execute("UPDATE campaigns_share SET state = 'failed' WHERE id = %s", [share.pk])
    books = Books()
    report(books=books)
    report(at_the_books=False, books=books)
    assert "The books do not balance" in headings()


@pytest.mark.django_db(transaction=True)
def test_the_watchdogs_own_process_looks_again_and_again_and_ends_when_told() -> None:
    at = desk()
    due(at, practice_account(at), ago=timedelta(minutes=6))
    where = connection.settings_dict
    database = f"postgresql://{where['USER']}:{where['PASSWORD']}@{where['HOST']}:{where['PORT']}/{where['NAME']}"
    command = [sys.executable, "manage.py", "watchdog", "--every", "0.2", "--books-every", "0.5"]
    environment = {**os.environ, "DATABASE_URL": database, "ADVOCACY_ENV": "test"}
    with subprocess.Popen(command, cwd=PROJECT, env=environment, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        lines = [json.loads(process.stderr.readline()) for _ in range(3)]
        process.terminate()
        assert process.wait(timeout=10) == 0
    assert {(line["level"], line["event"], line["overdue"]) for line in lines} == {("error", "watchdog", 1)}
    seen = SignOfLife.objects.get(name=Program.WATCHDOG).seen
    assert (seen["well"], seen["differences"]) == (False, 0)
