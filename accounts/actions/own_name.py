"""The person's own name, as colleagues read it on boards. The company's list keeps the company's spelling:
a name that changed there would tell that somebody came."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions.consent import require_self
from accounts.audit import audit
from accounts.models import Member, User
from accounts.refusals import BadInput

LONGEST_NAME = 120


def rename_self(member: Member, *, by: Member, name: str) -> None:
    """In this company; a sign-in that has no name yet takes it too."""
    require_self(member, by=by)
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise BadInput(_("Please give a name of up to 120 characters."), field="name")
    with transaction.atomic():
        Member.objects.filter(pk=member.pk).update(own_name=name)
        if member.user_id is not None:
            User.objects.filter(pk=member.user_id, name="").update(name=name)
        audit("rename_self", by=by, subject=f"member {member.public_id}", private=True)
