"""Leaving: one act that cancels what is planned, gives back keys and says so in a dated receipt.

What must happen above this app is named in `settings.ON_DEPARTURE`, called in that order inside the
same transaction; an error stops the whole act. The remote part (telling the network) is an errand.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from accounts.actions.consent import require_self, withdraw_standing
from accounts.audit import audit
from accounts.derived_secrets import receipt_secret
from accounts.errands import ErrandResult, outside, owe
from accounts.identifiers import new_public_id, sha256_of
from accounts.letters import post
from accounts.models import (
    ConsentKind,
    DepartureReceipt,
    Invitation,
    Member,
    Organization,
    PersonalKey,
    TeamMember,
)
from accounts.receipts import ReceiptLine
from accounts.refusals import Refusal
from accounts.roles import Role
from accounts.tenancy import acting_in, acting_organization_id


class LastOwner(Refusal):
    """A company needs somebody who can name the next owner."""

    code = "last_owner"


def leave(member: Member, *, by: Member) -> tuple[DepartureReceipt, str]:
    """Leave the company's programme: answers the receipt and the secret of its address."""
    require_self(member, by=by)
    with transaction.atomic():
        locked = locked_after_owners(member)
        if locked.left_at is not None:
            raise Refusal(_("You have left already. Nothing was changed."))
        require_another_owner(locked)
        lines = [line for name in settings.ON_DEPARTURE for line in import_string(name)(locked, by=by)]
        lines += _end_what_is_ours(locked)
        locked.left_at = member.left_at = timezone.now()
        locked.save(update_fields=["left_at"])
        receipt, secret = _write_receipt(locked, lines)
        audit("leave", by=by, subject=f"member {locked.public_id}", private=True, lines=len(lines))
    return receipt, secret


def locked_after_owners(member: Member) -> Member:
    """The member under lock, after every owner's row in one order: two last owners cannot end each other's at once."""
    owners = Member.objects.select_for_update(no_key=True).filter(role=Role.OWNER).order_by("pk")
    list(owners.values_list("pk"))
    return Member.objects.select_for_update(no_key=True).get(pk=member.pk)


def require_another_owner(member: Member) -> None:
    """Raises `LastOwner` where nobody else could run the company's account. Asked under `locked_after_owners`."""
    owners = Member.objects.filter(role=Role.OWNER, left_at=None, deactivated_at=None)
    if member.role == Role.OWNER and not owners.exclude(pk=member.pk).exists():
        raise LastOwner(_("You are the only owner. Make somebody else an owner first; nothing was changed."))


def _end_what_is_ours(member: Member) -> list[ReceiptLine]:
    lines = [ReceiptLine("letters_stopped")]
    keys = PersonalKey.objects.filter(member=member, revoked_at=None).update(revoked_at=timezone.now())
    if keys:
        lines.append(ReceiptLine("keys_revoked", count=keys))
    withdraw_standing(member, kind=ConsentKind.TAKE_PART)
    lines.append(ReceiptLine("consent_withdrawn"))
    Invitation.objects.filter(member=member).delete()
    TeamMember.objects.filter(member=member).delete()
    return lines


def _write_receipt(member: Member, lines: list[ReceiptLine]) -> tuple[DepartureReceipt, str]:
    organization = Organization.objects.get(pk=acting_organization_id())
    public_id = new_public_id()
    secret = receipt_secret(organization, public_id)
    assert member.left_at is not None
    receipt = DepartureReceipt.objects.create(
        public_id=public_id,
        member=member,
        token_sha256=sha256_of(secret),
        lines=[line.as_json() for line in lines],
        left_at=member.left_at,
    )
    language = member.language or translation.get_language() or settings.LANGUAGE_CODE
    owe("departure_letter", cause=f"departure:{public_id}", payload={"receipt": public_id, "language": language})
    return receipt, secret


@outside
def send_departure_letter(payload: dict[str, Any]) -> ErrandResult:
    """The errand "departure_letter": the last mail, with the address of the receipt."""
    organization = Organization.objects.get(pk=payload["organization_id"])
    with acting_in(organization):
        to = DepartureReceipt.objects.select_related("member").get(public_id=payload["receipt"]).member.email
    path = reverse("departure_receipt", args=[receipt_secret(organization, payload["receipt"])])
    context = {"company": organization.name, "address": settings.SITE_ADDRESS + path}
    message_id = sha256_of(f"departure:{payload['receipt']}")[:40]
    return post("departure", to=to, language=payload["language"], context=context, message_id=message_id)


ERRANDS = {"departure_letter": send_departure_letter}
