"""Answering a weekly mail: a draft of one's words, a mail back, and politeness towards everything else."""

from __future__ import annotations

import re
import smtplib
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.actions.departures import leave
from accounts.errands import run_errands
from accounts.models import Errand, Member, Organization
from accounts.refusals import NotAllowed
from accounts.tenancy import acting_in
from advocacy.local.processes import free_port
from campaigns.actions.drafts import edit_draft
from campaigns.actions.items import end_item
from campaigns.actions.weekly_mail import identity_of, use_draft_link, write_weekly_mail
from campaigns.mail_door import door, receive
from campaigns.models import Item, ReceivedReply, Share
from campaigns.received_mail import read_mail
from campaigns.weekly_mail import reply_address
from tests.accounts.companies import company, joined
from tests.campaigns import world

DOMAIN = "reply.example.com"


@dataclass(frozen=True)
class Mailed:
    """Ada got a mail with one story; `to` is where an answer goes."""

    organization: Organization
    owner: Member
    ada: Member
    ben: Member
    story: Item
    to: str

    @property
    def token(self) -> str:
        return self.to.removeprefix("reply+").split("@")[0]


@pytest.fixture
def mailed(db: None, settings: Any) -> Mailed:
    return make(settings)


def make(settings: Any) -> Mailed:
    from accounts.derived_secrets import reply_secret

    settings.REPLY_DOMAIN = DOMAIN
    organization, owner = company()
    ada, ben = joined(organization, owner, "ada@x.test", "ben@x.test")
    with acting_in(organization):
        story = world.item(owner)
        weekly = write_weekly_mail(ada, week="2026-W48", by=None)
        assert weekly is not None
        to = reply_address(reply_secret(organization, identity_of(weekly, 0)))
    run_errands(mail=True)
    mail.outbox.clear()
    return Mailed(organization, owner, ada, ben, story, to)


def answer(words: str, *, sender: str = "Ada Lis <ADA@x.test>", number: int = 1, **headers: str) -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"], message["Message-ID"] = sender, "Re: For you", f"<{number}@x.test>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(f"{words}\n\nOn Tue, 24 Nov 2026, Acme <reply+x@{DOMAIN}> wrote:\n> For you this week\n")
    return message.as_bytes()


def sent_back() -> list[Any]:
    mail.outbox.clear()
    run_errands(mail=True)
    return list(mail.outbox)


def drafts(at: Mailed) -> list[tuple[str, str]]:
    with acting_in(at.organization):
        return list(Share.objects.order_by("pk").values_list("member__email", "text"))


def send(at: Mailed, content: bytes, *, token: str = "", envelope_from: str = "ada@x.test") -> bool:
    return receive(content, token=token or at.token, envelope_from=envelope_from)


def test_words_become_a_draft_and_come_back_with_a_link(mailed: Mailed) -> None:
    with acting_in(mailed.organization):
        world.connected(mailed.ada, "mastodon")
    assert send(mailed, answer("My own words.\n\nIn two parts."))
    with acting_in(mailed.organization):
        share = Share.objects.get()
        assert (share.text, share.state, share.network) == ("My own words.\n\nIn two parts.", "draft", "mastodon")
        assert share.approval is None
        assert "own words" not in str(Errand.objects.filter(kind="reply_draft").values_list("payload"))
    [letter] = sent_back()
    assert letter.to == ["ada@x.test"]
    assert all(words in str(letter.body) for words in ("My own words.", "In two parts."))
    [path] = re.findall(r"http://[^/]+(/m/[^/\s]+/draft/)", str(letter.body))
    client = Client()
    shown = client.get(path).content.decode()
    assert "My own words." in shown
    assert "_auth_user_id" not in client.session
    assert client.post(path).headers["Location"] == f"/o/acme/shares/{share.public_id}/approve/"
    assert "My own words." in client.get(f"/o/acme/shares/{share.public_id}/approve/").content.decode()
    assert Client().post(path).status_code == 410


def test_a_warning_stands_above_the_text_with_the_line_that_says_who_writes(mailed: Mailed) -> None:
    with acting_in(mailed.organization):
        world.connected(mailed.ada, "mastodon")
    send(mailed, answer("Mine."))
    with acting_in(mailed.organization):
        share = Share.objects.get()
        edit_draft(share, by=mailed.ada, text="Mine.", warning="Politics")
        Share.objects.update(disclosure="I work at Acme.")
    [letter] = sent_back()
    [path] = re.findall(r"http://[^/]+(/m/[^/\s]+/draft/)", str(letter.body))
    shown = Client().get(path).content.decode()
    for page in (str(letter.body), str(letter.alternatives[0][0]), shown):
        assert page.index("Politics · I work at Acme.") < page.index("Mine.")


def test_without_an_account_the_link_leads_to_choosing_one(mailed: Mailed) -> None:
    send(mailed, answer("Mine."))
    [letter] = sent_back()
    [path] = re.findall(r"http://[^/]+(/m/[^/\s]+/draft/)", str(letter.body))
    location = Client().post(path).headers["Location"]
    assert re.fullmatch(r"/o/acme/shares/\w+/", location)


def test_the_same_mail_delivered_again_is_one(mailed: Mailed) -> None:
    assert send(mailed, answer("Mine."))
    assert send(mailed, answer("Mine."))
    assert drafts(mailed) == [("ada@x.test", "Mine.")]
    assert len(sent_back()) == 1
    with acting_in(mailed.organization):
        assert ReceivedReply.objects.get().share.draft_version == 2


def test_a_second_answer_replaces_the_first_but_never_words_written_here(mailed: Mailed) -> None:
    send(mailed, answer("First.", number=1))
    send(mailed, answer("Better.", number=2))
    assert drafts(mailed) == [("ada@x.test", "Better.")]
    with acting_in(mailed.organization):
        edit_draft(Share.objects.get(), by=mailed.ada, text="Written in the composer.")
    send(mailed, answer("By mail.", number=3))
    assert drafts(mailed) == [("ada@x.test", "Written in the composer.\n\nBy mail.")]


def test_html_alone_and_odd_character_sets(mailed: Mailed) -> None:
    html = b"<p>Two <b>bold</b> words</p><div class='gmail_quote'>For you <blockquote>Story</blockquote></div>"
    head = b"From: ada@x.test\nMessage-ID: <h@x.test>\nMIME-Version: 1.0\n"
    assert send(mailed, head + b"Content-Type: text/html; charset=utf-8\n\n" + html)
    assert drafts(mailed) == [("ada@x.test", "Two bold words")]
    polish = "Zażółć gęślą jaźń".encode("iso-8859-2")
    plain = b"From: ada@x.test\nMessage-ID: <p@x.test>\nContent-Transfer-Encoding: 8bit\n"
    assert send(mailed, plain + b"Content-Type: text/plain; charset=iso-8859-2\n\n" + polish)
    assert drafts(mailed) == [("ada@x.test", "Zażółć gęślą jaźń")]
    assert send(mailed, b"From: ada@x.test\nContent-Type: text/plain; charset=klingon\n\nStill read")
    assert drafts(mailed) == [("ada@x.test", "Still read")]


# --- what makes no draft -------------------------------------------------------------------------


def test_what_no_database_keeps_is_left_out(mailed: Mailed) -> None:
    head = b"From: ada@x.test\r\nContent-Type: text/plain; charset=utf-7\r\nMessage-ID: <a@[\r\n\r\n"
    assert send(mailed, head + b"Half +2AA- a\0 character.")
    assert drafts(mailed) == [("ada@x.test", "Half ? a character.")]


@pytest.mark.timeout(20)  # the standard library would read such a header for minutes
@pytest.mark.parametrize(
    "head", [b"From: " + b"a," * 200_000, b"From: " + b"(" * 5_000, b"From: ada@x.test\r\nContent-Type: text/html"]
)
def test_a_mail_made_to_be_slow_is_read_at_once(head: bytes) -> None:
    content = head + b"\r\n\r\nMine." + b"<div>" * 20_000
    assert read_mail(content, token="", envelope_from="ada@x.test", domain=DOMAIN).words.startswith("Mine.")


def test_nothing_is_read_of_a_mail_to_an_address_of_no_company(mailed: Mailed, monkeypatch: pytest.MonkeyPatch) -> None:
    def reads(*_: object, **__: object) -> None:
        raise AssertionError("It was read.")

    monkeypatch.setattr("campaigns.mail_door.read_mail", reads)
    assert not send(mailed, answer("Mine."), token="zzzzzzzzzzzz." + "a" * 32)


def test_somebody_elses_address_makes_nothing_and_tells_a_colleague_once_a_day(mailed: Mailed) -> None:
    for number in range(3):
        assert not send(mailed, answer("Forged.", sender="ben@x.test", number=number))
    assert drafts(mailed) == []
    assert [letter.to for letter in sent_back()] == [["ben@x.test"]]
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        send(mailed, answer("Forged.", sender="ben@x.test", number=9))
    with acting_in(mailed.organization):
        assert Errand.objects.filter(cause__startswith="reply-not-taken").count() == 2


def test_a_strangers_mail_is_answered_by_nothing(mailed: Mailed) -> None:
    assert not send(mailed, answer("Spam.", sender="stranger@elsewhere.test"))
    unknown = mailed.token[:13] + "a" * 32
    assert not send(mailed, answer("Spam.", sender="stranger@elsewhere.test"), token=unknown)
    assert not send(mailed, answer("Spam."), token="zzzzzzzzzzzz." + "a" * 32)
    assert (drafts(mailed), sent_back()) == ([], [])


def test_an_unknown_address_is_told_to_its_person_once(mailed: Mailed) -> None:
    unknown = mailed.token[:13] + "a" * 32
    for number in range(2):
        assert not send(mailed, answer("Mine.", number=number), token=unknown)
    [letter] = sent_back()
    assert letter.to == ["ada@x.test"]
    assert "Nothing was made of it." in str(letter.body)


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"List_Id": "<list.x.test>"},
        {"X_Auto_Response_Suppress": "All"},
    ],
)
def test_machines_and_lists_make_nothing_and_get_nothing(mailed: Mailed, headers: dict[str, Any]) -> None:
    assert not send(mailed, answer("I am away.", **headers))
    assert (drafts(mailed), sent_back()) == ([], [])


def test_a_bounce_makes_nothing_and_gets_nothing(mailed: Mailed) -> None:
    assert not send(mailed, answer("Undeliverable."), envelope_from="<>")
    assert not send(mailed, answer("Undeliverable.", sender="MAILER-DAEMON@x.test"))
    assert (drafts(mailed), sent_back()) == ([], [])


@pytest.mark.parametrize("why", ["too old", "no words", "story over", "left"])
def test_a_reason_is_said_politely(mailed: Mailed, why: str) -> None:
    words, now = "Mine.", timezone.now()
    with acting_in(mailed.organization):
        match why:
            case "too old":
                now += timedelta(days=22)
            case "no words":
                words = ""
            case "story over":
                end_item(mailed.story, by=mailed.owner)
            case "left":
                leave(mailed.ada, by=mailed.ada)
    run_errands(mail=True)
    with time_machine.travel(now):
        assert not send(mailed, answer(words))
    assert drafts(mailed) == []
    with acting_in(mailed.organization):
        told = Errand.objects.filter(cause__startswith="reply-not-taken").values_list("payload__to", flat=True)
        assert list(told) == ([] if why == "left" else ["ada@x.test"])


# --- the door ------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_over_real_smtp(settings: Any) -> None:
    at = make(settings)
    settings.RECEIVED_MAIL_LIMIT_BYTES = 20_000
    listening = door("127.0.0.1", free_port())
    listening.start()
    try:
        with smtplib.SMTP("127.0.0.1", listening.port, timeout=10) as client:
            assert client.sendmail("ada@x.test", [at.to.upper().replace("REPLY+", "reply+")], answer("By wire.")) == {}
            assert client.mail("ada@x.test")[0] == 250
            assert client.rcpt("postmaster@reply.example.com")[0] == 550
            assert client.rcpt(f"reply+{at.token}@elsewhere.test")[0] == 550
            client.rset()
            with pytest.raises((smtplib.SMTPDataError, smtplib.SMTPSenderRefused)) as refused:
                client.sendmail("ada@x.test", [at.to], answer("x\n" * 30_000))
            assert refused.value.smtp_code == 552
    finally:
        listening.stop()
    assert drafts(at) == [("ada@x.test", "By wire.")]


def test_an_address_fits_the_part_before_the_at(mailed: Mailed) -> None:
    assert len(mailed.to.split("@")[0]) <= 64
    assert mailed.to == mailed.to.lower()


def test_a_link_opened_while_its_person_leaves_signs_nobody_in(mailed: Mailed) -> None:
    send(mailed, answer("Mine."))
    with acting_in(mailed.organization):
        reply = ReceivedReply.objects.select_related("share").get()
        before = Member.objects.get(pk=mailed.ada.pk)
        leave(mailed.ada, by=mailed.ada)
        with pytest.raises(NotAllowed):
            use_draft_link(reply, by=before, is_signed_in=False)
