"""The API's door: a personal key in `Authorization: Bearer`, looked up inside its own organization.

A key names its organization in front, so it is found behind both walls; only its SHA-256 is stored.
"""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.identifiers import sha256_of
from accounts.models import Member, PersonalKey, User
from accounts.one_row import one_row


class PersonalKeyAuthentication(BaseAuthentication):
    """Answers (user, key). `request.auth.member` is the person; the tenancy middleware checked the company."""

    def authenticate(self, request: Request) -> tuple[User, PersonalKey] | None:
        words = get_authorization_header(request).decode("latin-1").split()
        if len(words) != 2 or words[0].lower() != "bearer":
            return None
        key = live_key(words[1])
        if key is None:
            raise AuthenticationFailed("This key is not known here, or it was taken back.")
        _note_use(key)
        assert key.member.user is not None  # only people with an account can make keys
        key.member.organization = request.organization  # type: ignore[attr-defined]  # it came with the address
        return key.member.user, key

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


def _note_use(key: PersonalKey) -> None:
    """To the nearest ten minutes: a reading call should not cost a write each time."""
    now = timezone.now()
    if key.last_used_at is None or key.last_used_at < now - timedelta(minutes=10):
        PersonalKey.objects.filter(pk=key.pk).update(last_used_at=now)


def live_key(token: str) -> PersonalKey | None:
    """The key, if it is live and its person is still here. Runs inside the acting organization."""
    keys = PersonalKey.objects.select_related("member__user").filter(token_sha256=sha256_of(token), revoked_at=None)
    key = one_row(keys)
    return key if key and key.member.is_active and isinstance(key.member, Member) else None
