"""Bob's browser, for every test of a page that asks for it."""

from __future__ import annotations

import pytest

from accounts.models import Member
from tests.campaigns import world
from tests.campaigns.views.browser import Browser


@pytest.fixture
def browser(acme: world.Company, bob: Member) -> Browser:
    return Browser(acme, bob)
