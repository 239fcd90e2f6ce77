"""Acme acts in every test of the product that asks for it; Bob is somebody who takes part there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from accounts.models import Member
from accounts.tenancy import acting_in
from tests.campaigns import world


@pytest.fixture
def acme(db: None) -> Iterator[world.Company]:
    made = world.company()
    with acting_in(made.organization):
        yield made


@pytest.fixture
def bob(acme: world.Company) -> Member:
    return world.person("Bob")
