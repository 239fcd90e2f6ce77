"""Writes weekly mails: which are owed, what stands in one, and that a story's link was used.

Nothing here sends. Owing tells nobody anything: the rows are the person's, and the audit rows private.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions.consent import lock_self, require_self
from accounts.audit import audit
from accounts.derived_secrets import mail_secret, reply_secret
from accounts.errands import owe
from accounts.identifiers import sha256_of
from accounts.models import Member
from accounts.refusals import Refusal
from campaigns.actions.drafts import start_share
from campaigns.actions.skips import note_interest
from campaigns.models import Activity, MailedStory, ReceivedReply, Share, WeeklyMail
from campaigns.selectors.times import zone_of
from campaigns.selectors.weekly_mail import is_over, may_be_mailed, recipients, stories_for
from campaigns.weekly_mail_rules import minute_of, week_of

LINKS_WORK = timedelta(days=21)  # two mails later it is old news


class LinkUsed(Refusal):
    """The button of a mail signed its owner in before, or the mail is too old."""

    code = "link_over"
    status = 410


def owe_weekly_mails(*, by: Member | None) -> int:
    """Owe the mails whose hour is near; one a person and hour, however often this is asked."""
    owed = 0
    with transaction.atomic():
        for one in recipients(now=timezone.now()):
            at = one.due.at + minute_of(one.public_id)
            payload = {"member": one.public_id, "week": one.due.week, "at": one.due.at.isoformat()}
            owe("weekly_mail", cause=f"weekly:{one.public_id}:{one.due.at:%Y%m%d%H%M}", payload=payload, due_at=at)
            owed += 1
        if owed:
            audit("owe_weekly_mails", by=by, private=True, count=owed)
    return owed


def ask_for_weekly_mail(member: Member, *, by: Member) -> None:
    """*Send me this week's now*: the week's one mail, at once. It takes the place of the one that was to come."""
    require_self(member, by=by)
    now = timezone.now()
    week = week_of(now.astimezone(zone_of(member)).date())
    if not may_be_mailed(member):
        raise Refusal(_("Mails do not come to you at present: you do not take part, paused, or switched them off."))
    if WeeklyMail.objects.filter(member=member, week=week).exists():
        raise Refusal(_("You had this week's mail already. Every story stands under This week."))
    if not stories_for(member, now=now):
        raise Refusal(_("There is no story that is new to you. When there is one, a mail comes."))
    with transaction.atomic():
        payload = {"member": member.public_id, "week": week, "at": ""}
        owe("weekly_mail", cause=f"weekly-now:{member.public_id}:{week}", payload=payload)
        audit("ask_for_weekly_mail", by=by, subject=f"member {member.public_id}", private=True)


def write_weekly_mail(member: Member, *, week: str, by: Member | None) -> WeeklyMail | None:
    """The one mail of this week as it is to be sent, or None: it went out, is not wanted now, or there is nothing new.

    A try after a crash finds what the first one wrote, so that one mail has one content.
    """
    with transaction.atomic():
        Member.objects.select_for_update(no_key=True).only("pk").get(pk=member.pk)
        if not may_be_mailed(member):
            return None
        mail = WeeklyMail.objects.filter(member=member, week=week).first()
        if mail is not None:
            return mail if mail.sent_at is None else None
        stories = stories_for(member, now=timezone.now())
        if not stories:
            return None
        mail = WeeklyMail.objects.create(member=member, week=week)
        until = timezone.now() + LINKS_WORK
        MailedStory.objects.bulk_create(
            MailedStory(
                mail=mail,
                item=story.item,
                position=position,
                reasons=list(story.reasons),
                question=story.question,
                link_sha256=sha256_of(mail_secret(member.organization, identity_of(mail, position))),
                reply_sha256=sha256_of(reply_secret(member.organization, identity_of(mail, position))),
                expires_at=until,
            )
            for position, story in enumerate(stories)
        )
        audit("write_weekly_mail", by=by, subject=f"member {member.public_id}", private=True, stories=len(stories))
    return mail


def note_mail_sent(mail: WeeklyMail, *, at: datetime, by: Member | None) -> None:
    with transaction.atomic():
        WeeklyMail.objects.filter(pk=mail.pk, sent_at=None).update(sent_at=at)
        audit("note_mail_sent", by=by, subject=f"member {mail.member.public_id}", private=True)


def use_mailed_link(story: MailedStory, *, by: Member, is_signed_in: bool) -> Share | None:
    """*Make it mine*, from the mail: the story's draft. Whoever is not signed in as its owner is so by this, once.

    None where something else than a post is asked for: its page says what, and nothing begins from a mail.
    """
    with transaction.atomic():
        lock_self(by, by=by)  # before the row, as whoever leaves does
        locked = MailedStory.objects.select_for_update(of=("self",)).select_related("item", "mail").get(pk=story.pk)
        if not is_signed_in:
            _use_up(locked)
        share = start_share(locked.item, by=by) if locked.item.asks == Activity.SHARE else None
        note_interest(locked.item, by=by)
        subject = f"share {share.public_id}" if share else f"item {locked.item.public_id}"
        audit("use_mailed_link", by=by, subject=subject, private=True)
    return share


def use_draft_link(reply: ReceivedReply, *, by: Member, is_signed_in: bool) -> Share:
    """The link in the mail that shows an answer's draft: to look at it, and to approve it there."""
    with transaction.atomic():
        lock_self(by, by=by)
        locked = ReceivedReply.objects.select_for_update(of=("self",)).select_related("share").get(pk=reply.pk)
        if not is_signed_in:
            _use_up(locked)
        audit("use_draft_link", by=by, subject=f"share {locked.share.public_id}", private=True)
    return locked.share


def _use_up(link: MailedStory | ReceivedReply) -> None:
    """Under lock: it signs in once, and not for ever."""
    if link.used_at is not None:
        raise LinkUsed(_("This link was used before; each one works once."))
    if is_over(link):
        raise LinkUsed(_("This mail is too old to sign you in."))
    link.used_at = timezone.now()
    link.save(update_fields=["used_at"])


def identity_of(mail: WeeklyMail, position: int) -> str:
    """What the two secrets of one story in one mail are made of."""
    return f"{mail.pk}:{position}"
