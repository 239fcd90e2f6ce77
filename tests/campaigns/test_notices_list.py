"""The bell and the one reminder: written with the letter, read by their person alone, and kept for a while."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client

from accounts.actions.letters import choose_letters
from accounts.errands import run_errands
from accounts.models import Member, Notice, User
from accounts.retention import forget_what_is_over
from campaigns.actions.notices import remind_of_waiting
from campaigns.actions.shares import withdraw_share
from campaigns.models import HeldReason, Share
from campaigns.publishing.moves import hold
from campaigns.selectors.notices import notices_of, unread
from tests.campaigns import world

# Noon in Warsaw, the people's zone here, on a day that the database's own clock knows as past.
NOON = datetime(2025, 11, 25, 11, 0, tzinfo=UTC)


def held(bob: Member, owner: Member, title: str = "How we cut build times") -> Share:
    share = world.approved(world.draft(bob, world.item(owner, title=title)))
    hold(share, HeldReason.LATE, because="test")
    return share


def letters_at(at: datetime) -> list[Any]:
    mail.outbox.clear()
    with time_machine.travel(at, tick=False):
        remind_of_waiting(by=None)
        run_errands(mail=True)
    return [letter for letter in mail.outbox if letter.subject[0].isdigit()]


@pytest.fixture
def waiting(acme: world.Company) -> Share:
    with time_machine.travel(NOON, tick=False):
        share = held(world.person(), acme.owner)
        run_errands(mail=True)
    return share


def test_one_happening_is_one_notice_and_one_letter(acme: world.Company) -> None:
    bob = world.person()
    mail.outbox.clear()
    held(bob, acme.owner)
    [notice] = notices_of(bob)
    assert (notice.words, notice.about, notice.is_new) == ("A post waits for you", "How we cut build times", True)
    run_errands(mail=True)
    assert [(letter.to, letter.subject) for letter in mail.outbox] == [([bob.email], "A post waits for you")]
    assert unread(world.person("Carol")).count() == 0


def test_the_list_is_read_by_buttons_alone(acme: world.Company) -> None:
    bob, carol = world.person(), world.person("Carol")
    share = held(bob, acme.owner)
    slug, notice = acme.organization.slug, Notice.objects.get(member=bob)
    client, other = Client(), Client()
    client.force_login(bob.user)  # type: ignore[arg-type]  # made with a user
    other.force_login(carol.user)  # type: ignore[arg-type]
    page = client.get(f"/o/{slug}/notices/").content.decode()
    assert share.item.title in page
    assert unread(bob).count() == 1
    assert other.post(f"/o/{slug}/notices/{notice.public_id}/open/").status_code == 404
    assert unread(bob).count() == 1
    assert client.post(f"/o/{slug}/notices/{notice.public_id}/open/").headers["Location"] == f"/o/{slug}/queue/"
    assert unread(bob).count() == 0
    held(bob, acme.owner, "Another")
    client.post(f"/o/{slug}/notices/read/")
    assert unread(bob).count() == 0


def test_a_post_that_waits_a_day_is_reminded_of_once(waiting: Share) -> None:
    assert letters_at(NOON + timedelta(hours=23)) == []
    [letter] = letters_at(NOON + timedelta(hours=25))
    assert letter.subject == "1 post waits for you"
    assert "How we cut build times" in str(letter.body)
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letters_at(NOON + timedelta(hours=26)) == []


def test_only_within_the_persons_hours(waiting: Share) -> None:
    evening = NOON + timedelta(hours=32)  # eight in the evening
    assert letters_at(evening) == []
    assert len(letters_at(NOON + timedelta(hours=46))) == 1


@pytest.mark.parametrize("why", ["withdrawn", "switched off"])
def test_not_of_what_is_over_and_not_to_who_switched_it_off(waiting: Share, why: str) -> None:
    bob = waiting.member
    with time_machine.travel(NOON + timedelta(hours=2), tick=False):
        if why == "withdrawn":
            withdraw_share(waiting, by=bob)
        else:
            choose_letters(bob, by=bob, weekly=True, reminders=False, weekday=1, hour=9)
    assert letters_at(NOON + timedelta(hours=25)) == []


def test_several_posts_are_one_letter_and_three_letters_a_week_at_most(acme: world.Company, waiting: Share) -> None:
    bob = waiting.member
    with time_machine.travel(NOON, tick=False):
        held(bob, acme.owner, "Another")
    [letter] = letters_at(NOON + timedelta(hours=25))
    assert letter.subject == "2 posts wait for you"
    sent = 1
    for day in range(1, 5):
        with time_machine.travel(NOON + timedelta(days=day), tick=False):
            held(bob, acme.owner, f"Day {day}")
        sent += len(letters_at(NOON + timedelta(days=day, hours=25)))
    assert sent == 3


def test_a_post_that_is_held_again_waits_anew_and_is_one(waiting: Share) -> None:
    with time_machine.travel(NOON + timedelta(hours=2), tick=False):
        waiting = Share.objects.get(pk=waiting.pk)
        hold(world.approved(waiting), HeldReason.LATE, because="test")
    assert letters_at(NOON + timedelta(hours=25)) == []
    [letter] = letters_at(NOON + timedelta(hours=27))
    assert letter.subject == "1 post waits for you"


def test_a_person_is_told_in_their_language_and_not_in_the_posts(acme: world.Company) -> None:
    bob = world.person()
    Member.objects.filter(pk=bob.pk).update(language="")
    User.objects.filter(email=bob.email).update(language="pl")
    mail.outbox.clear()
    held(Member.objects.get(pk=bob.pk), acme.owner)
    run_errands(mail=True)
    [letter] = mail.outbox
    assert letter.subject == "Wpis czeka na Ciebie"


def test_notices_are_forgotten_after_sixty_days(waiting: Share) -> None:
    with time_machine.travel(NOON + timedelta(days=59), tick=False):
        forget_what_is_over(by=None)
    assert Notice.objects.count() == 1
    with time_machine.travel(NOON + timedelta(days=60, minutes=1), tick=False):
        assert forget_what_is_over(by=None)["notices"] == 1
