"""Everything about a person, for that person: this app's part, and the whole of all parts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.utils.module_loading import import_string

from accounts.models import (
    AuditEntry,
    DepartureReceipt,
    GuidelinesAcceptance,
    IdempotencyRecord,
    Invitation,
    LetterChoices,
    Member,
    Notice,
    PersonalKey,
    SignInLink,
    StopLink,
    TeamMember,
    User,
)


def whole_record(member: Member) -> dict[str, Any]:
    """What every part of the house keeps about the person, part by part (`settings.PERSONAL_RECORD`)."""
    return {name.partition(".")[0]: import_string(name)(member) for name in settings.PERSONAL_RECORD}


def own_record(member: Member) -> dict[str, object]:
    """This app's part; plain JSON values."""
    return {
        "person": _person(member),
        "sign_in": _sign_in(member.user) if member.user else None,
        "teams": list(TeamMember.objects.filter(member=member).order_by("team__name").values("team__name", "leads")),
        "invitations": [
            {"at": one.created_at.isoformat(), "ends_at": one.expires_at.isoformat(), "used_at": _iso(one.used_at)}
            for one in Invitation.objects.filter(member=member).order_by("id")
        ],
        "consent": _consent(member),
        "guidelines_accepted": [
            {"number": one.guidelines.number, "language": one.language, "at": one.at.isoformat()}
            for one in GuidelinesAcceptance.objects.select_related("guidelines").filter(member=member).order_by("id")
        ],
        **_told(member),
        **_by_programs(member),
        "receipts": [receipt.lines for receipt in DepartureReceipt.objects.filter(member=member).order_by("id")],
        "own_acts": [
            {"action": entry.action, "subject": entry.subject, "at": entry.at.isoformat()}
            for entry in AuditEntry.objects.filter(by=member).order_by("id")
        ],
    }


def _person(member: Member) -> dict[str, object]:
    return {
        "email": member.email,
        "name": member.name,
        "own_name": member.own_name,
        "role": member.role,
        "language": member.language,
        "time_zone": member.time_zone,
        "country": member.country,
        "on_the_list_since": member.created_at.isoformat(),
        "left_at": _iso(member.left_at),
    }


def _sign_in(user: User) -> dict[str, object]:
    """Over all companies. Passwords and secrets of second steps are kept unreadable and are not copied."""
    return {
        "email": user.email,
        "name": user.name,
        "language": user.language,
        "time_zone": user.time_zone,
        "since": user.date_joined.isoformat(),
        "addresses": list(EmailAddress.objects.filter(user=user).order_by("id").values("email", "verified")),
        "second_steps": [
            {"kind": one.type, "since": one.created_at.isoformat(), "last_used_at": _iso(one.last_used_at)}
            for one in Authenticator.objects.filter(user=user).order_by("id")
        ],
        "mailed_links": [
            {"at": one.created_at.isoformat(), "ends_at": one.expires_at.isoformat(), "used_at": _iso(one.used_at)}
            for one in SignInLink.objects.filter(user=user).order_by("id")
        ],
    }


def _told(member: Member) -> dict[str, object]:
    """Mails and notices."""
    chosen = LetterChoices.objects.filter(member=member).first()
    notices = Notice.objects.filter(member=member).order_by("id")
    return {
        "mails_wanted": {
            "weekly": chosen.weekly,
            "reminders": chosen.reminders,
            "weekday": chosen.weekday,
            "hour": chosen.hour,
        }
        if chosen
        else None,
        "links_to_stop_mails": [
            one.created_at.isoformat() for one in StopLink.objects.filter(member=member).order_by("id")
        ],
        "notices": [
            {
                "about": one.template,
                "values": one.context,
                "page": one.path,
                "at": one.created_at.isoformat(),
                "read_at": _iso(one.read_at),
            }
            for one in notices
        ],
    }


def _by_programs(member: Member) -> dict[str, object]:
    """Personal keys, and what programs asked with them in the last day."""
    return {
        "keys": [
            {
                "name": key.name,
                "made_at": key.created_at.isoformat(),
                "last_used_at": _iso(key.last_used_at),
                "taken_back": key.revoked_at is not None,
            }
            for key in PersonalKey.objects.filter(member=member).order_by("id")
        ],
        "repeated_requests": [
            {"status": one.status, "at": one.created_at.isoformat()}  # an answer may hold other people's data
            for one in IdempotencyRecord.objects.filter(member=member).order_by("id")
        ],
    }


def _consent(member: Member) -> list[dict[str, object]]:
    return [
        {
            "kind": entry.kind,
            "network": entry.network,
            "given": entry.given,
            "text_version": entry.text_version,
            "text_sha256": entry.text_sha256,
            "language": entry.language,
            "at": entry.at.isoformat(),
        }
        for entry in member.consent.order_by("id")
    ]


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
