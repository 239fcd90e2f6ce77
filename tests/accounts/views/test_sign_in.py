"""Sign-in links: the same answer for everybody, one use, thirty minutes, and only ever to an address of ours."""

from __future__ import annotations

import smtplib
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core import mail
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.locmem import EmailBackend
from django.test import RequestFactory
from django.utils import timezone

from accounts.actions.sign_in import LinkOver, use_sign_in_link
from accounts.identifiers import sha256_of
from accounts.models import SignInLink
from accounts.own_addresses import own_address
from accounts.selectors.sign_in import sign_in_link_of
from tests.accounts.views.people_at_screens import Acme, mailed_link, path_in_mail, signed_in, visitor

pytestmark = pytest.mark.django_db


class MailServerIsDown(EmailBackend):
    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        raise smtplib.SMTPServerDisconnected("gone")


class RefusesEverybody(EmailBackend):
    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        raise smtplib.SMTPRecipientsRefused({messages[0].to[0]: (550, b"no such user")})


def test_same_answer_whether_or_not_the_address_is_known(acme: Acme) -> None:
    answers = [visitor().post("/in/", {"email": email}) for email in ("ada@x.test", "nobody@x.test")]
    assert [(one.status_code, one["Location"]) for one in answers] == [(302, "/in/sent/")] * 2
    assert [(one.to, one.subject) for one in mail.outbox[-2:]] == [
        (["ada@x.test"], "Your link to sign in"),
        (["nobody@x.test"], "No sign-in for this address"),
    ]
    assert "/in/" in str(mail.outbox[-1].body)
    assert SignInLink.objects.count() == 1


@pytest.mark.parametrize("email", ["ada@x.test", "nobody@x.test"])
def test_a_mail_server_that_fails_tells_nothing_either(acme: Acme, settings: Any, email: str) -> None:
    settings.EMAIL_BACKEND = "tests.accounts.views.test_sign_in.RefusesEverybody"
    assert visitor().post("/in/", {"email": email}).status_code == 302
    settings.EMAIL_BACKEND = "tests.accounts.views.test_sign_in.MailServerIsDown"
    page = visitor().post("/in/", {"email": email})
    assert page.status_code == 503
    assert "We could not send a mail just now." in page.content.decode()
    assert f'value="{email}"' in page.content.decode(), "what was typed is still there"


def test_asking_is_limited_per_address_and_loses_nothing(acme: Acme) -> None:
    statuses = [visitor().post("/in/", {"email": "limited@x.test"}).status_code for _ in range(4)]
    assert statuses == [302, 302, 302, 429]
    page = visitor().post("/in/", {"email": "Limited@X.test"})
    assert (page.status_code, b'value="limited@x.test"' in page.content) == (429, True)


def test_no_address_is_refused_beside_the_field(acme: Acme) -> None:
    page = visitor().post("/in/", {"email": "ada at x"})
    assert page.status_code == 200
    assert "Enter a valid email address." in page.content.decode()


def test_only_the_button_signs_in_and_only_once(acme: Acme) -> None:
    link = mailed_link(acme.ada)
    for _scanner in range(2):
        page = visitor().get(link)
        assert visitor().head(link).status_code == 200
        assert "This signs you in as ada@x.test." in page.content.decode()
    client = visitor()
    answer = client.post(link)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert acme.ada.user is not None
    assert client.session["_auth_user_id"] == str(acme.ada.user.pk)
    again = visitor()
    for answer in (again.get(link), again.post(link)):
        assert answer.status_code == 410
        assert "This link was used before; each one works once." in answer.content.decode()
    assert "_auth_user_id" not in again.session


def test_old_and_unknown_links_say_which(acme: Acme) -> None:
    link = mailed_link(acme.ada)
    with time_machine.travel(timezone.now() + timedelta(minutes=31)):
        answers = [visitor().get(link), visitor().post(link)]
    for answer in answers:
        assert answer.status_code == 410
        assert "This link is too old: it works for 30 minutes." in answer.content.decode()
    answer = visitor().post("/in/never-ours/")
    assert answer.status_code == 410
    assert "We do not know this link." in answer.content.decode()


def test_token_is_stored_as_a_hash_alone(acme: Acme) -> None:
    token = mailed_link(acme.ada).split("/")[2]
    row = SignInLink.objects.get()
    assert row.token_sha256 == sha256_of(token)
    assert token not in str(row.__dict__)


def test_leads_on_to_where_the_person_was_going(acme: Acme) -> None:
    wanted = acme.address("me/?from=mail")
    visitor().post("/in/", {"email": "ada@x.test", "next": wanted})
    answer = visitor().post(path_in_mail())
    assert (answer.status_code, answer["Location"]) == (302, wanted)


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "\\\\evil.example",
        "/x" * 300,
        "me",
        "/\tx",
    ],
)
def test_never_leads_anywhere_else(acme: Acme, wanted: str) -> None:
    assert own_address(RequestFactory().get("/"), wanted) == ""
    visitor().post("/in/", {"email": "ada@x.test", "next": wanted})
    assert visitor().post(path_in_mail())["Location"] == "/"


def test_a_second_browser_racing_for_the_same_link_loses(acme: Acme) -> None:
    """The row is read again under a lock: a link found unused before is refused once another used it."""
    token = mailed_link(acme.ada).split("/")[2]
    first, second = sign_in_link_of(token), sign_in_link_of(token)
    use_sign_in_link(first, by=None)
    with pytest.raises(LinkOver, match="used before"):
        use_sign_in_link(second, by=None)


def test_switched_off_sign_in_gets_no_link(acme: Acme) -> None:
    link = mailed_link(acme.ada)
    assert acme.ada.user is not None
    acme.ada.user.is_active = False
    acme.ada.user.save()
    assert visitor().post(link).status_code == 410
    visitor().post("/in/", {"email": "ada@x.test"})
    assert mail.outbox[-1].subject == "No sign-in for this address"


def test_old_links_are_forgotten(acme: Acme) -> None:
    mailed_link(acme.ada)
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        mailed_link(acme.ada)
    assert SignInLink.objects.count() == 1


def test_signed_in_visitors_may_use_a_link_as_well(acme: Acme) -> None:
    client = signed_in(acme.owner)
    client.post(mailed_link(acme.ada))
    assert acme.ada.user is not None
    assert client.session["_auth_user_id"] == str(acme.ada.user.pk)


def test_a_second_factor_is_asked_for_after_the_link(acme: Acme) -> None:
    assert acme.ada.user is not None
    TOTP.activate(acme.ada.user, generate_totp_secret())
    client = visitor()
    answer = client.post(mailed_link(acme.ada))
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/2fa/authenticate/")
    assert "_auth_user_id" not in client.session


def test_the_letter_speaks_its_readers_language(acme: Acme) -> None:
    """Whoever asks: the visitor's language is only for addresses that nobody signs in with."""
    assert acme.ada.user is not None
    acme.ada.user.language = "it"
    acme.ada.user.save()
    visitor().post("/in/", {"email": "ada@x.test"}, headers={"accept-language": "pl"})
    letter = mail.outbox[-1]
    assert isinstance(letter, EmailMultiAlternatives)
    assert '<html lang="it">' in str(letter.alternatives[0][0])


def test_the_sign_in_page_hands_on_where_the_person_was_going(acme: Acme) -> None:
    page = visitor().get("/accounts/login/", {"next": "/o/acme/me/?a=1&b=2"}).content.decode()
    assert 'href="/in/?next=%2Fo%2Facme%2Fme%2F%3Fa%3D1%26b%3D2"' in page
