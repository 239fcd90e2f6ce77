"""Mailed once, reminded once, answered by the person alone, and ended after sixty days."""

from __future__ import annotations

import re
import smtplib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from accounts.actions.departures import leave
from accounts.actions.invitations import (
    InvitationOver,
    Invited,
    Invitee,
    accept_invitation,
    answer_not_now,
    correct_address,
    end_old_invitations,
    invite_people,
    never_invite_again,
    remind_unanswered,
)
from accounts.errands import run_errands
from accounts.identifiers import sha256_of
from accounts.models import Errand, ErrandState, Invitation, InvitationRefusal, Member, Organization, User
from accounts.selectors.invitations import invitation_of_token, organization_of_token
from accounts.selectors.members import Standing, standing
from accounts.tenancy import acting_in
from tests.accounts.companies import company, invite, join

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.accounts.urls")]

DAY = timedelta(days=1)


@pytest.fixture
def acme() -> tuple[Organization, Member]:
    return company()


class Refuses(EmailBackend):
    """A mail server that answers each address with the code in front of it: `550@x.test`."""

    def send_messages(self, messages: Any) -> int:
        code = int(messages[0].to[0].partition("@")[0])
        raise smtplib.SMTPRecipientsRefused({messages[0].to[0]: (code, b"no")})


def _token(number: int = 0) -> str:
    found = re.search(r"/i/([^/]+)/", str(mail.outbox[number].body))
    assert found is not None
    return found.group(1)


def test_one_mail_with_a_link_that_is_kept_nowhere(acme: tuple[Organization, Member]) -> None:
    organization, owner = acme
    with acting_in(organization):
        [ada] = invite(owner, "Ada@X.test")
        assert ada.email == "ada@x.test"
        payload = Errand.objects.get(kind="invitation_letter").payload
    run_errands()
    run_errands()
    assert [message.to for message in mail.outbox] == [["ada@x.test"]]
    token = _token()
    found = organization_of_token(token)
    assert found == organization
    with acting_in(organization):
        invitation = invitation_of_token(token)
        assert invitation is not None
        assert invitation.member == ada
        assert invitation.token_sha256 == sha256_of(token)
    assert token not in str(payload)
    assert token in str(mail.outbox[0].message())  # the plain and the HTML part carry the same link


def test_inviting_again_adds_nobody(acme: tuple[Organization, Member]) -> None:
    organization, owner = acme
    people = [Invitee(email="a@x.test"), Invitee(email="A@x.test", name="Ada"), Invitee(email="b@x.test")]
    with acting_in(organization):
        assert invite_people(people, by=owner) == Invited(added=2, already_there=0)
        assert invite_people(people, by=owner) == Invited(added=0, already_there=2)
        assert Member.objects.count() == 3
    run_errands()
    assert len(mail.outbox) == 2


def test_one_reminder_after_seven_days_and_no_second(acme: tuple[Organization, Member]) -> None:
    organization, owner = acme
    with time_machine.travel(timezone.now(), tick=True) as clock:
        with acting_in(organization):
            silent, refused, joined = invite(owner, "silent@x.test", "notnow@x.test", "joined@x.test")
            answer_not_now(Invitation.objects.get(member=refused), by=refused)
            join(joined)
        run_errands()
        mail.outbox.clear()
        clock.shift(timedelta(days=6, hours=23))
        with acting_in(organization):
            assert remind_unanswered(by=None) == 0
        clock.shift(timedelta(hours=2))
        with acting_in(organization):
            assert remind_unanswered(by=None) == 1
            assert remind_unanswered(by=None) == 0
        with acting_in(organization):  # the database's clock did not travel
            Errand.objects.update(due_at=datetime(2020, 1, 1, tzinfo=UTC))
        run_errands()
        assert [message.to for message in mail.outbox] == [[silent.email]]
        with acting_in(organization):
            found = invitation_of_token(_token())
            assert found is not None  # the reminder's link is the same
            assert found.member == silent
        clock.shift(30 * DAY)
        with acting_in(organization):
            assert remind_unanswered(by=None) == 0


def test_invitations_end_after_sixty_days_and_the_list_stays(acme: tuple[Organization, Member]) -> None:
    organization, owner = acme
    with time_machine.travel(timezone.now(), tick=True) as clock, acting_in(organization):
        silent, joined = invite(owner, "silent@x.test", "joined@x.test")
        join(joined)
        clock.shift(59 * DAY)
        assert end_old_invitations(by=None) == 0
        clock.shift(2 * DAY)
        assert end_old_invitations(by=None) == 2
        people = Member.objects.filter(pk__in=[silent.pk, joined.pk])
        assert [standing(member) for member in people] == [Standing.INVITED, Standing.INVITED]


def test_never_again_is_kept_as_a_hash_and_honoured_silently(acme: tuple[Organization, Member]) -> None:
    organization, owner = acme
    with acting_in(organization):
        [ada] = invite(owner, "ada@x.test")
        never_invite_again(Invitation.objects.get(member=ada), by=ada)
        assert not Invitation.objects.filter(member=ada).exists()
        assert "ada" not in InvitationRefusal.objects.get().address_hmac
        leave_without_account(ada)
        again = invite_people([Invitee(email="ada@x.test"), Invitee(email="ben@x.test")], by=owner)
        assert again == Invited(added=2, already_there=0)
        standings = [standing(member) for member in Member.objects.filter(left_at=None, invited=True)]
        assert standings == [Standing.INVITED, Standing.INVITED]
    run_errands()
    assert [message.to for message in mail.outbox] == [["ben@x.test"]]


def leave_without_account(member: Member) -> None:
    """The address comes off the list, however that came about."""
    Member.objects.filter(pk=member.pk).update(left_at=timezone.now())


def test_a_refused_address_is_undeliverable_and_a_busy_server_is_asked_again(
    acme: tuple[Organization, Member], settings: Any
) -> None:
    settings.EMAIL_BACKEND = "tests.accounts.test_invitations.Refuses"
    organization, owner = acme
    with acting_in(organization):
        gone, busy = invite(owner, "550@x.test", "451@x.test")
    run_errands()
    with acting_in(organization):
        gone.refresh_from_db()
        busy.refresh_from_db()
        assert (standing(gone), standing(busy)) == (Standing.UNDELIVERABLE, Standing.INVITED)
        states = Errand.objects.order_by("id").values_list("state", flat=True)
        assert list(states) == [ErrandState.DONE, ErrandState.WAITING]
        correct_address(gone, by=owner, email="Good@x.test")
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    run_errands()
    assert [message.to for message in mail.outbox] == [["good@x.test"]]


def test_the_link_signs_in_once(acme: tuple[Organization, Member]) -> None:
    organization, owner = acme
    with acting_in(organization):
        [ada] = invite(owner, "ada@x.test")
        invitation = Invitation.objects.get(member=ada)
        user = accept_invitation(invitation, by=ada)
        assert (user.email, user.has_usable_password()) == ("ada@x.test", False)
        assert EmailAddress.objects.get(user=user).verified is True
        with pytest.raises(InvitationOver):
            accept_invitation(invitation, by=ada)


def test_a_sign_in_made_by_a_stranger_loses_its_password(acme: tuple[Organization, Member]) -> None:
    organization, owner = acme
    squatter = User.objects.create_user(email="ada@x.test", password="the stranger knows this")
    EmailAddress.objects.create(user=squatter, email="ada@x.test", verified=False, primary=True)
    with acting_in(organization):
        [ada] = invite(owner, "ada@x.test")
        user = accept_invitation(Invitation.objects.get(member=ada), by=ada)
    assert user == squatter
    assert not User.objects.get(pk=user.pk).has_usable_password()


def test_a_leaver_can_be_invited_again(acme: tuple[Organization, Member]) -> None:
    organization, owner = acme
    with acting_in(organization):
        [ada] = invite(owner, "ada@x.test")
        join(ada)
        _settings_without_hooks(leave, ada)
        assert invite_people([Invitee(email="ada@x.test")], by=owner) == Invited(added=1, already_there=0)


def _settings_without_hooks(act: Any, member: Member) -> None:
    from django.test import override_settings

    with override_settings(ON_DEPARTURE=()):
        act(member, by=member)
