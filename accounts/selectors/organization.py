"""The acting company's settings, and the lists of ids that sweepers need."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db.models import F, Q
from django.db.models.functions import Now

from accounts.models import Invitation, Organization, OrganizationSettings
from accounts.tenancy import across_organizations, acting_organization_id

_asked: ContextVar[dict[int, OrganizationSettings] | None] = ContextVar("settings_asked", default=None)


def settings_of() -> OrganizationSettings:
    """The acting organization's one row of settings."""
    asked = _asked.get()
    if asked is None:
        return OrganizationSettings.objects.get()
    organization_id = acting_organization_id()
    if organization_id not in asked:
        asked[organization_id] = OrganizationSettings.objects.get()
    return asked[organization_id]


@contextmanager
def settings_asked_once() -> Iterator[None]:
    """For a page that is only read: several of its parts ask for the settings, and nothing changes them meanwhile."""
    token = _asked.set({})
    try:
        yield
    finally:
        _asked.reset(token)


def with_invitations_due() -> list[int]:
    """Organizations with a reminder or an end of an invitation due."""
    due = Q(remind_at__lte=Now()) | Q(expires_at__lte=Now())
    with across_organizations(reason="invitations: list companies with reminders or ends due"):
        return list(Invitation.objects.filter(due).order_by().values_list(F("organization_id"), flat=True).distinct())


def every_id() -> list[int]:
    """Every organization's id; the table is global."""
    return list(Organization.objects.order_by("pk").values_list("pk", flat=True))
