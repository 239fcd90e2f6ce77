"""The company of `people_at_screens` for every test of this folder, and rate limits that begin anew with each."""

from __future__ import annotations

import uuid

import pytest
from django.core.cache import caches

from tests.accounts.views.people_at_screens import acme

__all__ = ["acme"]


@pytest.fixture(autouse=True)
def _fresh_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """The counters live in Valkey, which no test rolls back."""
    monkeypatch.setattr(caches["default"], "key_prefix", uuid.uuid4().hex)
