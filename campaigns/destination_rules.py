"""Where a story's links may lead: a public page of the web, and the same one until the post is out. Pure.

The preview asks the outbound door as well; this rule also holds for an address that nobody fetched.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from datetime import datetime, timedelta
from urllib.parse import urlsplit, urlunsplit

from django.utils.translation import gettext as _

from integrations.addresses import ForbiddenAddress, target_of

LONGEST_ADDRESS = 2_000
HOME_NAMES = ("localhost", "local", "internal", "lan", "home", "intranet", "corp")


class BadDestination(ValueError):
    """No public page stands at such an address; the text is a sentence for the person."""


def destination_of(typed: str, *, allowed_hosts: Collection[str]) -> str:
    """The address a person means, as it will stand behind the tracked link."""
    address = typed.strip()
    if "://" not in address:
        address = f"https://{address}"
    if len(address) > LONGEST_ADDRESS:
        raise BadDestination(_("This address is too long."))
    try:
        parts = urlsplit(address)
        if parts.scheme == "http" and f"{parts.hostname}:{parts.port}" in allowed_hosts:
            return address
        # Old pages still answer by http alone; a person's browser may go there, so only the rest is checked.
        secure = urlunsplit(parts._replace(scheme="https")) if parts.scheme == "http" else address
        target = target_of(secure, allowed_hosts)
    except ForbiddenAddress:
        raise BadDestination(_("This is no address of a public page. Paste one that begins with https://.")) from None
    except ValueError:
        raise BadDestination(_("This is not a complete address.")) from None
    if not target.trusted and not _is_public_name(target.host):
        raise BadDestination(_("This address works only inside a network. Paste one that everybody can open."))
    return address


def _is_public_name(host: str) -> bool:
    """A name with a dot, or an address the whole internet can reach. What it resolves to is the door's to check."""
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        last = host.rpartition(".")[2].lower()
        return "." in host and last not in HOME_NAMES and not last.isdigit()


# --- a page that moved ----------------------------------------------------------------------------

COVERS = timedelta(minutes=15)  # a look at an address stands for this long
MOVED = " → "


def is_covered(approved_at: datetime, *, seen_at: datetime) -> bool:
    """Was the page where we saw it when this was approved? A look holds for what was approved shortly after, too."""
    return approved_at <= seen_at + COVERS


def hosts_of_move(detail: str) -> tuple[str, str] | None:
    """The old and the new host from what a share keeps about a page that moved; None where it keeps something else."""
    old, _arrow, new = detail.partition(MOVED)
    return (old, new) if new else None
