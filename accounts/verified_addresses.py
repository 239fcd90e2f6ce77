"""What an opened mail link proves: that the address belongs to whoever opened it."""

from __future__ import annotations

from allauth.account.models import EmailAddress

from accounts.models import User


def has_proved(user: User, email: str) -> bool:
    """Did somebody who signs in as this user ever open a mail at this address? Theirs may have changed since."""
    proved: bool = EmailAddress.objects.filter(user=user, email__iexact=email, verified=True).exists()
    return proved


def prove_address(user: User) -> None:
    """Mark the sign-in's address as verified. A password that somebody set before ever verifying it is dropped."""
    address, _made = EmailAddress.objects.get_or_create(
        user=user, email=user.email, defaults={"primary": True, "verified": False}
    )
    if not address.verified:
        user.set_unusable_password()
        user.save(update_fields=["password"])
        address.verified = True
        address.save(update_fields=["verified"])
