"""Everything about a person, for that person: this app's part, and the whole of all parts."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.models import AuditEntry, DepartureReceipt, GuidelinesAcceptance, Member, PersonalKey, TeamMember


def whole_record(member: Member) -> dict[str, Any]:
    """What every part of the house keeps about the person, part by part (`settings.PERSONAL_RECORD`)."""
    return {name.partition(".")[0]: import_string(name)(member) for name in settings.PERSONAL_RECORD}


def own_record(member: Member) -> dict[str, object]:
    """This app's part; plain JSON values."""
    return {
        "person": _person(member),
        "teams": list(TeamMember.objects.filter(member=member).order_by("team__name").values("team__name", "leads")),
        "consent": _consent(member),
        "guidelines_accepted": [
            {"number": accepted.guidelines.number, "at": accepted.at.isoformat()}
            for accepted in GuidelinesAcceptance.objects.select_related("guidelines").filter(member=member)
        ],
        "keys": [
            {"name": key.name, "made_at": key.created_at.isoformat(), "taken_back": key.revoked_at is not None}
            for key in PersonalKey.objects.filter(member=member).order_by("id")
        ],
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
        "left_at": member.left_at.isoformat() if member.left_at else None,
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
