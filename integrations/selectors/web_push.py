"""The devices on which a person is told, for that person's own page."""

from __future__ import annotations

from accounts.models import Member
from integrations.models import PushDevice


def devices_of(member: Member) -> list[PushDevice]:
    return list(PushDevice.objects.filter(member=member).order_by("pk"))
