"""Members as administrators know them: roles, deactivation, names. Never whether somebody takes part."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from accounts.access import require
from accounts.actions.departures import locked_after_owners, require_another_owner
from accounts.audit import audit
from accounts.models import Member
from accounts.refusals import BadInput, NotAllowed, Refusal
from accounts.roles import Right, Role, may


def change_role(member: Member, *, by: Member, role: str) -> None:
    """Owners alone name or unname owners, and there is always one."""
    require(by, Right.RUN_PROGRAMME)
    if role not in Role.values:
        raise BadInput(_("There is no such role."), field="role")
    with transaction.atomic():
        locked = locked_after_owners(member)
        _require_may_change(locked, by=by, also_owner=role == Role.OWNER)
        if role != Role.OWNER:
            require_another_owner(locked)
        locked.role = role
        locked.save(update_fields=["role"])
        audit("change_role", by=by, subject=f"member {locked.public_id}", role=role)


def rename_member(member: Member, *, by: Member, name: str) -> None:
    """The name as the company writes it."""
    require(by, Right.RUN_PROGRAMME)
    with transaction.atomic():
        Member.objects.filter(pk=member.pk).update(name=" ".join(name.split())[:120])
        audit("rename_member", by=by, subject=f"member {member.public_id}")


def deactivate_member(member: Member, *, by: Member) -> None:
    """Close the door of this company for a person; nothing of theirs is deleted, nothing planned goes out.

    What must happen above this app (`settings.ON_DEACTIVATION`) is in rows that only the person reads.
    """
    require(by, Right.RUN_PROGRAMME)
    if member.pk == by.pk:
        raise Refusal(_("You cannot deactivate yourself. You can leave on your own page."))
    with transaction.atomic():
        locked = locked_after_owners(member)
        _require_may_change(locked, by=by)
        require_another_owner(locked)
        if locked.deactivated_at is None:
            for name in settings.ON_DEACTIVATION:
                import_string(name)(locked, by=None)
            locked.deactivated_at = timezone.now()
            locked.save(update_fields=["deactivated_at"])
        audit("deactivate_member", by=by, subject=f"member {locked.public_id}")


def reactivate_member(member: Member, *, by: Member) -> None:
    require(by, Right.RUN_PROGRAMME)
    with transaction.atomic():
        locked = Member.objects.select_for_update().get(pk=member.pk)
        _require_may_change(locked, by=by)
        locked.deactivated_at = None
        locked.save(update_fields=["deactivated_at"])
        audit("reactivate_member", by=by, subject=f"member {locked.public_id}")


def _require_may_change(member: Member, *, by: Member, also_owner: bool = False) -> None:
    if member.left_at is not None:
        raise Refusal(_("This person has left. Nothing was changed."))
    if (also_owner or member.role == Role.OWNER) and not may(by.role, Right.OWN_ORGANIZATION):
        raise NotAllowed(_("Only an owner can do this. Nothing was changed."))
