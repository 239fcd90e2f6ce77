"""The invitation's page: it shows, it takes one of three answers, and silence looks like *Not now*."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.utils import timezone

from accounts.consent_texts import consent_text
from accounts.derived_secrets import invitation_secret
from accounts.models import AuditEntry, ConsentEntry, ConsentKind, Invitation, InvitationRefusal, Member, User
from accounts.selectors.consent import standing_consent, takes_part
from accounts.tenancy import acting_in
from tests.accounts.companies import invite
from tests.accounts.views.people_at_screens import Acme, path_in_mail, visitor

pytestmark = pytest.mark.django_db

TAKE_PART = {"answer": "take_part", "language": "en", "text_version": "take-part-1"}


def stories(member: Member, *, language: str) -> list[dict[str, str]]:
    return [{"title": f"Story {n} for {language}", "summary": "", "source": "x.test", "language": "en"} for n in (1, 2)]


def _without_csrf(content: bytes) -> str:
    """A page without what is made anew for each visit: the token against forged requests and the nonce."""
    return re.sub(
        r'(name="csrfmiddlewaretoken" value="|X-CSRFToken": "|nonce="|request_id)[^"]*', r"\1", content.decode()
    )


def test_page_says_what_it_is_and_shows_real_stories(acme: Acme, settings: Any) -> None:
    settings.INVITATION_ITEMS = ("tests.accounts.views.test_invitation.stories",)
    page = visitor().get(acme.link).content.decode()
    for words in (
        "Acme shares good stories, and you may join in.",
        "Nothing is ever posted without your yes to that exact text.",
        "Story 1 for en",
        "Only you; your manager and Acme's administrators cannot see it",
        "Only if you switch it on.",
        str(consent_text(ConsentKind.TAKE_PART, language="en").text),
    ):
        assert words in page
    both = re.findall(r'<button type="submit" class="([^"]*)" name="answer" value="(take_part|not_now)">', page)
    assert {classes for classes, _value in both} == {"button button-quiet"}, "of equal size"


def test_take_part_signs_in_and_keeps_the_words(acme: Acme) -> None:
    client = visitor()
    answer = client.post(acme.link, TAKE_PART)
    assert (answer.status_code, answer["Location"]) == (302, acme.address(""))
    user = User.objects.get(email="ivo@x.test")
    assert client.session["_auth_user_id"] == str(user.pk)
    assert EmailAddress.objects.get(user=user).verified
    assert (user.language, user.time_zone) == ("en", "UTC")
    with acting_in(acme.organization):
        member = Member.objects.get(user=user)
        entry = standing_consent(member)[0]
    text = consent_text(ConsentKind.TAKE_PART, language="en")
    assert (entry.kind, entry.text_version, entry.text_sha256, entry.language) == (
        "take_part",
        text.version,
        text.sha256,
        "en",
    )


def test_consent_keeps_the_language_that_was_on_the_screen(acme: Acme) -> None:
    visitor().post(acme.link, TAKE_PART | {"language": "pl"}, headers={"accept-language": "it"})
    with acting_in(acme.organization):
        assert ConsentEntry.objects.get(member=acme.ivo).language == "pl"


def test_words_that_changed_meanwhile_are_read_again(acme: Acme) -> None:
    client = visitor()
    answer = client.post(acme.link, TAKE_PART | {"text_version": "take-part-0"})
    assert answer.status_code == 409
    assert "These words were changed a moment ago." in answer.content.decode()
    assert "_auth_user_id" not in client.session
    with acting_in(acme.organization):
        assert not takes_part(acme.ivo)
    assert client.post(acme.link, TAKE_PART).status_code == 302, "the link is as good as before"


def test_link_signs_in_once_and_offers_another_way_in(acme: Acme) -> None:
    visitor().post(acme.link, TAKE_PART)
    second = visitor()
    page = second.get(acme.link)
    assert page.status_code == 200
    assert "This link was used before." in page.content.decode()
    assert "ivo@x.test" not in page.content.decode()
    assert second.post(acme.link, TAKE_PART).status_code == 200
    assert "_auth_user_id" not in second.session
    answer = second.post(acme.link, {"answer": "mail_me_a_link"})
    assert (answer.status_code, answer["Location"]) == (302, "/in/sent/")
    assert mail.outbox[-1].to == ["ivo@x.test"]
    answer = second.post(path_in_mail())
    assert (answer.status_code, answer["Location"]) == (302, acme.address(""))


def test_a_link_cannot_be_asked_for_before_the_invitation_was_taken_up(acme: Acme) -> None:
    mail.outbox.clear()
    assert visitor().post(acme.link, {"answer": "mail_me_a_link"}).status_code == 404
    assert mail.outbox == []


def test_scanners_change_nothing(acme: Acme) -> None:
    with acting_in(acme.organization):
        before = list(Invitation.objects.values())
    for method in ("get", "head"):
        assert getattr(visitor(), method)(acme.link).status_code == 200
        assert getattr(visitor(), method)(f"{acme.link}?answer=take_part").status_code == 200
    with acting_in(acme.organization):
        assert list(Invitation.objects.values()) == before
        assert not ConsentEntry.objects.filter(member=acme.ivo).exists()
    assert not User.objects.filter(email="ivo@x.test").exists()


@pytest.mark.parametrize("link", ["/i/nothing/", "/i/unknown.aaaaaaaa/", "{half}"])
def test_unknown_link_says_so(acme: Acme, link: str) -> None:
    page = visitor().get(link.format(half=acme.link[:-9] + "/"))
    assert page.status_code == 404
    assert "There is no invitation here." in page.content.decode()
    assert "/in/" in page.content.decode()


def test_old_link_says_so_in_the_same_words(acme: Acme) -> None:
    with time_machine.travel(timezone.now() + timedelta(days=61)):
        page = visitor().get(acme.link)
        answer = visitor().post(acme.link, TAKE_PART)
    assert (page.status_code, answer.status_code) == (404, 404)
    assert "There is no invitation here." in page.content.decode()


def test_not_now_looks_like_silence(acme: Acme) -> None:
    """The row of the person, the page of the link and what the company may read are as if nobody had answered."""
    with acting_in(acme.organization):
        before = list(Member.objects.order_by("pk").values())
        public = list(AuditEntry.objects.filter(private=False).values())
    client = visitor()
    page_before = _without_csrf(client.get(acme.link).content)
    answer = client.post(acme.link, {"answer": "not_now"}, follow=True)
    assert "Nobody is told, and nothing changes for you." in answer.content.decode()
    assert "Acme" not in answer.content.decode()
    with acting_in(acme.organization):
        assert list(Member.objects.order_by("pk").values()) == before
        assert list(AuditEntry.objects.filter(private=False).values()) == public
        assert not ConsentEntry.objects.filter(member=acme.ivo).exists()
    assert not User.objects.filter(email="ivo@x.test").exists()
    assert _without_csrf(client.get(acme.link).content) == page_before
    assert client.post(acme.link, TAKE_PART).status_code == 302, "one may think again"


def test_never_again_deletes_the_invitation_and_keeps_only_a_hash(acme: Acme) -> None:
    answer = visitor().post(acme.link, {"answer": "never_again"}, follow=True)
    assert "You will not be invited again." in answer.content.decode()
    with acting_in(acme.organization):
        assert not Invitation.objects.filter(member=acme.ivo).exists()
        assert "ivo" not in InvitationRefusal.objects.get().address_hmac
    assert visitor().get(acme.link).status_code == 404


def test_unknown_answer_changes_nothing_and_shows_the_page_again(acme: Acme) -> None:
    page = visitor().post(acme.link, {"answer": "of course"})
    assert (page.status_code, b"Take part" in page.content) == (200, True)


def test_somebody_else_at_this_browser_is_told_and_signed_out(acme: Acme) -> None:
    client = visitor()
    assert acme.owner.user is not None
    client.force_login(acme.owner.user)
    assert "You are signed in here as owner@acme.test." in client.get(acme.link).content.decode()
    client.post(acme.link, TAKE_PART)
    assert client.session["_auth_user_id"] == str(User.objects.get(email="ivo@x.test").pk)


def test_a_password_set_by_a_stranger_is_dropped(acme: Acme) -> None:
    """Somebody signed up with Ivo's address before him and never verified it."""
    stranger = User.objects.create_user(email="ivo@x.test", password="mine-since-yesterday")
    EmailAddress.objects.create(user=stranger, email="ivo@x.test", verified=False, primary=True)
    visitor().post(acme.link, TAKE_PART)
    stranger.refresh_from_db()
    assert not stranger.has_usable_password()


def test_one_person_in_two_companies_has_one_sign_in(acme: Acme) -> None:
    with acting_in(acme.organization):
        invite(acme.owner, "eve@x.test")
    User.objects.create_user(email="eve@x.test", time_zone="Europe/Warsaw", language="pl")
    with acting_in(acme.organization):
        link = f"/i/{invitation_secret(acme.organization, Member.objects.get(email='eve@x.test'))}/"
    visitor().post(link, TAKE_PART)
    user = User.objects.get(email="eve@x.test")
    assert (user.time_zone, user.language) == ("Europe/Warsaw", "pl"), "their own choice stays"
