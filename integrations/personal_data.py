"""What this app keeps about people (`settings.PERSONAL_DATA`)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.personal_data import ONLY_YOU, Datum

PERSONAL_DATA: tuple[Datum, ...] = (
    Datum(
        "accounts",
        _("Your accounts and the sealed keys to them"),
        _("Only you; nobody can read a key"),
        _("the key until you disconnect or leave; which account it was, as long as posts name it"),
        ("integrations.Connection", "integrations.StoredGrant"),
        page="connections",
        act=_("Connect or disconnect"),
    ),
    Datum(
        "signing_in_there",
        _("A sign-in at a network that is under way"),
        ONLY_YOU,
        _("ten minutes"),
        ("integrations.OAuthState",),
    ),
    Datum(
        "devices",
        _("Devices on which you want to be told"),
        ONLY_YOU,
        _("until you take one off, or leave"),
        ("integrations.PushDevice",),
        page="telling",
        act=_("See and take off"),
    ),
)
