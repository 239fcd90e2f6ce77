"""The acting company's settings, and the lists of ids that sweepers need."""

from __future__ import annotations

from django.db.models import F, Q
from django.db.models.functions import Now

from accounts.models import Invitation, Organization, OrganizationSettings
from accounts.tenancy import across_organizations


def settings_of() -> OrganizationSettings:
    """The acting organization's one row of settings."""
    return OrganizationSettings.objects.get()


def with_invitations_due() -> list[int]:
    """Organizations with a reminder or an end of an invitation due."""
    due = Q(remind_at__lte=Now()) | Q(expires_at__lte=Now())
    with across_organizations(reason="invitations: list companies with reminders or ends due"):
        return list(Invitation.objects.filter(due).order_by().values_list(F("organization_id"), flat=True).distinct())


def every_id() -> list[int]:
    """Every organization's id; the table is global."""
    return list(Organization.objects.order_by("pk").values_list("pk", flat=True))
