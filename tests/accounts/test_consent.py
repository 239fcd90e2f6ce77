"""Consent is the person's alone, keeps the words it was given to, and is never rewritten (promises 2 and 4)."""

from __future__ import annotations

import hashlib

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.actions.consent import agree_to_network, name_on_boards, take_part, withdraw_consent
from accounts.consent_texts import consent_text, current_version
from accounts.models import AuditEntry, ConsentEntry, ConsentKind, Member, Organization
from accounts.refusals import NotAllowed
from accounts.selectors.consent import agreed_to_network, is_named, named_member_ids, takes_part
from accounts.tenancy import acting_in
from tests.accounts.companies import company, joined

pytestmark = pytest.mark.django_db

heard: list[tuple[str, str]] = []


def hear(member: Member, *, by: Member, kind: str, network: str) -> None:
    heard.append((kind, network))


def fail(member: Member, *, by: Member, kind: str, network: str) -> None:
    raise RuntimeError("the house above could not follow")


@pytest.fixture
def ada(settings: object) -> Member:
    settings.ON_CONSENT_WITHDRAWN = ("tests.accounts.test_consent.hear",)  # type: ignore[attr-defined]
    heard.clear()
    organization, owner = company()
    return joined(organization, owner, "ada@x.test")[0]


def _here(member: Member) -> Organization:
    return Organization.objects.get(pk=member.organization_id)


def test_an_account_is_not_participation() -> None:
    organization, owner = company()
    with acting_in(organization):
        assert (takes_part(owner), is_named(owner)) == (False, False)


def test_the_ledger_keeps_version_and_hash_of_the_words_in_their_language(ada: Member) -> None:
    with acting_in(_here(ada)):
        entry = agree_to_network(
            ada, by=ada, network="mastodon", language="pl", text_version=current_version("network")
        )
        text = consent_text(ConsentKind.NETWORK, language="pl")
        assert (entry.text_version, entry.language, entry.network) == (text.version, "pl", "mastodon")
        assert entry.text_sha256 == hashlib.sha256(text.text.encode()).hexdigest()
        assert agreed_to_network(ada, "mastodon") is True
        assert agreed_to_network(ada, "bluesky") is False


def test_a_second_click_adds_nothing(ada: Member) -> None:
    with acting_in(_here(ada)):
        assert take_part(ada, by=ada, language="en", text_version=current_version("take_part")) == take_part(
            ada, by=ada, language="en", text_version=current_version("take_part")
        )
        assert ConsentEntry.objects.count() == 1


@pytest.mark.parametrize("kind", ["take_part", "network", "named_on_boards"])
def test_nobody_decides_for_another(ada: Member, kind: str) -> None:
    with acting_in(_here(ada)):
        owner = Member.objects.get(role="owner")
        acts = {
            "take_part": lambda: take_part(ada, by=owner, language="en", text_version=current_version("take_part")),
            "network": lambda: agree_to_network(
                ada, by=owner, network="x", language="en", text_version=current_version("network")
            ),
            "named_on_boards": lambda: name_on_boards(
                ada, by=owner, language="en", text_version=current_version("named_on_boards")
            ),
        }
        before = ConsentEntry.objects.count()
        with pytest.raises(NotAllowed):
            acts[kind]()
        with pytest.raises(NotAllowed):
            withdraw_consent(ada, by=owner, kind=ConsentKind.TAKE_PART)
        assert (ConsentEntry.objects.count(), heard) == (before, [])


def test_named_only_after_an_own_choice_and_off_with_taking_part(ada: Member) -> None:
    with acting_in(_here(ada)):
        assert is_named(ada) is False
        name_on_boards(ada, by=ada, language="en", text_version=current_version("named_on_boards"))
        assert (is_named(ada), named_member_ids()) == (True, {ada.pk})
        withdraw_consent(ada, by=ada, kind=ConsentKind.TAKE_PART)
        assert (takes_part(ada), is_named(ada), named_member_ids()) == (False, False, set())
        take_part(ada, by=ada, language="en", text_version=current_version("take_part"))
        assert is_named(ada) is False  # coming back is no choice to be named
        assert heard == [("take_part", "")]


def test_one_network_ends_alone(ada: Member) -> None:
    with acting_in(_here(ada)):
        for network in ("mastodon", "bluesky"):
            agree_to_network(ada, by=ada, network=network, language="en", text_version=current_version("network"))
        withdraw_consent(ada, by=ada, kind=ConsentKind.NETWORK, network="mastodon")
        assert [agreed_to_network(ada, network) for network in ("mastodon", "bluesky")] == [False, True]
        assert (takes_part(ada), heard) == (True, [("network", "mastodon")])


def test_a_failing_hook_stops_the_whole_act(ada: Member, settings: object) -> None:
    settings.ON_CONSENT_WITHDRAWN = ("tests.accounts.test_consent.fail",)  # type: ignore[attr-defined]
    with acting_in(_here(ada)):
        with pytest.raises(RuntimeError):
            withdraw_consent(ada, by=ada, kind=ConsentKind.TAKE_PART)
        assert takes_part(ada) is True


def test_the_ledger_cannot_be_rewritten(ada: Member) -> None:
    for statement in ("UPDATE accounts_consententry SET given = false", "DELETE FROM accounts_consententry"):
        refused = pytest.raises(DatabaseError, match="permission denied")
        with acting_in(_here(ada)), refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_consent_is_never_in_the_companys_audit(ada: Member) -> None:
    with acting_in(_here(ada)):
        name_on_boards(ada, by=ada, language="en", text_version=current_version("named_on_boards"))
        withdraw_consent(ada, by=ada, kind=ConsentKind.TAKE_PART)
        assert not AuditEntry.objects.filter(private=False, by=ada).exists()
        assert AuditEntry.objects.filter(private=True, by=ada).count() == 4
