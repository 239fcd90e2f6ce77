"""django-allauth's adapter: what our sign-in does differently from its defaults."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from accounts.models import User


class AccountAdapter(DefaultAccountAdapter):
    """Keeps addresses in lower case, and the visitor's name and language with a new sign-in."""

    def clean_email(self, email: str) -> str:
        cleaned: str = super().clean_email(email)
        return cleaned.strip().lower()

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        user.language = getattr(request, "LANGUAGE_CODE", "")
        user.name = " ".join(form.cleaned_data.get("name", "").split())
        saved: User = super().save_user(request, user, form, commit=commit)
        return saved
