"""What people are told, for tests: a weekly mail and an answer to it, a notice that waited, a device."""

from __future__ import annotations

import base64
from datetime import timedelta

from django.utils import timezone

from accounts.actions.letters import choose_letters
from accounts.derived_secrets import mail_secret, reply_secret
from accounts.models import Member, Notice
from campaigns.actions.replies import take_in_reply
from campaigns.actions.weekly_mail import identity_of, write_weekly_mail
from campaigns.models import Activity, HeldReason, MailedStory, ReceivedReply, Share
from campaigns.publishing.moves import hold
from campaigns.received_mail import ReceivedMail
from integrations.actions.web_push import add_device
from integrations.models import PushDevice

WEEK = "2026-W48"


def mailed(member: Member) -> MailedStory:
    """The first that is told in one's own words, of a mail to somebody with a proven address and such a story."""
    mail = write_weekly_mail(member, week=WEEK, by=None)
    assert mail is not None
    stories = mail.stories.select_related("mail__member", "item").filter(item__asks=Activity.SHARE)
    return stories.order_by("position")[0]


def link_of(story: MailedStory) -> str:
    """The secret behind its buttons."""
    return mail_secret(story.mail.member.organization, identity_of(story.mail, story.position))


def answered(story: MailedStory, words: str = "My own words.") -> ReceivedReply:
    member = story.mail.member
    token = reply_secret(member.organization, identity_of(story.mail, story.position))
    share = take_in_reply(ReceivedMail(token, member.email, "<1@x.test>", words, is_a_machines=False), by=None)
    assert share is not None
    return ReceivedReply.objects.select_related("share__member").get(share=share)


def told_of(share: Share) -> Notice:
    """A planned post that waits for its person, and the notice of it."""
    hold(share, HeldReason.LATE, because="test")
    return Notice.objects.select_related("member").get(member=share.member, template="notice_held")


def waited_a_day(notice: Notice) -> None:
    """It is time to remind, whatever the clock says: their hours are moved to now by the zone."""
    at = timezone.now() - timedelta(days=1, hours=1)
    Notice.objects.filter(pk=notice.pk).update(created_at=at)
    east = (12 - timezone.now().hour + 24) % 24  # hours to noon
    zone = f"Etc/GMT-{east}" if east <= 12 else f"Etc/GMT+{24 - east}"
    Member.objects.filter(pk=notice.member_id).update(time_zone=zone)


def near_hour(member: Member) -> None:
    """Their weekly mail is due within the hour, by a choice made now."""
    soon = timezone.now() + timedelta(hours=1)
    Member.objects.filter(pk=member.pk).update(time_zone="UTC")
    choose_letters(member, by=member, weekly=True, reminders=True, weekday=soon.weekday(), hour=soon.hour)


def device(member: Member) -> PushDevice:
    keys = {"p256dh": _text(b"\x04" + b"k" * 64), "auth": _text(b"a" * 16)}
    return add_device(member, by=member, endpoint="https://push.test/send/1", **keys, label="Firefox, Linux")


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")
