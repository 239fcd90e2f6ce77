"""The demo's data: who is in it, that it fits every network, and that it never comes to a real installation."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.people_files import people_rows
from accounts.table_files import guess_encoding
from advocacy.demo import clock
from advocacy.demo.aurora import PARTS, PEOPLE
from advocacy.demo.names import as_csv, colleagues
from advocacy.demo.stories import AURORA, NORTHWIND, DemoStory
from integrations.networks import NETWORKS


@pytest.mark.parametrize("command", ["build_demo", "demo_logins"])
def test_there_is_no_demo_in_production(command: str, settings: Any) -> None:
    settings.PRODUCTION = True
    with pytest.raises(CommandError):
        call_command(command)


def test_two_thousand_people_in_five_languages() -> None:
    content = as_csv(colleagues(PEOPLE - 1))
    rows = people_rows(content, guess_encoding(content))
    assert len({row.email for row in rows}) == PEOPLE - 1
    assert Counter(row.language for row in rows) == {"en": 400, "pl": 400, "it": 400, "ru": 400, "zh": 399}


def test_people_with_a_part_are_among_them() -> None:
    assert {email for email, _role, _shows in PARTS} <= {one.email for one in colleagues(len(PARTS))}


@pytest.mark.parametrize("story", [*NORTHWIND, *AURORA], ids=lambda story: story.slug)
def test_wordings_fit_every_network(story: DemoStory) -> None:
    disclosed = "\n{words}\nI work at Northwind.\n\nhttp://127.0.0.1:8000/l/abcdefghi"
    for network in NETWORKS:
        for words in story.wordings:
            assert network.length(disclosed.format(words=words)) <= network.text_limit()


def test_the_clock_is_put_back() -> None:
    day = datetime(2026, 10, 5, 9, 20, tzinfo=UTC)
    with clock.at(day):
        assert timezone.now() == day
    assert abs((timezone.now() - clock.real_now()).total_seconds()) < 1
