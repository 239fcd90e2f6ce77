"""A module that settings name wrongly is told at start."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import override_settings

from accounts.checks import errands_have_handlers
from accounts.errands import handlers


@pytest.fixture(autouse=True)
def _asked_afresh() -> Iterator[None]:
    handlers.cache_clear()
    yield
    handlers.cache_clear()


def test_the_house_as_it_is_has_its_handlers() -> None:
    assert errands_have_handlers(None) == []


WRONG = [("accounts.nowhere",), ("accounts.audit",), ("accounts.letters", "accounts.letters")]


@pytest.mark.parametrize("modules", WRONG)
def test_a_wrong_name_is_told(modules: tuple[str, ...]) -> None:
    with override_settings(ERRAND_KINDS=modules):
        assert [problem.id for problem in errands_have_handlers(None)] == ["accounts.E001"]
