"""Which links the frame offers to whom. It asks the table of rights and never decides access: views do.

It reads two figures, each for those alone who may see it: how many texts wait to be read, and how much in the inbox.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db import Error
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Member, Organization
from accounts.roles import Right, may
from accounts.tenancy import NoOrganization, acting_in, acting_organization_id
from campaigns.selectors.inbox import inbox_count
from campaigns.selectors.notices import unread_count
from campaigns.selectors.reviews import to_read_count


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


def _waiting(request: HttpRequest, name: str) -> int:
    """A frame never fails its page: where the database cannot be asked (an error page), there is no figure."""
    member, organization = getattr(request, "member", None), getattr(request, "organization", None)
    figure = _FIGURES.get(name)
    if figure is None or organization is None or member is None or member.pk is None:
        return 0
    try:
        return _asked_of(figure, member, organization)
    except Error:
        return 0


_Figure = Callable[[Member], int]
_FIGURES: dict[str, _Figure] = {
    "to_read": lambda member: to_read_count(member, now=timezone.now()),
    "inbox": lambda _member: inbox_count(),
}


def _asked_of(figure: _Figure, member: Member, organization: Organization) -> int:
    try:
        acting_organization_id()
    except NoOrganization:  # a view that calls the outside, or an error page: no transaction is open
        with acting_in(organization):
            return figure(member)
    return figure(member)


def unread_notices(request: HttpRequest | None) -> int:
    """For the bell; none where the database cannot be asked, as above."""
    member, organization = getattr(request, "member", None), getattr(request, "organization", None)
    if organization is None or member is None or member.pk is None:
        return 0
    try:
        return _unread_of(member, organization)
    except Error:
        return 0


def _unread_of(member: Member, organization: Organization) -> int:
    try:
        acting_organization_id()
    except NoOrganization:
        with acting_in(organization):
            return unread_count(member)
    return unread_count(member)


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
