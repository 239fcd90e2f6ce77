"""A round over many grants: what one of them breaks costs no other its new pair, nor a silent server its one probe."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.db.models.functions import Now

from accounts.models import Member, Organization
from accounts.tenancy import acting_in
from integrations import breakers, refreshing
from integrations.breaker_rules import Calls
from integrations.breakers import Watch, may_call, write_down
from integrations.models import Breaker, Connection, StoredGrant
from integrations.refreshing import renew_ahead
from integrations.tokens import keep_refresh_surely, take_ahead
from tests.integrations.connected import connected, grant, grant_of, place, somebody
from tests.integrations.sandbox.rig import SandboxProcess

Here = tuple[Organization, Member]
PEOPLE = 12  # more than are asked at once


@pytest.fixture
def here(request: pytest.FixtureRequest, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Here:
    monkeypatch.setattr(breakers, "_watch", Watch())
    settings.ENGINE = {**settings.ENGINE, "call_timeout": 1.0, "connect_timeout": 1.0}
    request.getfixturevalue("db")
    organization, owner = place()
    return organization, somebody(organization, owner)


@pytest.fixture
def crowd(here: Here, networks: SandboxProcess) -> list[Connection]:
    """Accounts whose grants are near their end."""
    organization, bob = here
    with acting_in(organization):
        end = datetime.now(UTC) + timedelta(minutes=40)
        made = [
            connected(bob, "x", grant_of(there, expires_at=end), there["account_id"])
            for there in networks.accounts("x", PEOPLE)
        ]
        StoredGrant.objects.update(renew_at=Now() - timedelta(seconds=1))
    return made


def fences(here: Here) -> list[int]:
    with acting_in(here[0]):
        return list(StoredGrant.objects.order_by("connection_id").values_list("fence", flat=True))


def breaking_for(number: int, step: Callable[..., Any], error: Exception) -> Callable[..., Any]:
    """The step, broken at its so-many-th call."""
    calls: list[object] = []

    def broken(*args: Any, **more: Any) -> Any:
        calls.append(args)
        if len(calls) == number:
            raise error
        return step(*args, **more)

    return broken


TROUBLE = OperationalError("terminating connection due to administrator command")


@pytest.mark.django_db(transaction=True)
def test_trouble_after_an_answer_costs_no_other_its_new_pair(
    here: Here, networks: SandboxProcess, crowd: list[Connection], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refreshing, "keep_refresh_surely", breaking_for(1, keep_refresh_surely, TROUBLE))
    with pytest.raises(OperationalError):
        renew_ahead()
    asked = networks.get("/sandbox/health")["refreshes"]["x"]
    assert 1 < asked <= refreshing.AT_ONCE  # no further ones were taken
    assert fences(here).count(2) == asked - 1


@pytest.mark.django_db(transaction=True)
def test_trouble_while_taking_costs_nobody_a_new_pair(
    here: Here, networks: SandboxProcess, crowd: list[Connection], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refreshing, "take_ahead", breaking_for(4, take_ahead, TROUBLE))
    with pytest.raises(OperationalError):
        renew_ahead()
    assert networks.get("/sandbox/health")["refreshes"] == {"x": 3}
    assert fences(here).count(2) == 3


@pytest.mark.parametrize("step", ["take_ahead", "keep_refresh_surely"])
def test_one_grant_that_breaks_holds_up_no_other(
    here: Here, crowd: list[Connection], monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    monkeypatch.setattr(refreshing, step, breaking_for(3, getattr(refreshing, step), KeyError("unreadable")))
    renew_ahead()
    assert fences(here).count(2) == PEOPLE - 1


def test_who_may_not_renew_spends_no_probe(here: Here) -> None:
    """A server that does not answer gets one call in a while; it is spent by who has the lease, or by nobody."""
    organization, bob = here
    with acting_in(organization):
        account = connected(bob, "x", grant(minutes=40))
        StoredGrant.objects.update(renew_at=Now(), refresh_lease_until=Now() + timedelta(minutes=1))
    write_down({("x", ""): Calls(20, 20)})
    Breaker.objects.update(retry_at=Now() - timedelta(seconds=1))
    assert take_ahead(organization.pk, account.pk) is None
    assert may_call("x", "")  # still there
    with acting_in(organization):
        StoredGrant.objects.update(refresh_lease_until=None)
    assert take_ahead(organization.pk, account.pk) is None  # spent by the line above
    with acting_in(organization):
        assert StoredGrant.objects.get().refresh_lease_until is None
    Breaker.objects.update(retry_at=Now() - timedelta(seconds=1))
    assert take_ahead(organization.pk, account.pk) is not None
