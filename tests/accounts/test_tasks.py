"""Tasks of a company run inside it; sweepers only list companies; the mailbox and the pages answer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts import tasks
from accounts.models import Errand, Invitation, MailboxMessage, Member, Organization, Team
from accounts.retention import forget_what_is_over
from accounts.selectors.organization import every_id, with_invitations_due
from accounts.tenancy import NoOrganization, acting_in
from tests.accounts.companies import company, invite

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def test_a_company_task_acts_for_its_first_argument_alone() -> None:
    organization, owner = company()
    with acting_in(organization):
        invite(owner, "ada@x.test")
        Invitation.objects.update(remind_at=timezone.now())
    tasks.sweep_invitations_of(organization.pk)
    with acting_in(organization):
        assert Invitation.objects.get().remind_at is None
        assert Errand.objects.filter(cause__startswith="invitation-reminder:").count() == 1
    with pytest.raises(NoOrganization):
        Team.objects.count()


def test_sweepers_list_only_companies_with_something_due() -> None:
    (acme, owner), (globex, _other) = company(), company("Globex")
    with acting_in(acme):
        invite(owner, "ada@x.test")
    assert with_invitations_due() == []
    with acting_in(acme):
        Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert with_invitations_due() == [acme.pk]
    assert every_id() == [acme.pk, globex.pk]


def test_what_is_over_is_forgotten_and_the_rest_stays() -> None:
    organization, _owner = company()
    with acting_in(organization):
        for days in (89, 91):
            ended = timezone.now() - timedelta(days=days)
            Errand.objects.create(kind="letter", cause=f"c{days}", state="done", due_at=ended, ended_at=ended)
        assert forget_what_is_over(by=None)["finished errands"] == 1
        assert Errand.objects.get().cause == "c89"


def _signed_in(member: Member) -> Client:
    client = Client()
    assert member.user is not None
    client.force_login(member.user, backend=BACKEND)
    return client


def test_the_owners_first_hour_can_be_walked_skipped_and_taken_up_again() -> None:
    organization, owner = company()
    client = _signed_in(owner)
    assert client.post("/o/acme/setup/purpose/", {"purpose": "hiring"}).status_code == 302
    told = {"introduction": "Ask Olga.", "disclosure": "I work at Acme."}
    looked = client.post("/o/acme/setup/told/", {**told, "look": "yes"})
    assert "Ask Olga." in looked.text
    assert client.post("/o/acme/setup/told/", told).status_code == 302
    assert client.post("/o/acme/setup/step/items/", {"how": "skipped"}).status_code == 302
    page = client.get("/o/acme/setup/").text
    assert (page.count("is-done"), page.count("is-skipped"), page.count("is-now")) == (2, 1, 1)
    client.post("/o/acme/setup/step/items/", {"how": "open"})
    assert "is-skipped" not in client.get("/o/acme/setup/").text


def test_a_company_is_started_in_one_form() -> None:
    client = _signed_in(company()[1])
    wrong = client.post("/start/", {"name": "", "purpose": "hiring", "language": "pl", "time_zone": "Europe/Warsaw"})
    assert wrong.status_code == 200
    assert "Europe/Warsaw" in wrong.text
    form = {"name": "Żółta Łódź", "purpose": "hiring", "language": "pl", "time_zone": "Europe/Warsaw"}
    made = client.post("/start/", form)
    assert made.status_code == 302
    assert Organization.objects.order_by("-pk").first().name == "Żółta Łódź"  # type: ignore[union-attr]  # just made


def test_inviting_by_paste_loses_nothing_on_a_mistake() -> None:
    organization, owner = company()
    client = _signed_in(owner)
    wrong = client.post("/o/acme/people/invite/", {"people": "ada@x.test\nnobody"})
    assert "“nobody”" in wrong.text
    assert "ada@x.test" in wrong.text
    assert client.post("/o/acme/people/invite/", {"people": "Ada <ada@x.test>"}).status_code == 302
    with acting_in(organization):
        assert Member.objects.get(email="ada@x.test").name == "Ada"


def test_the_mailbox_shows_a_mail_in_a_frame_that_runs_nothing(client: Any) -> None:
    mail = MailboxMessage.objects.create(to="a@x.test", sender="s@x.test", subject="Hi", text="t", html='<b>"x"</b>')
    page = client.get(f"/mailbox/{mail.pk}/").text
    assert 'sandbox="allow-top-navigation-by-user-activation"' in page
    assert "&lt;b&gt;&quot;x&quot;&lt;/b&gt;" in page
    assert "Hi" in client.get("/mailbox/?to=a@x").text


def test_who_finds_the_work_under_way_goes_at_once() -> None:
    found: list[int] = []

    @tasks.one_at_a_time
    def work() -> int:
        found.append(work())
        return 7

    assert [work(), work()] == [7, 7]  # free again afterwards
    assert found == [0, 0]
