"""The API's door: a personal key in `Authorization: Bearer`, looked up inside its own organization.

A key names its organization in front, so it is found behind both walls; only its SHA-256 is stored.
"""

from __future__ import annotations

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.identifiers import organization_of, sha256_of
from accounts.models import Member, Organization, PersonalKey, User


class PersonalKeyAuthentication(BaseAuthentication):
    """Answers (user, key). `request.auth.member` is the person; the tenancy middleware checked the company."""

    def authenticate(self, request: Request) -> tuple[User, PersonalKey] | None:
        words = get_authorization_header(request).decode("latin-1").split()
        if len(words) != 2 or words[0].lower() != "bearer":
            return None
        key = live_key(words[1])
        if key is None:
            raise AuthenticationFailed("This key is not known here, or it was taken back.")
        PersonalKey.objects.filter(pk=key.pk).update(last_used_at=timezone.now())
        assert key.member.user is not None  # only people with an account can make keys
        return key.member.user, key

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


def organization_of_key(header: str) -> Organization | None:
    """The organization that a key in an Authorization header names, whether or not the key is good."""
    token = header.rpartition(" ")[2]
    return Organization.objects.filter(public_id=organization_of(token)).first()


def live_key(token: str) -> PersonalKey | None:
    """The key, if it is live and its person is still here. Runs inside the acting organization."""
    keys = PersonalKey.objects.select_related("member__user").filter(token_sha256=sha256_of(token), revoked_at=None)
    key = keys.first()
    return key if key and key.member.is_active and isinstance(key.member, Member) else None
