"""An open link invites addresses of the company's own domain, tells nobody who is on the list, and can be ended."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.actions.members import change_role
from accounts.actions.open_invitations import OpenLinkOver, ask_for_invitation, end_link, open_link
from accounts.models import Invitation, Member, OpenInvitation
from accounts.refusals import BadInput, Refusal
from accounts.selectors.invitations import standing_link
from accounts.selectors.members import people
from accounts.tenancy import acting_in
from tests.accounts.companies import company, joined
from tests.accounts.views.people_at_screens import Acme, acme, signed_in, visitor

__all__ = ["acme"]
pytestmark = pytest.mark.django_db


def address_of_link(acme: Acme) -> str:
    client = signed_in(acme.owner)
    client.post(acme.address("people/link/"), {"act": "open"})
    page = client.get(acme.address("people/invite/")).content.decode()
    return "/join/" + page.split("/join/")[1].split('"')[0]


def end_and_read(link: OpenInvitation, owner: Member) -> OpenInvitation:
    end_link(link, by=owner)
    link.refresh_from_db()
    return link


def test_asking_invites_as_if_somebody_had(acme: Acme) -> None:
    link = address_of_link(acme)
    asker = visitor()
    assert "@acme.test" in asker.get(link).content.decode()
    answer = asker.post(link, {"email": " New@acme.test "})
    assert (answer.status_code, answer["Location"]) == (302, "/join/sent/")
    with acting_in(acme.organization):
        member = Member.objects.get(email="new@acme.test")
        assert (member.invited, member.user) == (True, None)
        assert Invitation.objects.get(member=member).invited_by == acme.owner
        standings = {line.member.email: str(line.standing) for line in people().lines}
    assert standings["new@acme.test"] == standings["ivo@x.test"] == "invited"


def test_whoever_is_known_is_told_the_same_and_gets_nothing_new(acme: Acme) -> None:
    link = address_of_link(acme)
    first, again = (visitor().post(link, {"email": "new@acme.test"}) for _ in range(2))
    assert (first.status_code, first["Location"], first.content) == (302, again["Location"], again.content)
    with acting_in(acme.organization):
        assert Member.objects.filter(email="new@acme.test").count() == 1
        assert Invitation.objects.filter(member__email="new@acme.test").count() == 1


@pytest.mark.parametrize("email", ["new@globex.test", "new@sub.acme.test", "new@evilacme.test", "@acme.test", "new"])
def test_other_addresses_are_refused(acme: Acme, email: str) -> None:
    assert visitor().post(address_of_link(acme), {"email": email}).status_code == 200
    with acting_in(acme.organization):
        with pytest.raises(BadInput):
            ask_for_invitation(OpenInvitation.objects.select_related("made_by").get(), email=email, by=None)
        assert Member.objects.count() == 3


def test_a_get_invites_nobody(acme: Acme) -> None:
    visitor().get(address_of_link(acme), {"email": "new@acme.test"})
    with acting_in(acme.organization):
        assert Member.objects.count() == 3


def test_a_link_ends_by_hand_by_time_by_the_next_one_and_with_its_makers_role() -> None:
    organization, owner = company()
    admin = joined(organization, owner, "admin@acme.test")[0]
    with acting_in(organization):
        change_role(admin, by=owner, role="admin")
        admin.refresh_from_db()
        first, second = open_link(by=admin), open_link(by=admin)
        first.refresh_from_db()
        assert standing_link() == second
        for link in (first, end_and_read(second, owner)):
            with pytest.raises(OpenLinkOver):
                ask_for_invitation(link, email="new@acme.test", by=None)
        third = open_link(by=admin)
        with time_machine.travel(timezone.now() + timedelta(days=14, seconds=1)), pytest.raises(OpenLinkOver):
            ask_for_invitation(third, email="new@acme.test", by=None)
        change_role(admin, by=owner, role="curator")
        with pytest.raises(OpenLinkOver):
            ask_for_invitation(OpenInvitation.objects.get(pk=third.pk), email="new@acme.test", by=None)
        assert not Member.objects.filter(email="new@acme.test").exists()


def test_no_link_for_addresses_that_anybody_gets() -> None:
    organization, owner = company(owner="olga@gmail.com")
    with acting_in(organization):
        with pytest.raises(Refusal, match=r"Anybody can get an address at gmail\.com"):
            open_link(by=owner)
        assert not OpenInvitation.objects.exists()


def test_no_length_tells_of_the_link(acme: Acme) -> None:
    """The foot repeats the page's address, so that a compressed answer would let the link be guessed."""
    client, packs = signed_in(acme.owner), {"accept-encoding": "gzip"}
    client.post(acme.address("people/link/"), {"act": "open"})
    assert "Content-Encoding" not in client.get(acme.address("people/invite/?x=/join/a"), headers=packs)
    assert client.get(acme.address("people/"), headers=packs)["Content-Encoding"] == "gzip"
