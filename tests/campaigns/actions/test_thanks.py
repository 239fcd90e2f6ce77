"""A thank-you reaches one person who is named by choice and posted in public; nobody else, and nobody by a guess."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.http import Http404
from django.utils import timezone

from accounts.actions.consent import name_on_boards, withdraw_consent
from accounts.consent_texts import current_version
from accounts.models import AuditEntry, Errand, Member
from accounts.refusals import BadInput
from campaigns.actions.thanks import thank
from tests.campaigns import world
from tests.campaigns.posted_weeks import on, posts


def _named_and_out(acme: world.Company, *, named: bool = True) -> Member:
    bob = world.person("Bob", named=named)
    with on(timezone.now()):
        posts([bob], [world.item(acme.owner)], weeks_ago=3)
    return bob


def _letters() -> list[dict[str, object]]:
    return [errand.payload for errand in Errand.objects.filter(cause__startswith="thanks:")]


def test_the_words_go_to_that_person_and_stand_in_nobodys_view(acme: world.Company) -> None:
    bob = _named_and_out(acme)
    thank(bob, by=acme.owner, words="  Your line about the night shift stayed with me. ")
    [letter] = _letters()
    assert (letter["to"], letter["template"]) == (bob.email, "thanks")
    assert letter["context"] == {
        "name": "Bob",
        "manager": str(acme.owner),
        "words": "Your line about the night shift stayed with me.",
        "company": "Acme",
    }
    assert AuditEntry.objects.get(action="thank").private
    with pytest.raises(BadInput, match="You thanked this person this week already"):
        thank(bob, by=acme.owner, words="And again.")
    with on(timezone.now() + timedelta(days=7)):
        thank(bob, by=acme.owner, words="Another week.")
    assert len(_letters()) == 2


def test_whoever_is_not_on_a_board_sounds_the_same(acme: world.Company) -> None:
    unnamed, silent = _named_and_out(acme, named=False), world.person("Carol", named=True)
    taken_off = _named_and_out(acme)
    withdraw_consent(taken_off, by=taken_off, kind="named_on_boards")
    gone = _named_and_out(acme)
    Member.objects.filter(pk=gone.pk).update(deactivated_at=timezone.now())
    gone.refresh_from_db()
    name_on_boards(acme.owner, by=acme.owner, language="en", text_version=current_version("named_on_boards"))
    for person in (unnamed, silent, taken_off, gone, acme.owner):
        with pytest.raises(BadInput) as refused:
            thank(person, by=acme.owner, words="Thank you.")
        assert refused.value.sentence == "This person is not on the boards. Nothing was sent."
    assert _letters() == []


def test_only_a_manager_thanks_and_only_in_words(acme: world.Company) -> None:
    bob, carol = _named_and_out(acme), world.person("Carol")
    with pytest.raises(Http404):
        thank(bob, by=carol, words="Thank you.")
    for words in ("", "  \n ", "x" * 501):
        with pytest.raises(BadInput):
            thank(bob, by=acme.owner, words=words)
    assert _letters() == []
