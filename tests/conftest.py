"""Tests run as the application's database role; only making databases and emptying tables borrows the owner's."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import connection
from django.template import Context, Template
from django.test import TransactionTestCase
from django.test.signals import template_rendered
from pytest_django import DjangoDbBlocker

from tests.databases import empty_tables, own_database
from tests.journeys.browsers import NOT_RUN

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_blocker: DjangoDbBlocker,
    django_db_modify_db_settings: None,
) -> Iterator[None]:
    """The owner's role makes the database; every test then connects as the application's."""
    with django_db_blocker.unblock(), own_database(), django_db_blocker.block():
        yield


@pytest.fixture(scope="session", autouse=True)
def _empty_tables_as_owner() -> Iterator[None]:
    """TransactionTestCase would empty tables with TRUNCATE, which the application's role rightly may not do."""
    plain = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]  # Django's own hook, without a public name

    def teardown(case: TransactionTestCase) -> None:
        connection.close()  # with whatever it still holds
        empty_tables()

    TransactionTestCase._fixture_teardown = teardown  # type: ignore[attr-defined]
    yield
    TransactionTestCase._fixture_teardown = plain  # type: ignore[attr-defined]


def _told_as_a_page(template: Template, context: Context) -> str:
    """What `answer.context` is made of: a page's own context. Those of its parts, some dozens a page, nobody reads."""
    if context.template is template:
        template_rendered.send(sender=template, template=template, context=context)
    return template.nodelist.render(context)


@pytest.fixture(scope="session", autouse=True)
def _parts_are_not_told(django_test_environment: None) -> Iterator[None]:
    every_part = Template._render  # type: ignore[attr-defined]  # Django's own hook, without a public name
    Template._render = _told_as_a_page  # type: ignore[attr-defined]
    yield
    Template._render = every_part  # type: ignore[attr-defined]


def pytest_configure(config: pytest.Config) -> None:
    # Of one network, the parameter `under_test` or `key`; `make networks` draws its table from these.
    config.addinivalue_line("markers", "proves(ability): passes where this network does that through us")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest tests begin first: one that is begun last would leave a core idle."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def pytest_collection_finish(session: pytest.Session) -> None:
    """What is loaded by now stays to the end: looking through it for rubbish again and again costs."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What a reader of the run should not miss. Here, since pytest-xdist's controller reads no other conftest."""
    stats = terminalreporter.stats
    if any("no Chromium" in str(report.longrepr) for report in stats.get("skipped", [])):
        terminalreporter.write_line(f"!!! {NOT_RUN}", red=True, bold=True)
    noted = [note for report in stats.get("", []) for note in report.user_properties]  # told while tearing down
    for told in [str(value) for name, value in noted if name == "life_model"]:
        terminalreporter.write_line(told)
    cells = sum(int(value) for name, value in noted if name == "matrix_cells")
    if cells:
        terminalreporter.write_line(f"The matrix of addresses, methods, visitors and objects: {cells} cells tried.")


@pytest.fixture(scope="session", autouse=True)
def _own_cache(django_test_environment: None) -> None:
    """Tests that run side by side share one Valkey: each worker has its own keys."""
    settings.CACHES["default"]["KEY_PREFIX"] = WORKER
