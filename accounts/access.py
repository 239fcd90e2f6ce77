"""Fetch people and companies *for a person*. What is missing and what is forbidden are both 404.

A view gets its organization from the address, its member from the session, and its objects only from
an access function.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from accounts.middleware import member_of_request
from accounts.models import Member, Organization, PersonalKey
from accounts.roles import Right, may
from accounts.tenancy import NoOrganization, acting_in, acting_organization_id

P = ParamSpec("P")


class MemberRequest(HttpRequest):
    """A request whose organization and person are known: what `for_member` hands to a view."""

    organization: Organization
    member: Member


MemberView = Callable[Concatenate[MemberRequest, P], HttpResponseBase]


def for_member(right: Right = Right.TAKE_PART) -> Callable[[MemberView[P]], Callable[..., HttpResponseBase]]:
    """A view for signed-in members with `right`; a stranger meets 404, an anonymous visitor the sign-in page."""

    def decorate(view: MemberView[P]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def guarded(request: Any, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            request.member = _member_with(request, right)
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def _member_with(request: Any, right: Right) -> Member:
    try:
        acting_organization_id()
        member = member_of_request(request)
    except NoOrganization:  # a view that calls the outside has no open transaction
        with acting_in(request.organization):
            member = member_of_request(request)
    if member is None or not may(member.role, right):
        raise Http404("There is nothing here.")
    return member


def user_may(user_id: int, slug: str, right: Right) -> bool:
    """The same question before there is a request to ask: of a session's user, about the company of an address."""
    organization = Organization.objects.filter(slug=slug).first()
    if organization is None:
        return False
    with acting_in(organization):
        member = Member.objects.filter(user_id=user_id, left_at=None, deactivated_at=None).first()
    return member is not None and may(member.role, right)


def require(member: Member, right: Right) -> None:
    """For the API and actions: the same question as `for_member`, with the same answer."""
    if not may(member.role, right):
        raise Http404("There is nothing here.")


def member_for(member: Member, public_id: str) -> Member:
    """Another member, for a person who runs the programme."""
    require(member, Right.RUN_PROGRAMME)
    found = Member.objects.filter(public_id=public_id, left_at=None).first()
    if found is None:
        raise Http404("There is nothing here.")
    return found


def key_for(member: Member, public_id: str) -> PersonalKey:
    """One of the person's own live keys."""
    found = PersonalKey.objects.select_related("member").filter(member=member, public_id=public_id, revoked_at=None)
    key = found.first()
    if key is None:
        raise Http404("There is nothing here.")
    return key
