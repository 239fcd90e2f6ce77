"""`/metrics`: for the collector that shows the token; figures of the engine, nothing of a company or a person."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from accounts.models import SignOfLife
from accounts.signs_of_life import Program
from campaigns.publishing.watchdog import Books, report
from campaigns.selectors import engine_figures
from integrations.limits import freeze
from integrations.networks import NETWORKS
from tests.campaigns.publishing.posting import Desk, desk, due, planned, practice_account, publish

pytestmark = pytest.mark.django_db
TOKEN = "a-token-of-more-than-24-characters"
Samples = dict[tuple[str, tuple[str, ...]], float]


@pytest.fixture(autouse=True)
def _token(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.METRICS_TOKEN = TOKEN
    monkeypatch.setattr(engine_figures, "FRESH_FOR", -1.0)


@pytest.fixture
def at(db: None) -> Desk:
    return desk()


def scraped() -> Samples:
    answer = Client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    return dict(_samples(answer.content.decode()))


def _samples(text: str) -> Iterator[tuple[tuple[str, tuple[str, ...]], float]]:
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            yield (sample.name.removeprefix("advocacy_"), tuple(sample.labels.values())), sample.value


def test_without_the_token_there_is_nothing_to_read(settings: Any) -> None:
    for given in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": TOKEN}):
        answer = Client().get("/metrics", headers=given)
        assert (answer.status_code, b"advocacy_" in answer.content) == (401, False)
    settings.METRICS_TOKEN = ""
    for given in ({}, {"Authorization": "Bearer "}):
        assert Client().get("/metrics", headers=given).status_code == 404


def test_the_figures_are_those_of_the_database(at: Desk) -> None:
    due(at, practice_account(at), ago=timedelta(seconds=30))
    publish()
    planned(at, practice_account(at, "second"))
    freeze("network:practice", because="looking")
    due(at, practice_account(at, "third"), ago=timedelta(minutes=2))
    told = scraped()
    assert ("shares", ("published",)) not in told  # what is over would mean reading all that ever was
    assert told["shares", ("scheduled",)] == 2
    assert 30 <= told["lateness_seconds", ("0.95",)] < 45
    assert told["lateness_posts", ()] == 1
    organization = at.organization.public_id
    assert (told["queue_due", (organization,)], told["queue_waiting", (organization,)]) == (1, 1)
    assert 120 <= told["due_oldest_seconds", ()] < 150
    assert (told["network_frozen", ("practice",)], told["frozen", ()], told["restored", ()]) == (1, 0, 0)
    assert {key for name, key in told if name == "network_frozen"} == {(one.key,) for one in NETWORKS}
    assert ("balance_differences", ()) not in told  # the watchdog has not looked: not 0


def test_the_watchdogs_books_and_everybodys_silence(at: Desk) -> None:
    report(books=Books())
    long_ago = timezone.now() - timedelta(minutes=4)
    SignOfLife.objects.create(name=Program.BEAT, epoch="1", first_at=long_ago, at=long_ago)
    told = scraped()
    assert told["balance_differences", ()] == 0
    assert 240 <= told["silence_seconds", ("beat",)] < 250
    assert told["silence_seconds", ("watchdog",)] < 5


def test_a_restored_database_shows_as_frozen(at: Desk, settings: Any) -> None:
    settings.RESTORE_EPOCH = "2"
    told = scraped()
    assert (told["frozen", ()], told["restored", ()]) == (1, 1)


def test_twenty_companies_are_named_and_the_others_are_one_sum(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_figures, "COMPANIES", 2)
    for number in range(4):
        one = desk(f"Company {number}")
        planned(one, practice_account(one))
    told = {labels: value for (name, labels), value in scraped().items() if name == "queue_waiting"}
    assert len(told) == 3
    assert told["others",] == 2


def test_nothing_of_a_person_or_a_company_stands_there(at: Desk) -> None:
    due(at, practice_account(at, "bobs-account"), "Words of my own")
    text = Client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).content.decode()
    for secret in (at.organization.name, at.organization.slug, at.member.name, "bobs-account", "Words of my own"):
        assert not re.search(rf"\b{re.escape(secret)}\b", text), secret


def test_a_database_that_cannot_be_read_is_no_zero(at: Desk, settings: Any) -> None:
    settings.ENGINE_ROLE = "advocacy_nobody"
    told = scraped()
    assert told == {("figures_read", ()): 0}
    assert not any(math.isnan(value) for value in told.values())
