"""Guidelines: published in versions that never change, accepted by a tick at the approval."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.access import require
from accounts.audit import audit
from accounts.models import GuidelinesAcceptance, GuidelinesVersion, Member, Organization
from accounts.refusals import BadInput
from accounts.roles import Right
from accounts.tenancy import acting_organization_id

MOST_POINTS = 7


def publish_guidelines(*, by: Member, body: str, points: Sequence[str]) -> GuidelinesVersion:
    """A new version; the same words again are no new version."""
    require(by, Right.RUN_PROGRAMME)
    body, kept = body.strip(), [point.strip() for point in points if point.strip()]
    if not body:
        raise BadInput(_("The guidelines are empty."), field="body")
    if not 1 <= len(kept) <= MOST_POINTS:
        raise BadInput(_("Please write one to seven short points."), field="points")
    with transaction.atomic():
        Organization.objects.select_for_update().get(pk=acting_organization_id())  # one number at a time
        newest = GuidelinesVersion.objects.order_by("-number").first()
        if newest is not None and (newest.body, newest.points) == (body, kept):
            return newest
        number = (GuidelinesVersion.objects.aggregate(newest=Max("number"))["newest"] or 0) + 1
        version = GuidelinesVersion.objects.create(number=number, body=body, points=kept, published_by=by)
        audit("publish_guidelines", by=by, subject=f"guidelines {number}")
    return version


def accept_guidelines(guidelines: GuidelinesVersion, *, by: Member) -> None:
    """The person's own tick. A second one changes nothing."""
    with transaction.atomic():
        _acceptance, new = GuidelinesAcceptance.objects.get_or_create(member=by, guidelines=guidelines)
        if new:
            audit("accept_guidelines", by=by, subject=f"guidelines {guidelines.number}", private=True)
