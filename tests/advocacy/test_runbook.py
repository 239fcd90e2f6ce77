"""The runbook names commands, figures and parts that exist: a person under pressure must not find out otherwise."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.management import get_commands
from django.test import Client
from django.utils.text import slugify

from accounts.signs_of_life import PATIENCE, SILENT_AFTER, Program
from advocacy.operator.words import DUE, ERRANDS, FAILED_REFRESHES, LATE, UNCLEAR
from tests.advocacy.test_metrics import TOKEN

ROOT = Path(__file__).resolve().parents[2]
RUNBOOK = (ROOT / "docs" / "runbook.md").read_text()
README = (ROOT / "README.md").read_text()


def test_every_command_exists() -> None:
    named = set(re.findall(r"manage\.py ([a-z_]+)", RUNBOOK + README)) | set(re.findall(r"`watchdog --once`", RUNBOOK))
    assert {"freeze", "thaw", "release_restored_database", "make_operator", "publish", "watchdog"} <= named
    assert named - set(get_commands()) - {"`watchdog --once`"} == set()


def test_every_link_leads_somewhere() -> None:
    parts = {slugify(title) for title in re.findall(r"^## (.+)$", RUNBOOK, re.MULTILINE)}
    linked = set(re.findall(r"\]\(#([a-z-]+)\)", RUNBOOK)) | set(
        re.findall(r"\]\(docs/runbook\.md#([a-z-]+)\)", README)
    )
    assert len(linked) >= 7
    assert linked - parts == set()
    within = {slugify(title) for title in re.findall(r"^##+ (.+)$", README, re.MULTILINE)}
    assert set(re.findall(r"\]\(#([a-z-]+)\)", README)) - within == set()


@pytest.mark.django_db
def test_every_figure_is_one_of_ours(settings: pytest.FixtureRequest) -> None:
    settings.METRICS_TOKEN = TOKEN  # type: ignore[attr-defined]  # pytest-django's settings
    told = Client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).content.decode()
    named = set(re.findall(r"advocacy_[a-z_]+", RUNBOOK)) - {"advocacy_backup"}
    assert len(named) > 10
    assert (
        named - set(re.findall(r"^# TYPE (advocacy_[a-z_]+)", told, re.MULTILINE)) - {"advocacy_balance_differences"}
        == set()
    )


def test_the_alerts_use_the_limits_of_the_page() -> None:
    for rule in (
        f'advocacy_silence_seconds{{program!="grants"}} > {SILENT_AFTER.seconds}',
        f'{{program="grants"}} > {PATIENCE[Program.GRANTS].seconds}',
        f"advocacy_due_oldest_seconds > {DUE.seconds}",
        f'advocacy_lateness_seconds{{quantile="0.95"}} > {LATE.seconds}',
        f"advocacy_unknown_oldest_seconds > {UNCLEAR.seconds}",
        f"advocacy_errands_oldest_seconds > {ERRANDS.seconds}",
        f"> {FAILED_REFRESHES}",
    ):
        assert rule in RUNBOOK, rule
