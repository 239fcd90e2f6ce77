"""The books balance after every road, and each source broken by hand moves the balance."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Organization
from accounts.tenancy import acting_in
from campaigns.models import Attempt, Share
from campaigns.publishing.balance import differences
from campaigns.publishing.watchdog import look
from tests.campaigns.publishing.posting import Desk, again, desk, due, planned, practice_account, publish
from tests.databases import as_owner


def published(at: Desk) -> Share:
    share = due(at, practice_account(at))
    publish()
    return again(at, share)


def by_hand(sql: str, *values: object) -> None:
    with acting_in(Organization.objects.get()), connection.cursor() as cursor:
        cursor.execute(sql, values)  # type: ignore[arg-type]  # plain values


def told() -> list[str]:
    return [one.what for one in differences()]


def test_books_of_an_ordinary_day_balance(at: Desk) -> None:
    published(at)
    planned(at, practice_account(at, "second"))
    assert differences() == []
    assert look().is_well


def test_a_state_written_by_hand_shows(at: Desk) -> None:
    """Source two: what stands."""
    share = published(at)
    by_hand("UPDATE campaigns_share SET state = 'withdrawn' WHERE id = %s", share.pk)
    assert told() == ["now published", "now withdrawn", "published"]


def test_a_share_that_vanished_shows(at: Desk) -> None:
    share = planned(at, practice_account(at))
    by_hand("UPDATE campaigns_share SET state = 'draft' WHERE id = %s", share.pk)
    assert told() == ["now scheduled"]


def test_an_attempt_written_by_hand_shows(at: Desk) -> None:
    """Source three: what was sent and said."""
    published(at)
    by_hand("UPDATE campaigns_attempt SET outcome = 'unknown'")
    assert told() == ["published"]


def test_an_attempt_of_another_text_shows(at: Desk) -> None:
    published(at)
    by_hand("UPDATE campaigns_attempt SET post_sha256 = %s", "0" * 64)
    assert told() == ["sent without approval"]


def test_a_send_after_the_approval_ended_shows(at: Desk) -> None:
    published(at)
    with acting_in(at.organization):
        intent = Attempt.objects.get().intent_at
    by_hand("UPDATE campaigns_approval SET ended_at = %s", intent - timedelta(seconds=1))
    assert told() == ["sent without approval"]


@pytest.mark.django_db(transaction=True)
def test_a_move_taken_out_shows() -> None:
    """Source one: what moved. The ledger is closed to the application, so only the tables' owner could."""
    at = desk()
    share = published(at)
    with as_owner(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('advocacy.organization', %s, true)", [str(at.organization.pk)])
        cursor.execute("DELETE FROM campaigns_sharemove WHERE share_id = %s AND to_state = 'scheduled'", [share.pk])
    assert told() == ["entered", "now scheduled"]


def test_a_share_nobody_takes_is_overdue(at: Desk) -> None:
    due(at, practice_account(at), ago=timedelta(minutes=6))
    seen = look()
    assert (seen.overdue, seen.is_well) == (1, False)
    Organization.objects.update(frozen=True)
    assert look().overdue == 0  # frozen is a reason, with a clock of its own


def test_clocks_that_nobody_looks_at_show(at: Desk) -> None:
    share = due(at, practice_account(at))
    long_ago = timezone.now() - timedelta(minutes=10)
    by_hand("UPDATE campaigns_share SET state = 'unknown', settle_at = %s WHERE id = %s", long_ago, share.pk)
    seen = look()
    assert seen.unclear_too_long == 1
    assert seen.oldest_unclear > 590


def test_the_program_says_it_in_one_line_and_by_its_exit_code(at: Desk) -> None:
    share = published(at)
    well = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("watchdog", "--once", stdout=well)
    assert ended.value.code == 0
    by_hand("UPDATE campaigns_share SET state = 'failed' WHERE id = %s", share.pk)
    ill = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("watchdog", "--once", stdout=ill)
    assert ended.value.code == 1
    assert json.loads(well.getvalue())["balance"] == []
    assert len(json.loads(ill.getvalue())["balance"]) == 3
