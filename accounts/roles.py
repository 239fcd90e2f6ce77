"""Who may do what: one table, asked in each app's `access.py` and nowhere else.

No role can approve for another person, see who takes part, or read a draft whose author did not ask for
it: those rights do not exist.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person does in the programme; every role can also take part."""

    OWNER = "owner", _("Owner")
    ADMIN = "admin", _("Administrator")
    CURATOR = "curator", _("Curator")
    MANAGER = "manager", _("Manager")
    ADVOCATE = "advocate", _("Member")


class Right(StrEnum):
    """One thing somebody may be allowed to do."""

    OWN_ORGANIZATION = "own_organization"  # name owners, close the company's account
    RUN_PROGRAMME = "run_programme"  # settings, members, invitations, roles, networks, freeze, audit
    CURATE = "curate"  # campaigns, items, messages, angles
    REVIEW = "review"  # read a text whose author asked for it; never one's own (campaigns/actions/reviews.py)
    SEE_TEAMS = "see_teams"  # team figures that pass the small-group gate
    TAKE_PART = "take_part"  # own drafts, approvals, queue, results


_EVERYBODY = frozenset({Right.TAKE_PART})

RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.OWNER: frozenset(Right),
    Role.ADMIN: frozenset(Right) - {Right.OWN_ORGANIZATION},
    Role.CURATOR: _EVERYBODY | {Right.CURATE, Right.REVIEW},
    Role.MANAGER: _EVERYBODY | {Right.SEE_TEAMS},
    Role.ADVOCATE: _EVERYBODY,
}


def may(role: str, right: Right) -> bool:
    return right in RIGHTS[Role(role)]
