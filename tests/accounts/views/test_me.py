"""The person's own page: nobody else opens it; agreements are given and taken back; everything is taken along."""

from __future__ import annotations

import json
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.utils import timezone

from accounts import consent_texts
from accounts.consent_texts import consent_text
from accounts.models import AuditEntry, ConsentEntry, ConsentKind, Member, User
from accounts.personal_data import every_datum
from accounts.selectors.consent import is_named, takes_part
from accounts.tenancy import acting_in
from tests.accounts.views.people_at_screens import Acme, signed_in, visitor

pytestmark = pytest.mark.django_db


def _details(**changed: str) -> dict[str, str]:
    return {"name": "Ada Lis", "language": "pl", "time_zone": "Europe/Warsaw"} | changed


def test_details_are_changed_together(acme: Acme) -> None:
    client, page = signed_in(acme.ada), acme.address("me/")
    answer = client.post(page, _details(name="  Ada   Lis "))
    assert (answer.status_code, answer["Location"]) == (302, page)
    with acting_in(acme.organization):
        member = Member.objects.select_related("user").get(pk=acme.ada.pk)
    assert (member.own_name, member.language, member.time_zone) == ("Ada Lis", "pl", "Europe/Warsaw")
    assert member.user is not None
    assert (member.user.name, member.user.language, member.user.time_zone) == ("Ada Lis", "pl", "Europe/Warsaw")
    assert '<html lang="pl">' in client.get(page).content.decode()


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", " ", "This field is required."),
        ("name", "A" * 121, "Ensure this value has at most 120 characters"),
        ("language", "xx", "Select a valid choice."),
        ("time_zone", "Mars/Olympus", "Select a valid choice."),
    ],
)
def test_wrong_details_say_so_and_keep_what_was_typed(acme: Acme, field: str, value: str, sentence: str) -> None:
    page = signed_in(acme.ada).post(acme.address("me/"), _details(**{field: value}))
    assert page.status_code == 400
    assert sentence in page.content.decode()
    if field != "name":
        assert 'value="Ada Lis"' in page.content.decode()
    with acting_in(acme.organization):
        kept = Member.objects.get(pk=acme.ada.pk)
    assert (kept.own_name, kept.time_zone) == ("", ""), "all or nothing"


def test_agreements_stand_with_their_words_and_date(acme: Acme) -> None:
    page = signed_in(acme.ada).get(acme.address("me/stored/")).content.decode()
    assert consent_text(ConsentKind.TAKE_PART, language="en").text in page
    assert consent_text(ConsentKind.NAMED_ON_BOARDS, language="en").text in unescape(page)
    with acting_in(acme.organization):
        agreed = ConsentEntry.objects.get(member=acme.ada)
    assert f'<time datetime="{agreed.at:%Y-%m-%dT%H:%M:%S}' in page
    assert 'value="withdraw"' in page
    assert "Put my name on boards" in page


def test_naming_is_given_and_taken_back(acme: Acme) -> None:
    client, address = signed_in(acme.ada), acme.address("me/consent/")
    client.post(
        address, {"kind": "named_on_boards", "answer": "agree", "language": "it", "text_version": "named-on-boards-1"}
    )
    with acting_in(acme.organization):
        assert is_named(acme.ada)
        assert ConsentEntry.objects.order_by("-pk")[0].language == "it"
    client.post(address, {"kind": "named_on_boards", "network": "", "answer": "withdraw"})
    with acting_in(acme.organization):
        assert not is_named(acme.ada)
        assert takes_part(acme.ada)


def test_taking_part_is_taken_back_and_begun_again(acme: Acme) -> None:
    client, address = signed_in(acme.ada), acme.address("me/consent/")
    client.post(address, {"kind": "take_part", "network": "", "answer": "withdraw"})
    with acting_in(acme.organization):
        assert not takes_part(acme.ada)
    client.post(address, {"kind": "take_part", "answer": "agree", "language": "en", "text_version": "take-part-1"})
    with acting_in(acme.organization):
        assert takes_part(acme.ada)
        given = ConsentEntry.objects.filter(member=acme.ada).order_by("pk").values_list("given", flat=True)
        assert list(given) == [True, False, True], "a ledger: rows are only added"
        assert not AuditEntry.objects.filter(private=False, action__contains="consent").exists()


def test_words_that_were_not_on_the_page_are_not_agreed_to(acme: Acme) -> None:
    client = signed_in(acme.ada)
    assert 'name="text_version" value="named-on-boards-1"' in client.get(acme.address("me/stored/")).content.decode()
    agree = {"kind": "named_on_boards", "answer": "agree", "language": "en"}
    for version in ({}, {"text_version": "named-on-boards-0"}):
        answer = client.post(acme.address("me/consent/"), agree | version, follow=True)
        assert "These words were changed a moment ago." in answer.content.decode()
    with acting_in(acme.organization):
        assert not is_named(acme.ada)


@pytest.mark.parametrize("posted", [{"kind": "soul"}, {"kind": "network", "network": "myspace"}, {}])
def test_nonsense_is_refused_and_changes_nothing(acme: Acme, posted: dict[str, str]) -> None:
    client = signed_in(acme.ada)
    answer = client.post(acme.address("me/consent/"), posted | {"answer": "withdraw"}, follow=True)
    assert "There is nothing of this kind to take back. Nothing was changed." in answer.content.decode()
    with acting_in(acme.organization):
        assert ConsentEntry.objects.filter(member=acme.ada).count() == 1


def test_a_get_agrees_to_nothing(acme: Acme) -> None:
    client = signed_in(acme.ada)
    assert client.get(acme.address("me/consent/"), {"kind": "named_on_boards"}).status_code == 405
    with acting_in(acme.organization):
        assert not is_named(acme.ada)


def test_older_words_stay_readable_beside_their_version(acme: Acme, monkeypatch: pytest.MonkeyPatch) -> None:
    kind = ConsentKind.TAKE_PART
    newer = (*consent_texts._TEXTS[kind], ("take-part-2", "I take part, in other words."))
    monkeypatch.setitem(consent_texts._TEXTS, kind, newer)
    page = signed_in(acme.ada).get(acme.address("me/stored/")).content.decode()
    assert consent_text(kind, language="en", version="take-part-1").text in page
    assert "These words are version take-part-1" in page
    assert "in other words" not in page


def test_stored_says_who_sees_it_and_how_long(acme: Acme) -> None:
    page = unescape(signed_in(acme.ada).get(acme.address("me/stored/")).content.decode())
    assert "You and Acme's administrators" in page
    assert "until 90 days after you took one back" in page
    assert "No account of yours was ever connected." in page
    assert page.count('data-label="Who sees it"') == len(list(every_datum()))


def test_record_is_whole_and_a_file(acme: Acme) -> None:
    with time_machine.travel(timezone.now() + timedelta(seconds=1)):
        answer = signed_in(acme.ada).get(acme.address("me/record/"))
    assert answer["Content-Type"] == "application/json"
    assert answer["Content-Disposition"].startswith('attachment; filename="my-record-acme-')
    record = json.loads(answer.content)
    assert set(record) >= {"company", "written_at", "accounts", "integrations", "campaigns"}
    assert record["accounts"]["person"]["email"] == "ada@x.test"
    assert [entry["kind"] for entry in record["accounts"]["consent"]] == ["take_part"]
    assert "owner@acme.test" not in answer.content.decode(), "nobody else's data"


def test_the_pages_are_their_persons_alone(acme: Acme) -> None:
    """There is no address under which even an owner could open somebody else's; strangers meet nothing."""
    stranger = visitor()
    stranger.force_login(User.objects.create_user(email="stranger@y.test"))
    for rest in ("me/", "me/stored/", "me/record/", "me/leave/", "me/keys/"):
        assert "ada@x.test" not in signed_in(acme.owner).get(acme.address(rest)).content.decode()
        assert stranger.get(acme.address(rest)).status_code == 404
        assert visitor().get(acme.address(rest)).status_code == 302
