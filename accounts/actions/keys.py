"""Personal keys for the API: made and taken back by their person; shown once, kept as a hash."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions.consent import lock_self, require_self
from accounts.audit import audit
from accounts.identifiers import new_secret, sha256_of
from accounts.models import Member, Organization, PersonalKey
from accounts.refusals import BadInput
from accounts.tenancy import acting_organization_id

MOST_KEYS = 20


def make_key(member: Member, *, by: Member, name: str) -> tuple[PersonalKey, str]:
    """A new key and its secret, which is never shown again."""
    name = " ".join(name.split())[:80]
    if not name:
        raise BadInput(_("Please give the key a name, such as the program that will use it."), field="name")
    secret = new_secret(Organization.objects.get(pk=acting_organization_id()).public_id)
    with transaction.atomic():
        lock_self(member, by=by)
        if PersonalKey.objects.filter(member=member, revoked_at=None).count() >= MOST_KEYS:
            raise BadInput(_("You have twenty keys. Take one back first."), field="name")
        key = PersonalKey.objects.create(member=member, name=name, token_sha256=sha256_of(secret))
        audit("make_key", by=by, subject=f"key {key.public_id}", private=True)
    return key, secret


def revoke_key(key: PersonalKey, *, by: Member) -> None:
    require_self(key.member, by=by)
    with transaction.atomic():
        PersonalKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=timezone.now())
        audit("revoke_key", by=by, subject=f"key {key.public_id}", private=True)
