"""Grants ahead of need, over real HTTP: renewed once, through blips, and ended by a clear "no" alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db.models import F
from django.utils import timezone

from accounts.models import Errand, Member, Organization
from accounts.tenancy import acting_in
from integrations.actions.grant_endings import ask_to_reconnect
from integrations.limits import freeze, thaw
from integrations.models import Connection, RefreshTally, StoredGrant
from integrations.networks.base import Grant
from integrations.refresh_tally import RefreshFigures, forget_old_tallies, refresh_figures
from integrations.refreshing import Round, check_grants, look_after_grants, renew_ahead, warn_people
from integrations.tokens import RefreshDue, fresh_grant, open_grant, store_grant, take_grant
from tests.integrations.connected import connected, grant, grant_of, place, somebody
from tests.integrations.sandbox.rig import SandboxProcess

Here = tuple[Organization, Member]
AN_HOUR = timedelta(hours=1)


@pytest.fixture
def here(db: None, settings: Any) -> Here:
    settings.ENGINE = {**settings.ENGINE, "call_timeout": 1.0, "connect_timeout": 1.0}
    organization, owner = place()
    return organization, somebody(organization, owner)


def account(
    here: Here, sandbox: SandboxProcess, key: str, *, left: timedelta | None = timedelta(hours=2)
) -> Connection:
    """Bob's account there, with so much life left in its grant."""
    organization, bob = here
    there = sandbox.account(key, "bob")
    expires_at = None if left is None else datetime.now(UTC) + left
    with acting_in(organization):
        return connected(bob, key, grant_of(there, expires_at=expires_at), there["account_id"])


def clock(here: Here, **changes: object) -> None:
    """Let clocks come, as if the time had passed."""
    with acting_in(here[0]):
        StoredGrant.objects.update(**changes)


def due_now(here: Here) -> None:
    clock(here, renew_at=timezone.now() - timedelta(seconds=1), refresh_lease_until=None)


def stored(here: Here) -> StoredGrant:
    with acting_in(here[0]):
        return StoredGrant.objects.get()


def state(here: Here) -> str:
    with acting_in(here[0]):
        return Connection.objects.get().state


def letters(here: Here) -> list[str]:
    with acting_in(here[0]):
        return [row.payload["template"] for row in Errand.objects.filter(kind="letter").order_by("pk")]


def figures(key: str) -> RefreshFigures:
    return refresh_figures(since=timezone.now() - AN_HOUR).get(key, RefreshFigures())


# --- renewing -----------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["x", "bluesky"])
def test_what_is_near_its_end_is_renewed_before_anybody_needs_it(
    here: Here, networks: SandboxProcess, key: str
) -> None:
    connection = account(here, networks, key, left=timedelta(minutes=50))
    with acting_in(here[0]):
        old = open_grant(connection)
    assert renew_ahead() == 0  # half its life is not over
    due_now(here)
    assert renew_ahead() == 1
    with acting_in(here[0]):
        new = open_grant(connection)
    row = stored(here)
    assert new.access_token.reveal() != old.access_token.reveal()
    assert (row.fence, row.failures, row.refresh_lease_until) == (2, 0, None)
    assert row.renew_at is not None
    assert row.renew_at > timezone.now() + timedelta(minutes=30)
    assert renew_ahead() == 0
    assert networks.get("/sandbox/health")["refreshes"] == {key: 1}
    assert figures(key) == RefreshFigures(renewed=1)


def test_what_another_worker_renews_is_left_to_it(here: Here, networks: SandboxProcess) -> None:
    connection = account(here, networks, "x", left=timedelta(minutes=1))
    assert isinstance(take_grant(here[0].pk, connection.pk), RefreshDue)
    clock(here, renew_at=timezone.now())
    assert renew_ahead() == 0
    assert networks.get("/sandbox/health")["refreshes"] == {}


def test_many_are_renewed_in_one_round_each_by_one_call(here: Here, networks: SandboxProcess) -> None:
    organization, bob = here
    with acting_in(organization):
        for there in networks.accounts("x", 30):
            end = datetime.now(UTC) + timedelta(minutes=40)
            connected(bob, "x", grant_of(there, expires_at=end), there["account_id"])
    due_now(here)
    assert renew_ahead() == 30
    health = networks.get("/sandbox/health")
    assert (health["refreshes"], health["families_ended_by_reuse"]) == ({"x": 30}, {})
    with acting_in(organization):
        assert set(StoredGrant.objects.values_list("fence", flat=True)) == {2}


@pytest.mark.parametrize("stop", ["installation", "network:x", "another epoch", "another environment"])
def test_nothing_is_asked_where_sending_is_stopped(
    here: Here, networks: SandboxProcess, settings: Any, stop: str
) -> None:
    account(here, networks, "x", left=timedelta(minutes=1))
    due_now(here)
    if stop == "another epoch":
        settings.RESTORE_EPOCH = "2"
    elif stop == "another environment":
        settings.ENVIRONMENT_NAME = "copy of production"
    else:
        freeze(stop, because="test")
    assert look_after_grants() == Round()
    thaw(stop)
    assert networks.get("/sandbox/health")["refreshes"] == {}


# --- blips ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "fault"),
    [("x", "hang_before"), ("x", "status_500_before"), ("bluesky", "reset_before"), ("bluesky", "status_500_before")],
)
def test_a_blip_is_no_disconnect(here: Here, networks: SandboxProcess, key: str, fault: str) -> None:
    connection = account(here, networks, key, left=timedelta(minutes=50))
    networks.token_script(key, fault, fault.replace("hang", "reset"))
    for failures in (1, 2):
        due_now(here)
        assert renew_ahead() == 1
        row = stored(here)
        assert (row.failures, row.fence, state(here)) == (failures, 1, "live")
        assert row.renew_at is not None
        assert row.renew_at > timezone.now() + timedelta(seconds=10)
    assert isinstance(fresh_grant(here[0].pk, connection.pk), Grant)  # the old one serves meanwhile
    due_now(here)
    assert renew_ahead() == 1
    assert (stored(here).fence, stored(here).failures) == (2, 0)
    assert letters(here) == []
    assert figures(key).failed == 2


@pytest.mark.parametrize("fault", ["hang_after", "status_500_after"])
def test_a_lost_answer_at_bluesky_costs_nothing(here: Here, networks: SandboxProcess, fault: str) -> None:
    """A spent refresh token answers with its successor for two hours: asking again soon is the right thing."""
    account(here, networks, "bluesky", left=timedelta(minutes=50))
    networks.token_script("bluesky", fault)
    due_now(here)
    renew_ahead()
    at = stored(here).renew_at
    assert at is not None
    assert at < timezone.now() + timedelta(minutes=6)
    due_now(here)
    assert renew_ahead() == 1
    assert (stored(here).fence, state(here), letters(here)) == (2, "live", [])
    assert figures("bluesky") == RefreshFigures(renewed=1, later=1)


def test_a_lost_answer_at_x_is_asked_about_once_the_old_key_has_served(here: Here, networks: SandboxProcess) -> None:
    """X is said to end all it gave when a spent refresh token comes again, so the hour that is left is used first."""
    connection = account(here, networks, "x", left=timedelta(minutes=50))
    networks.token_script("x", "reset_after")
    due_now(here)
    assert renew_ahead() == 1
    row = stored(here)
    assert row.expires_at is not None
    assert row.renew_at == row.expires_at - timedelta(minutes=2)
    assert isinstance(fresh_grant(here[0].pk, connection.pk), Grant)
    assert (state(here), figures("x")) == ("live", RefreshFigures(lost=1))
    due_now(here)  # the end came
    assert renew_ahead() == 1
    assert (state(here), letters(here)) == ("needs_reconnect", ["notice_reconnect"])
    assert networks.get("/sandbox/health")["families_ended_by_reuse"] == {"x": 1}


def test_a_call_that_never_left_is_asked_again_soon(here: Here, networks: SandboxProcess, settings: Any) -> None:
    account(here, networks, "x", left=timedelta(minutes=50))
    there = settings.SANDBOX_URL
    settings.SANDBOX_URL, settings.OUTBOUND_ALLOWED_HOSTS = "http://127.0.0.1:9", ["127.0.0.1:9"]
    due_now(here)
    renew_ahead()
    settings.SANDBOX_URL, settings.OUTBOUND_ALLOWED_HOSTS = there, [there.partition("://")[2]]
    at = stored(here).renew_at
    assert at is not None
    assert at < timezone.now() + timedelta(seconds=30)
    assert figures("x") == RefreshFigures(later=1)


# --- the network's clear no -------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["x", "bluesky"])
def test_a_revoked_grant_asks_its_person_once(here: Here, networks: SandboxProcess, key: str) -> None:
    account(here, networks, key, left=timedelta(minutes=50))
    networks.revoke(key, "bob")
    due_now(here)
    assert renew_ahead() == 1
    assert (state(here), letters(here)) == ("needs_reconnect", ["notice_reconnect"])
    due_now(here)
    assert renew_ahead() == 0
    assert letters(here) == ["notice_reconnect"]
    assert figures(key) == RefreshFigures(refused=1)


def test_who_connected_again_meanwhile_is_not_asked(here: Here, networks: SandboxProcess) -> None:
    connection = account(here, networks, "x", left=timedelta(minutes=1))
    networks.revoke("x", "bob")
    due = take_grant(here[0].pk, connection.pk)
    assert isinstance(due, RefreshDue)
    with acting_in(here[0]):
        store_grant(connection, grant("newer"))
    with acting_in(here[0]):
        assert not ask_to_reconnect(connection, fence=due.fence, reason="late")
    assert (state(here), letters(here)) == ("live", [])


# --- the daily question -----------------------------------------------------------------------------


def question_due(here: Here) -> None:
    clock(here, check_at=timezone.now() - timedelta(seconds=1))


@pytest.mark.parametrize("key", ["mastodon", "linkedin"])
def test_a_grant_nobody_heard_of_for_a_day_is_asked_after(here: Here, networks: SandboxProcess, key: str) -> None:
    account(here, networks, key, left=timedelta(days=50) if key == "linkedin" else None)
    assert check_grants() == 0
    question_due(here)
    assert check_grants() == 1
    at = stored(here).check_at
    assert at is not None
    assert timezone.now() + timedelta(hours=17) < at < timezone.now() + timedelta(hours=31)
    assert (state(here), letters(here)) == ("live", [])


@pytest.mark.parametrize("key", ["mastodon", "linkedin"])
def test_a_no_said_twice_asks_the_person_before_a_share_is_due(here: Here, networks: SandboxProcess, key: str) -> None:
    account(here, networks, key, left=timedelta(days=50) if key == "linkedin" else None)
    networks.revoke(key, "bob")
    question_due(here)
    assert check_grants() == 1
    assert (state(here), letters(here)) == ("live", [])
    at = stored(here).check_at
    assert at is not None
    assert at < timezone.now() + timedelta(minutes=11)
    question_due(here)
    assert check_grants() == 1
    assert (state(here), letters(here)) == ("needs_reconnect", ["notice_reconnect"])


def test_a_no_that_a_renewal_could_answer_is_left_to_the_renewal(here: Here, networks: SandboxProcess) -> None:
    account(here, networks, "x", left=timedelta(minutes=90))
    networks.revoke("x", "bob", how="expire")  # the access token alone
    question_due(here)
    assert check_grants() == 1
    assert renew_ahead() == 1
    assert (stored(here).fence, state(here), letters(here)) == (2, "live", [])


def test_silence_says_nothing(here: Here, networks: SandboxProcess, settings: Any) -> None:
    account(here, networks, "mastodon", left=None)
    with acting_in(here[0]):
        store_grant(Connection.objects.get(), grant(refresh="", minutes=None, server="http://127.0.0.1:9/mastodon"))
    settings.OUTBOUND_ALLOWED_HOSTS = ["127.0.0.1:9"]
    for _ in range(3):
        question_due(here)
        assert check_grants() == 1
    assert (state(here), letters(here), stored(here).failures) == ("live", [], 0)


# --- warnings -------------------------------------------------------------------------------------


def test_warnings_before_the_end_come_once_each_and_the_end_asks(here: Here) -> None:
    organization, bob = here
    with acting_in(organization):
        connected(bob, "linkedin", grant(refresh="", minutes=60 * 24 * 60))

    def pass_days(days: float) -> None:
        step = timedelta(days=days)
        clock(here, expires_at=F("expires_at") - step, warn_at=F("warn_at") - step)

    assert warn_people() == 0
    pass_days(53)
    assert (warn_people(), warn_people()) == (1, 0)
    pass_days(6)
    assert (warn_people(), warn_people()) == (1, 0)
    assert letters(here) == ["notice_grant_ends", "notice_grant_ends"]
    assert state(here) == "live"
    pass_days(1)
    assert (warn_people(), warn_people()) == (1, 0)
    assert letters(here) == ["notice_grant_ends", "notice_grant_ends", "notice_reconnect"]
    assert state(here) == "needs_reconnect"


def test_the_letter_names_the_day_in_the_persons_language(here: Here) -> None:
    organization, bob = here
    with acting_in(organization):
        Member.objects.filter(pk=bob.pk).update(language="pl")
        connected(bob, "linkedin", grant(refresh="", minutes=60 * 24 * 60))
        StoredGrant.objects.update(warn_at=timezone.now(), expires_at=timezone.now() + timedelta(days=6))
        end = StoredGrant.objects.get().expires_at
    assert end is not None
    warn_people()
    with acting_in(organization):
        letter = Errand.objects.get(kind="letter").payload
    assert letter["language"] == "pl"
    assert letter["context"]["network"] == "LinkedIn"
    assert str(end.year) in letter["context"]["day"]
    assert letter["context"]["path"] == f"/o/{organization.slug}/connections/"


def test_nobody_who_left_is_warned(here: Here) -> None:
    organization, bob = here
    with acting_in(organization):
        connected(bob, "linkedin", grant(refresh="", minutes=60))
        Member.objects.filter(pk=bob.pk).update(left_at=timezone.now())
    clock(here, warn_at=timezone.now())
    warn_people()
    assert letters(here) == []


# --- figures --------------------------------------------------------------------------------------


def test_old_counts_are_forgotten(db: None) -> None:
    now = timezone.now()
    RefreshTally.objects.create(network="x", hour=now - timedelta(days=31), outcome="later", count=4)
    RefreshTally.objects.create(network="x", hour=now - timedelta(days=2), outcome="later", count=3)
    assert forget_old_tallies(now=now) == 1
    assert refresh_figures(since=now - timedelta(days=1)) == {}
    assert refresh_figures(since=now - timedelta(days=3)) == {"x": RefreshFigures(later=3)}
