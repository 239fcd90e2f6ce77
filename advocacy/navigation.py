"""Which links the frame offers to whom. It asks the table of rights and never decides access: views do.

It reads three figures, each for those alone who may see it: one's own new notices, how many texts wait to be read, and
how much in the inbox; all in one question, once a page.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import Error
from django.db.models import Count, QuerySet, Value
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Member, Organization
from accounts.roles import Right, may
from accounts.tenancy import NoOrganization, acting_in, acting_organization_id
from campaigns.selectors.inbox import waiting_suggestions
from campaigns.selectors.notices import unread
from campaigns.selectors.reviews import texts_waiting


@dataclass(frozen=True, slots=True)
class Link:
    """One place to go."""

    name: str
    label: str
    icon: str
    address: str
    current: str  # for aria-current: "page" here, "true" on a page below it, "" elsewhere
    waiting: int = 0  # how much waits there for this person


@dataclass(frozen=True, slots=True)
class Group:
    """Links that belong together, under a heading."""

    heading: str
    links: list[Link]


# (url name, icon, words); the words are asked for at each request, in its language.
_Entry = tuple[str, str, Callable[[], str]]

_MINE: tuple[_Entry, ...] = (
    ("this_week", "sparkles", lambda: _("This week")),
    ("queue", "queue-list", lambda: _("My queue")),
    ("my_results", "chart-bar", lambda: _("My results")),
    ("boards", "trophy", lambda: _("Boards")),
    ("suggest", "light-bulb", lambda: _("Suggest a story")),
)
_ACCOUNT: tuple[_Entry, ...] = (
    ("connections", "link", lambda: _("My networks")),
    ("me", "user-circle", lambda: _("Me and my data")),
)
_BY_RIGHT: tuple[tuple[Right, Callable[[], str], tuple[_Entry, ...]], ...] = (
    (
        Right.CURATE,
        lambda: _("Stories"),
        (
            ("library", "book-open", lambda: _("Library")),
            ("inbox", "inbox", lambda: _("Inbox")),
            ("campaigns", "flag", lambda: _("Campaigns")),
        ),
    ),
    (Right.REVIEW, lambda: _("Stories"), (("to_read", "eye", lambda: _("To read")),)),
    (Right.SEE_TEAMS, lambda: _("Team"), (("team", "user-group", lambda: _("Team")),)),
    (
        Right.RUN_PROGRAMME,
        lambda: _("The programme"),
        (
            ("setup", "clipboard-document-check", lambda: _("First steps")),
            ("people", "users", lambda: _("People")),
            ("teams", "rectangle-group", lambda: _("Teams")),
            ("networks", "globe-alt", lambda: _("Networks")),
            ("guidelines", "document-text", lambda: _("Guidelines")),
            ("disclosures", "identification", lambda: _("Who is speaking")),
            ("company_settings", "cog-6-tooth", lambda: _("Settings")),
            ("audit", "clipboard-document-list", lambda: _("Audit")),
        ),
    ),
)


def groups_for(request: HttpRequest | None) -> list[Group]:
    """Everything this person may open, most used first."""
    member = getattr(request, "member", None)
    if request is None or member is None:
        return []
    groups = [Group(_("Mine"), _links(request, _MINE + _ACCOUNT))]
    for right, heading, entries in _BY_RIGHT:
        if not may(member.role, right):
            continue
        if groups[-1].heading != heading():
            groups.append(Group(heading(), []))
        groups[-1].links.extend(_links(request, entries))
    return [group for group in groups if group.links]


def dock_for(request: HttpRequest | None) -> list[Link]:
    """What a person wants five minutes a week, under the thumb."""
    if request is None or getattr(request, "member", None) is None:
        return []
    return _links(request, _MINE[:3])


def _links(request: HttpRequest, entries: tuple[_Entry, ...]) -> list[Link]:
    found = ((name, picture, words(), _address(request, name)) for name, picture, words in entries)
    return [
        Link(name, label, picture, address, _current(request, name, address), _waiting(request, name))
        for name, picture, label, address in found
        if address
    ]


def unread_notices(request: HttpRequest | None) -> int:
    """For the bell."""
    return _waiting(request, "notices") if request else 0


def _waiting(request: HttpRequest, name: str) -> int:
    """A frame never fails its page: where the database cannot be asked (an error page), there is no figure."""
    member, organization = getattr(request, "member", None), getattr(request, "organization", None)
    if name not in _FIGURES or organization is None or member is None or member.pk is None:
        return 0
    try:
        return _figures(request, member, organization).get(name, 0)
    except Error:
        return 0


def _figures(request: HttpRequest, member: Member, organization: Organization) -> dict[str, int]:
    """Kept with the request: bell and links stand on the same page."""
    known: dict[str, int] | None = getattr(request, "frame_figures", None)
    if known is None:
        known = request.frame_figures = _asked_of(member, organization)  # type: ignore[attr-defined]  # its home
    return known


_FIGURES: dict[str, tuple[Right, Callable[[Member], QuerySet[Any]]]] = {
    "notices": (Right.TAKE_PART, unread),
    "to_read": (Right.REVIEW, lambda member: texts_waiting(member, now=timezone.now())),
    "inbox": (Right.CURATE, lambda _member: waiting_suggestions()),
}


def _asked_of(member: Member, organization: Organization) -> dict[str, int]:
    try:
        acting_organization_id()
    except NoOrganization:  # a view that calls the outside, or an error page: no transaction is open
        with acting_in(organization):
            return _counted(member)
    return _counted(member)


def _counted(member: Member) -> dict[str, int]:
    kinds = [
        rows(member).order_by().values(what=Value(name)).annotate(many=Count("pk"))
        for name, (right, rows) in _FIGURES.items()
        if may(member.role, right)
    ]
    first, *others = [rows.values_list("what", "many") for rows in kinds]
    return dict(first.union(*others, all=True) if others else first)


def _current(request: HttpRequest, name: str, address: str) -> str:
    """Whether the person is on this page or below it; every page of a company is below its first."""
    if request.resolver_match and request.resolver_match.url_name == name:
        return "page"
    return "true" if name != "this_week" and request.path.startswith(address) else ""


def _address(request: HttpRequest, name: str) -> str:
    """The company's page of that name; empty where this installation has no such page."""
    organization = getattr(request, "organization", None)
    try:
        return reverse(name, args=[organization.slug]) if organization else ""
    except NoReverseMatch:
        return ""
