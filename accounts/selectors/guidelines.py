"""The company's guidelines as they stand, and who accepted which version (for the person alone)."""

from __future__ import annotations

from accounts.models import GuidelinesAcceptance, GuidelinesVersion, Member


def current_guidelines() -> GuidelinesVersion | None:
    return GuidelinesVersion.objects.order_by("-number").first()


def has_accepted(member: Member, guidelines: GuidelinesVersion) -> bool:
    return GuidelinesAcceptance.objects.filter(member=member, guidelines=guidelines).exists()
