"""Who can sign in to the demo, as what, and how: for the terminal."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings

from accounts.roles import Role
from advocacy.demo import aurora, northwind
from advocacy.demo.names import colleagues
from advocacy.demo.people import PASSWORD


def lines() -> Iterator[str]:
    """One line a person, company by company."""
    yield f"Sign in with the password  {PASSWORD}  (or ask for a link by mail and open it in Mailbox):"
    for company, people in _people().items():
        yield ""
        yield f"{company}"
        for name, role, email, shows in people:
            yield f"  {email:<40} {_role(role):<14} {name}: {shows}"
    yield ""
    invited = " and ".join(one.name for one in northwind.INVITED)
    yield f"Just invited: {invited}. Their invitations lie in Mailbox: {settings.SITE_ADDRESS}/mailbox/?to=northwind"
    yield "At a sandbox network, choose any account or type a new handle; no password is asked."


def _people() -> dict[str, list[tuple[str, Role, str, str]]]:
    small = [northwind.OLIVIA, *(one for one in northwind.COLLEAGUES if one.shows)]
    rows = {one.email: one.name for one in colleagues(len(aurora.PARTS))}
    large = [(aurora.MARTA.name, aurora.MARTA.role, aurora.MARTA.email, aurora.MARTA.shows)]
    large += [(rows[email], role, email, shows) for email, role, shows in aurora.PARTS]
    return {
        f"{northwind.NAME} (17 people)": [(one.name, one.role, one.email, one.shows) for one in small],
        f"{aurora.NAME} (2,000 people)": large,
    }


def _role(role: Role) -> str:
    return str(role.label)
