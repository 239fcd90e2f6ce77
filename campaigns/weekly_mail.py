"""The errand "weekly_mail": asks once more whether the person wants it, writes its rows, and sends it.

The secrets in it are made again from the rows at each try and stand in the mail alone. It holds no picture that tells
us it was opened: an address of a picture is the same for everybody.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation

from accounts.derived_secrets import mail_secret, reply_secret
from accounts.errands import Done, ErrandResult, Later, outside
from accounts.identifiers import sha256_of
from accounts.letter_stops import choices_of, stop_address, stop_headers
from accounts.letters import language_of, post
from accounts.models import LetterKind, Member, Organization
from accounts.tenancy import acting_in
from campaigns.actions.weekly_mail import identity_of, note_mail_sent, write_weekly_mail
from campaigns.mail_pictures import picture_address
from campaigns.models import MailedStory, WeeklyMail
from campaigns.selectors.activity_words import activity_words
from campaigns.selectors.times import zone_of
from campaigns.selectors.weekly_mail import stories_of
from campaigns.weekly_mail_rules import due_near


@outside
def send_weekly_mail(payload: dict[str, Any]) -> ErrandResult:
    organization = Organization.objects.get(pk=payload["organization_id"])
    with acting_in(organization):
        written = _write(organization, payload)
    if written is None:
        return Done()
    mail, letter = written
    result = post("weekly", **letter)
    if not isinstance(result, Later):
        with acting_in(organization):
            note_mail_sent(mail, at=timezone.now(), by=None)
    return result


ERRANDS = {"weekly_mail": send_weekly_mail}


def _write(organization: Organization, payload: dict[str, Any]) -> tuple[WeeklyMail, dict[str, Any]] | None:
    member = Member.objects.select_related("user", "organization").filter(public_id=payload["member"]).first()
    if member is None or not _is_still_the_hour(member, payload["at"]):
        return None
    language = language_of(member)
    with translation.override(language):  # the reasons are words
        mail = write_weekly_mail(member, week=payload["week"], by=None)
    if mail is None:
        return None
    stories = stories_of(mail)
    if not stories:  # each of them was discarded between two tries
        return None
    stop = stop_address(organization, member, LetterKind.WEEKLY)
    told = [_story(organization, mail, story) for story in stories]
    context = {"name": member.own_name or member.name, "company": organization.name, "stories": told}
    context |= {"stop_address": stop, "choices_path": reverse("telling", args=[organization.slug])}
    headers = stop_headers(stop)
    answered = next((one["reply_to"] for one in told if one["reply_to"]), "")  # a like takes no words
    if answered:
        headers["Reply-To"] = answered
    message_id = sha256_of(f"weekly:{organization.pk}:{mail.pk}")[:40]
    letter = {"to": member.email, "language": language, "context": context, "message_id": message_id}
    return mail, {**letter, "headers": headers}


def _is_still_the_hour(member: Member, hour: str) -> bool:
    """Whoever chose another day, hour or zone since this was owed gets the mail then. Asked for at once: no hour."""
    if not hour:
        return True
    chosen, at = choices_of(member), datetime.fromisoformat(hour)
    due = due_near(at, weekday=chosen.weekday, hour=chosen.hour, zone=zone_of(member))
    return due is not None and due.at == at


def _story(organization: Organization, mail: WeeklyMail, story: MailedStory) -> dict[str, Any]:
    identity, item = identity_of(mail, story.position), story.item
    link = mail_secret(organization, identity)
    return {
        "title": item.title,
        "summary": item.summary,
        "source": item.source,
        "language": item.language,
        "picture": picture_address(organization, item.picture) if item.picture else "",
        "picture_says": item.picture.alt_text if item.picture else "",
        "reasons": story.reasons,
        "question": story.question,
        "asks": activity.asks if (activity := activity_words(item)) else "",
        "make_it_mine": settings.SITE_ADDRESS + reverse("mailed_story", args=[link]),
        "not_for_me": settings.SITE_ADDRESS + reverse("mailed_not_for_me", args=[link]),
        "reply_to": "" if activity else reply_address(reply_secret(organization, identity)),
    }


def reply_address(secret: str) -> str:
    """Where an answer goes; '' where this installation takes in no mail."""
    return f"reply+{secret}@{settings.REPLY_DOMAIN}" if settings.REPLY_DOMAIN else ""
