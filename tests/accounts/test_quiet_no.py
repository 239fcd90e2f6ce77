"""A quiet no (promise 2): whatever a person answers, what the company can open stays byte for byte the same.

The same company is looked at twice, in two branches of time that differ in one person's answer alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts.actions.consent import name_on_boards, take_part, withdraw_consent
from accounts.actions.invitations import (
    accept_invitation,
    answer_not_now,
    end_old_invitations,
    never_invite_again,
    remind_unanswered,
)
from accounts.actions.own_name import rename_self
from accounts.actions.settings import change_own_locale
from accounts.models import AuditEntry, Invitation, Member, Organization, OrganizationSettings, Team, TeamMember
from accounts.tenancy import acting_in
from tests.accounts.companies import company, invite, joined

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class Branch(Exception):
    """Rolls one branch of time back."""


def _silence(member: Member) -> None:
    """The person never opens the mail."""


def _not_now(member: Member) -> None:
    answer_not_now(Invitation.objects.get(member=member), by=member)


def _never_again(member: Member) -> None:
    never_invite_again(Invitation.objects.get(member=member), by=member)


def _joins(member: Member) -> None:
    accept_invitation(Invitation.objects.get(member=member), by=member)
    member.refresh_from_db()
    take_part(member, by=member, language="en")


def _joins_and_settles_in(member: Member) -> None:
    _joins(member)
    change_own_locale(member, by=member, language="pl", time_zone="Europe/Warsaw")
    rename_self(member, by=member, name="Aaa Aardvark")


def _joins_and_stops(member: Member) -> None:
    _joins(member)
    name_on_boards(member, by=member, language="en")
    withdraw_consent(member, by=member, kind="take_part")


ANSWERS: dict[str, Callable[[Member], None]] = {
    "not now": _not_now,
    "don't invite me again": _never_again,
    "take part": _joins,
    "take part, choose a language and a name": _joins_and_settles_in,
    "take part and stop": _joins_and_stops,
}


@pytest.fixture
def world(settings: Any) -> tuple[Organization, Member, Member]:
    settings.ON_CONSENT_WITHDRAWN = ()
    organization, owner = company()
    joined(organization, owner, *[f"colleague{number}@x.test" for number in range(6)])
    with acting_in(organization):
        [ada] = invite(owner, "ada@x.test")
    return organization, owner, ada


def test_every_page_of_the_company_is_the_same(world: tuple[Organization, Member, Member]) -> None:
    organization, owner, ada = world
    now = timezone.now()
    quiet = _branch(organization, owner, ada, _silence, now=now)
    assert len(quiet) >= 30
    assert "ada@x.test" in quiet["/o/acme/people/"]
    told = {}
    for answer, act in ANSWERS.items():
        answered = _branch(organization, owner, ada, act, now=now)
        told[answer] = [page for page in quiet if quiet[page] != answered[page]]
    assert told == {answer: [] for answer in ANSWERS}


@pytest.mark.parametrize("answer", ANSWERS)
def test_every_row_the_company_reads_is_the_same(answer: str, world: tuple[Organization, Member, Member]) -> None:
    organization, _owner, ada = world
    rows = []
    for act in (_silence, ANSWERS[answer]):
        with pytest.raises(Branch), transaction.atomic():
            with acting_in(organization):
                act(ada)
                rows.append(_rows_behind_the_pages())
            raise Branch
    assert rows[0] == rows[1]


def _rows_behind_the_pages() -> dict[str, list[Any]]:
    seen_of_people = ("public_id", "email", "name", "role", "invited", "undeliverable", "deactivated_at", "left_at")
    return {
        "people": list(Member.objects.order_by("id").values(*seen_of_people)),
        "teams": list(Team.objects.order_by("id").values()),
        "places": list(TeamMember.objects.order_by("id").values()),
        "settings": list(OrganizationSettings.objects.values()),
        "audit": list(AuditEntry.objects.filter(private=False).order_by("id").values()),
    }


def _branch(
    organization: Organization, owner: Member, ada: Member, act: Callable[[Member], None], *, now: datetime
) -> dict[str, str]:
    """What the owner can open on the day of the answer, and when reminder and end of the invitation are over."""
    seen: dict[str, str] = {}
    with pytest.raises(Branch), transaction.atomic(), time_machine.travel(now, tick=False) as clock:
        with acting_in(organization):
            act(ada)
        seen |= _pages(organization, owner, ada, after="")
        clock.shift(timedelta(days=8))
        with acting_in(organization):
            remind_unanswered(by=None)
        clock.shift(timedelta(days=53))
        with acting_in(organization):
            end_old_invitations(by=None)
        seen |= _pages(organization, owner, ada, after=" after sixty days")
        raise Branch
    return seen


def _pages(organization: Organization, owner: Member, ada: Member, *, after: str) -> dict[str, str]:
    client = Client(raise_request_exception=False)
    assert owner.user is not None
    client.force_login(owner.user, backend=BACKEND)
    addresses = _company_pages(organization.slug)
    addresses += [
        reverse("person", args=[organization.slug, ada.public_id]),
        f"/o/{organization.slug}/people/?search=ada",
    ]
    return {address + after: _same_for_everybody(client.get(address)) for address in addresses}


def _company_pages(slug: str) -> list[str]:
    """Every address under /o/<slug>/ that needs nothing but the company."""
    found: list[str] = []

    def walk(patterns: list[Any], prefix: str) -> None:
        for pattern in patterns:
            route = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                walk(pattern.url_patterns, route)
            elif isinstance(pattern, URLPattern) and route.count("<") == 1:
                found.append("/" + route.replace("<slug:organization>", slug))

    organization_part = [one for one in get_resolver().url_patterns if "<slug:organization>" in str(one.pattern)]
    walk([one for one in organization_part if str(one.pattern).startswith("o/")], "")
    return sorted(set(found))


_CHANGING = re.compile(
    r'name="csrfmiddlewaretoken" value="[^"]+"|X-CSRFToken[^}]+|nonce="[^"]+"|data-request="[^"]+"|[0-9a-f-]{36}'
)


def _same_for_everybody(answer: Any) -> str:
    return f"{answer.status_code} " + _CHANGING.sub("…", answer.content.decode())
