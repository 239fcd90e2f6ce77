"""The weekly mail as a person gets it: to whom, when, what stands in it, and what its buttons do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client

from accounts.actions.consent import take_part, withdraw_consent
from accounts.actions.departures import leave
from accounts.actions.letters import choose_letters
from accounts.actions.settings import change_own_locale
from accounts.consent_texts import current_version
from accounts.errands import run_errands
from accounts.letter_stops import wants
from accounts.models import Errand, Member, Organization
from accounts.tenancy import acting_in
from campaigns.actions.media import keep_picture
from campaigns.actions.pauses import pause_posting
from campaigns.actions.skips import skip_item
from campaigns.actions.weekly_mail import owe_weekly_mails
from campaigns.models import Item, ItemTopic, MailedStory, MemberTopic, Share, Skip, Topic, WeeklyMail
from campaigns.picture_decoding import decode_picture
from tests.accounts.companies import company, invite, join, joined
from tests.campaigns import pictures, world

pytestmark = pytest.mark.django_db

# The clock of the database is the real one, and knows these days as past.
MONDAY = datetime(2025, 11, 24, 12, 0, tzinfo=UTC)
SWEEP = datetime(2025, 11, 25, 8, 22, tzinfo=UTC)  # before nine o'clock in UTC, the people's zone here
LATER = timedelta(hours=1, minutes=30)


@dataclass(frozen=True)
class Acme:
    organization: Organization
    owner: Member
    ada: Member


@pytest.fixture
def acme(settings: Any, tmp_path: Path) -> Acme:
    settings.MEDIA_ROOT = tmp_path
    settings.REPLY_DOMAIN = "reply.example.com"
    with time_machine.travel(MONDAY, tick=False):
        organization, owner = company()
        ada = joined(organization, owner, "ada@x.test")[0]
        with acting_in(organization):
            for number in range(6):
                world.item(owner, title=f"Story {number}", source="acme.test")
    return Acme(organization, owner, ada)


def sweep_and_send(acme: Acme, at: datetime = SWEEP) -> list[Any]:
    """What the hourly sweep owes at `at` is sent within the hour and a half after it."""
    mail.outbox.clear()
    with time_machine.travel(at, tick=False), acting_in(acme.organization):
        owe_weekly_mails(by=None)
    with time_machine.travel(at + LATER, tick=False):
        run_errands(mail=True)
    return [letter for letter in mail.outbox if letter.to == ["ada@x.test"] and "For you" in letter.subject]


def html_of(letter: Any) -> str:
    return str(letter.alternatives[0][0])


def links(letter: Any) -> list[str]:
    return re.findall(r"http://[^/]+(/m/[^/\s]+/)\s", str(letter.body))


def test_five_stories_in_the_order_of_this_week_once_a_week(acme: Acme) -> None:
    [letter] = sweep_and_send(acme)
    body, html = str(letter.body), html_of(letter)
    assert re.findall(r"^\* (Story \d)", body, re.MULTILINE) == [f"Story {number}" for number in (5, 4, 3, 2, 1)]
    assert letter.subject == "For you this week: Story 5"
    assert len(set(links(letter))) == 5
    assert html.count("Make it mine") == html.count("Not for me") == 5
    assert sweep_and_send(acme) == []
    assert sweep_and_send(acme, SWEEP + timedelta(hours=1)) == []


def test_the_next_week_tells_only_what_is_new_and_is_silent_without(acme: Acme) -> None:
    sweep_and_send(acme)
    [second] = sweep_and_send(acme, SWEEP + timedelta(days=7))
    assert re.findall(r"^\* (Story \d)", str(second.body), re.MULTILINE) == ["Story 0"]
    assert sweep_and_send(acme, SWEEP + timedelta(days=14)) == []


def test_each_story_says_why_it_is_there(acme: Acme) -> None:
    with time_machine.travel(MONDAY, tick=False), acting_in(acme.organization):
        Item.objects.filter(title__in=["Story 4", "Story 5"]).update(language="de")
        for_her = Item.objects.get(title="Story 2")
        topic = Topic.objects.create(name="Testing")
        ItemTopic.objects.create(item=for_her, topic=topic)
        MemberTopic.objects.create(member=acme.ada, topic=topic, weight=3)
    [letter] = sweep_and_send(acme)
    shown = re.findall(r"^\* (Story \d).*\n(?:  ([^:\n]+)\n)?", str(letter.body), re.MULTILINE)
    with acting_in(acme.organization):
        told = list(MailedStory.objects.filter(mail__member=acme.ada).order_by("position"))
        assert shown == [(story.item.title, " · ".join(story.reasons)) for story in told]
    in_hers = "In your language"  # the German ones are newer, and stand below
    assert shown[0] == ("Story 2", "A topic you open often")
    assert shown[1:] == [("Story 3", in_hers), ("Story 1", in_hers), ("Story 0", in_hers), ("Story 5", "")]
    assert "A topic you open often" in html_of(letter)


def test_headers_let_a_mail_program_stop_it_and_answers_find_their_story(acme: Acme) -> None:
    [letter] = sweep_and_send(acme)
    headers = letter.extra_headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert re.fullmatch(r"reply\+[a-z0-9]{12}\.[a-z2-7]{32}@reply\.example\.com", headers["Reply-To"]), headers[
        "Reply-To"
    ]
    assert len(headers["Reply-To"].split("@")[0]) <= 64
    address = headers["List-Unsubscribe"].strip("<>").split("//", 1)[1].partition("/")[2]
    answer = Client(enforce_csrf_checks=True).post(f"/{address}", {"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, answer.content) == (200, b"")
    with acting_in(acme.organization):
        assert (wants(acme.ada, "weekly"), wants(acme.ada, "reminders")) == (False, True)
    assert sweep_and_send(acme, SWEEP + timedelta(days=7)) == []


def test_the_mail_holds_no_secret_in_its_errand_and_names_no_colleague(acme: Acme) -> None:
    with time_machine.travel(SWEEP, tick=False), acting_in(acme.organization):
        owe_weekly_mails(by=None)
        errand = Errand.objects.get(kind="weekly_mail", payload__member=acme.ada.public_id)
        assert set(errand.payload) == {"member", "week", "at"}
    [letter] = sweep_and_send(acme)
    assert "Olga" not in str(letter.body) + html_of(letter)


# --- who gets none -------------------------------------------------------------------------------


@pytest.mark.parametrize("why", ["left", "stopped taking part", "switched off", "paused", "nothing new"])
def test_asked_again_when_it_leaves(acme: Acme, why: str) -> None:
    mail.outbox.clear()
    with time_machine.travel(SWEEP, tick=False), acting_in(acme.organization):
        assert owe_weekly_mails(by=None) == 1  # the owner does not take part
        ada = acme.ada
        match why:
            case "left":
                leave(ada, by=ada)
            case "stopped taking part":
                withdraw_consent(ada, by=ada, kind="take_part")
            case "switched off":
                choose_letters(ada, by=ada, weekly=False, reminders=True, weekday=1, hour=9)
            case "paused":
                world.connected(ada)
                pause_posting(ada, by=ada)
            case "nothing new":
                for item in list(Item.objects.all()):
                    skip_item(item, by=ada)
    with time_machine.travel(SWEEP + LATER, tick=False):
        run_errands(mail=True)
    assert [
        letter for letter in mail.outbox if "For you this week" in letter.subject and letter.to[0] == "ada@x.test"
    ] == []


def test_who_said_nothing_or_no_gets_none(acme: Acme) -> None:
    with time_machine.travel(MONDAY, tick=False), acting_in(acme.organization):
        join(invite(acme.owner, "quiet@x.test")[0], takes_part=False)
        invite(acme.owner, "silent@x.test")
    sweep_and_send(acme)
    assert [letter.to for letter in mail.outbox if "For you this week" in letter.subject] == [["ada@x.test"]]


def test_a_yes_after_the_hour_waits_for_the_next_week(acme: Acme) -> None:
    late = SWEEP + timedelta(hours=2)
    with time_machine.travel(late, tick=False), acting_in(acme.organization):
        withdraw_consent(acme.ada, by=acme.ada, kind="take_part")
        take_part(acme.ada, by=acme.ada, language="en", text_version=current_version("take_part"))
    assert sweep_and_send(acme, late) == []


def test_another_hour_and_zone_move_it_and_never_double_it(acme: Acme) -> None:
    ada = acme.ada
    with time_machine.travel(SWEEP, tick=False), acting_in(acme.organization):
        owe_weekly_mails(by=None)
        choose_letters(ada, by=ada, weekly=True, reminders=True, weekday=1, hour=15)
        change_own_locale(ada, by=ada, language="en", time_zone="Europe/Warsaw")
    mail.outbox.clear()
    with time_machine.travel(SWEEP + LATER, tick=False):
        run_errands(mail=True)
    assert [letter.to for letter in mail.outbox if "For you this week" in letter.subject] == []
    [letter] = sweep_and_send(acme, datetime(2025, 11, 25, 13, 22, tzinfo=UTC))
    assert "Story 5" in str(letter.body)
    with acting_in(acme.organization):
        choose_letters(ada, by=ada, weekly=True, reminders=True, weekday=4, hour=9)
    assert sweep_and_send(acme, datetime(2025, 11, 28, 7, 22, tzinfo=UTC)) == []


def test_a_try_after_a_crash_sends_the_same_mail(acme: Acme, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object, **__: object) -> None:
        raise OSError("the line broke")

    with time_machine.travel(SWEEP, tick=False), acting_in(acme.organization):
        run_errands(mail=True)
        owe_weekly_mails(by=None)
    mail.outbox.clear()
    with monkeypatch.context() as broken, time_machine.travel(SWEEP + LATER, tick=False):
        broken.setattr("django.core.mail.EmailMultiAlternatives.send", breaks)
        assert run_errands(mail=True, most=1) == 1
    with acting_in(acme.organization):
        before = list(MailedStory.objects.filter(mail__member=acme.ada).values_list("item", "link_sha256"))
        world.item(acme.owner, title="Newer still")
    with time_machine.travel(SWEEP + 2 * LATER, tick=False):
        run_errands(mail=True)
    [letter] = [letter for letter in mail.outbox if letter.to == ["ada@x.test"]]
    assert "Newer still" not in str(letter.body)
    with acting_in(acme.organization):
        assert list(MailedStory.objects.filter(mail__member=acme.ada).values_list("item", "link_sha256")) == before
        assert WeeklyMail.objects.get(member=acme.ada).sent_at == SWEEP + 2 * LATER


def test_asked_for_it_comes_at_once_and_is_the_weeks_one(acme: Acme) -> None:
    client = Client()
    client.force_login(acme.ada.user)  # type: ignore[arg-type]  # joined, so there is one
    with time_machine.travel(SWEEP, tick=False):
        client.post("/o/acme/me/telling/now/")
        mail.outbox.clear()
        run_errands(mail=True)
        assert len([letter for letter in mail.outbox if "For you this week" in letter.subject]) == 1
        again = client.post("/o/acme/me/telling/now/", follow=True).content.decode()
        assert "You had this week&#x27;s mail already." in again
    assert sweep_and_send(acme) == []


# --- its buttons ---------------------------------------------------------------------------------


def test_make_it_mine_signs_in_once_by_its_button_and_opens_the_composer(acme: Acme) -> None:
    [letter] = sweep_and_send(acme)
    link = links(letter)[0]
    client = Client()
    with time_machine.travel(SWEEP + LATER, tick=False):
        shown = client.get(link)
        assert "Story 5" in shown.content.decode()
        assert "_auth_user_id" not in client.session
        answer = client.post(link)
        with acting_in(acme.organization):
            share = Share.objects.get(member=acme.ada)
            assert (share.item.title, share.state, share.text) == ("Story 5", "draft", "")
        assert answer.headers["Location"] == f"/o/acme/shares/{share.public_id}/"
        assert client.get(answer.headers["Location"]).status_code == 200
        assert client.post(link).headers["Location"] == answer.headers["Location"]  # it is Ada's own session now
        stranger = Client()
        assert (stranger.get(link).status_code, stranger.post(link).status_code) == (410, 410)
        assert "_auth_user_id" not in stranger.session
        assert stranger.post(links(letter)[1]).status_code == 302


def test_an_old_mail_signs_nobody_in(acme: Acme) -> None:
    [letter] = sweep_and_send(acme)
    with time_machine.travel(SWEEP + timedelta(days=22), tick=False):
        client = Client()
        assert client.post(links(letter)[0]).status_code == 410
        assert client.get(links(letter)[0] + "not-for-me/").status_code == 404
    with acting_in(acme.organization):
        assert not Share.objects.exists()


def test_a_mail_of_somebody_who_left_opens_nothing(acme: Acme) -> None:
    [letter] = sweep_and_send(acme)
    with acting_in(acme.organization):
        leave(acme.ada, by=acme.ada)
    client = Client()
    assert [client.get(path).status_code for path in (links(letter)[0], links(letter)[0] + "not-for-me/")] == [404, 404]
    assert client.post(links(letter)[0]).status_code == 404


def test_not_for_me_by_its_button_and_back(acme: Acme) -> None:
    [letter] = sweep_and_send(acme)
    address, client = links(letter)[0] + "not-for-me/", Client()

    def standing() -> list[str]:
        with acting_in(acme.organization):
            return list(Skip.objects.filter(member=acme.ada, undone_at=None).values_list("reason", flat=True))

    with time_machine.travel(SWEEP + LATER, tick=False):
        client.get(address)
        assert standing() == []
        client.post(address, {"reason": "too_salesy"})
        assert standing() == ["too_salesy"]
        assert "_auth_user_id" not in client.session
        client.post(address, {"answer": "back"})
        assert standing() == []


def test_pictures_are_small_the_same_for_all_and_signed(acme: Acme) -> None:
    with time_machine.travel(MONDAY, tick=False):
        joined(acme.organization, acme.owner, "ben@x.test")
    with acting_in(acme.organization):
        picture = keep_picture(decode_picture(pictures.picture()), by=acme.owner)
        world.item(acme.owner, title="With a picture", picture=picture)
    [letter] = sweep_and_send(acme)
    [other] = [one for one in mail.outbox if one.to == ["ben@x.test"]]
    [address] = re.findall(r'src="http://[^/]+(/p/[^"]+)"', html_of(letter))
    assert address in html_of(other)
    answer = Client().get(address)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/jpeg")
    assert "Set-Cookie" not in answer.headers
    assert Client().get(address[:-1] + ("0" if address[-1] != "0" else "1")).status_code == 404
