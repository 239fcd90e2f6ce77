"""Leaving is one act with a dated receipt, and it is all or nothing (promise 5)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core import mail

from accounts.actions.departures import LastOwner, leave
from accounts.actions.keys import make_key
from accounts.actions.members import change_role
from accounts.actions.teams import create_team, put_in_team
from accounts.api.authentication import live_key
from accounts.errands import run_errands
from accounts.identifiers import sha256_of
from accounts.models import DepartureReceipt, Invitation, Member, Organization, TeamMember
from accounts.receipts import ReceiptLine, receipt_of_token, sentence
from accounts.refusals import NotAllowed, Refusal
from accounts.selectors.consent import standing_consent, takes_part
from accounts.selectors.members import companies_of, people
from accounts.tenancy import acting_in
from tests.accounts.companies import company, joined

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.accounts.urls")]


def cancel(member: Member, *, by: Member) -> list[ReceiptLine]:
    assert member.left_at is None  # hooks still see the person here
    return [ReceiptLine("planned_cancelled", count=4), ReceiptLine("grants_given_back", network="x", done=False)]


def fail(member: Member, *, by: Member) -> list[ReceiptLine]:
    raise RuntimeError("a planned post could not be cancelled")


@pytest.fixture
def acme(settings: Any) -> tuple[Organization, Member, Member]:
    settings.ON_DEPARTURE = ("tests.accounts.test_departures.cancel",)
    organization, owner = company()
    return organization, owner, joined(organization, owner, "ada@x.test")[0]


def test_everything_ends_and_the_receipt_says_so(acme: tuple[Organization, Member, Member]) -> None:
    organization, owner, ada = acme
    with acting_in(organization):
        _key, secret_of_key = make_key(ada, by=ada, name="script")
        put_in_team(create_team(by=owner, name="Sales"), by=owner, member=ada)
        receipt, secret = leave(ada, by=ada)
        lines = [(line["what"], line["network"], line["count"], line["done"]) for line in receipt.lines]
        assert lines == [
            ("planned_cancelled", "", 4, True),
            ("grants_given_back", "x", 0, False),
            ("letters_stopped", "", 0, True),
            ("keys_revoked", "", 1, True),
            ("consent_withdrawn", "", 0, True),
        ]
        assert [sentence(line) for line in receipt.lines][0] == "4 planned posts were cancelled."
        assert (takes_part(ada), standing_consent(ada), live_key(secret_of_key)) == (False, [], None)
        assert list(ada.consent.order_by("-id").values_list("given", flat=True)) == [False, True]
        assert not Invitation.objects.filter(member=ada).exists()
        assert not TeamMember.objects.filter(member=ada).exists()
        assert "ada@x.test" not in [line.member.email for line in people().lines]
        assert receipt_of_token(sha256_of(secret)) == receipt
    assert ada.user is not None
    assert companies_of(ada.user) == []
    mail.outbox.clear()
    run_errands()
    [last] = [str(message.body) for message in mail.outbox if "receipt" in str(message.body)]
    assert re.findall(r"/left/([^/]+)/", last) == [secret]


def test_only_the_person_can_leave_and_only_once(acme: tuple[Organization, Member, Member]) -> None:
    organization, owner, ada = acme
    with acting_in(organization):
        with pytest.raises(NotAllowed):
            leave(ada, by=owner)
        leave(ada, by=ada)
        with pytest.raises(Refusal):
            leave(ada, by=ada)
        assert DepartureReceipt.objects.count() == 1


def test_a_hook_that_fails_leaves_everything_as_it_was(
    acme: tuple[Organization, Member, Member], settings: Any
) -> None:
    organization, _owner, ada = acme
    settings.ON_DEPARTURE = ("tests.accounts.test_departures.cancel", "tests.accounts.test_departures.fail")
    with acting_in(organization):
        with pytest.raises(RuntimeError):
            leave(ada, by=ada)
        ada.refresh_from_db()
        assert (ada.left_at, takes_part(ada), DepartureReceipt.objects.count()) == (None, True, 0)


def test_the_last_owner_names_another_first(acme: tuple[Organization, Member, Member]) -> None:
    organization, owner, ada = acme
    with acting_in(organization):
        with pytest.raises(LastOwner):
            leave(owner, by=owner)
        change_role(ada, by=owner, role="owner")
        leave(owner, by=owner)
        with pytest.raises(LastOwner):
            leave(Member.objects.get(pk=ada.pk), by=ada)
