"""A company with an invited person and one who takes part, as the tests of a person's own pages need them."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

import pytest
from django.core import mail
from django.test import Client

from accounts.actions.sign_in import mail_sign_in_link
from accounts.derived_secrets import invitation_secret
from accounts.models import Member, Organization
from accounts.tenancy import acting_in
from tests.accounts.companies import company, invite, joined

_places = itertools.count(1)


@dataclass(frozen=True)
class Acme:
    """The company, its owner, Ada who takes part, Ivo who is invited, and Ivo's link."""

    organization: Organization
    owner: Member
    ada: Member
    ivo: Member
    link: str

    def address(self, rest: str) -> str:
        return f"/o/{self.organization.slug}/{rest}"


def visitor() -> Client:
    """Somebody at a place of their own, so that no test eats another's rate limit."""
    number = next(_places)
    return Client(REMOTE_ADDR=f"10.7.{number // 250}.{number % 250 + 1}")


def signed_in(member: Member) -> Client:
    client = visitor()
    assert member.user is not None
    client.force_login(member.user)
    return client


@pytest.fixture
def acme() -> Acme:
    organization, owner = company()
    ada = joined(organization, owner, "ada@x.test")[0]
    with acting_in(organization):
        ivo = invite(owner, "ivo@x.test")[0]
        link = f"/i/{invitation_secret(organization, ivo)}/"
    return Acme(organization, owner, ada, ivo, link)


def mailed_link(member: Member, next_address: str = "") -> str:
    """The path in a sign-in mail to this person."""
    mail_sign_in_link(member.email, by=None, language="en", next_address=next_address)
    return path_in_mail()


def path_in_mail() -> str:
    found = re.search(r"https?://[^/]+(/in/[^/\s]+/)", str(mail.outbox[-1].body))
    assert found is not None
    return found.group(1)
