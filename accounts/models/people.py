"""A person's sign-in (`User`, global) and the person in an organization (`Member`)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

from accounts.identifiers import new_public_id
from accounts.roles import Role
from accounts.tenancy import OrganizationModel


class UserManager(BaseUserManager["User"]):
    """Makes sign-ins; an address is kept in lower case, since people type it in many ways."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A sign-in, over all companies. Global: people sign in before a company is known."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=10, blank=True)
    time_zone = models.CharField(max_length=64, blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)  # an operator of this installation; given by `make_operator` alone
    date_joined = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_any_case")]

    def __str__(self) -> str:
        return self.email


class SignInLink(models.Model):
    """A single-use mail link that signs its owner in, confirmed by a button. Global: no company is known yet."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sign_in_links")
    token_sha256 = models.CharField(max_length=64, unique=True)
    next_address = models.CharField(max_length=500, blank=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)


class Member(OrganizationModel):
    """A person in an organization. Whether this person takes part stands only in the consent ledger.

    `user` is empty until the person has an account; `invited` says how the row began and never
    changes afterwards, so that it tells nothing about the person's choice.
    """

    public_id = models.CharField(max_length=16, default=new_public_id)
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    email = models.EmailField()
    name = models.CharField(max_length=120, blank=True)  # as the company writes it
    own_name = models.CharField(max_length=120, blank=True)  # as the person writes it; on no page of the company
    role = models.CharField(max_length=16, choices=Role.choices, default=Role.ADVOCATE)
    language = models.CharField(max_length=10, blank=True)
    time_zone = models.CharField(max_length=64, blank=True)
    country = models.CharField(max_length=2, blank=True)
    invited = models.BooleanField(default=True)
    undeliverable = models.BooleanField(default=False)
    deactivated_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="member_public_id"),
            models.UniqueConstraint(
                fields=["organization", "email"], condition=models.Q(left_at=None), name="member_email_once"
            ),
            models.UniqueConstraint(
                fields=["organization", "user"],
                condition=models.Q(left_at=None, user__isnull=False),
                name="member_user_once",
            ),
        ]
        indexes = [models.Index(fields=["organization", "name", "id"]), models.Index(fields=["user"])]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def shown_name(self) -> str:
        """For the person's own pages, and for boards where they chose to be named. A name that appeared on
        the list of people would tell that somebody came (design.md, promise 2)."""
        return self.own_name or self.name or self.email

    @property
    def is_active(self) -> bool:
        return self.left_at is None and self.deactivated_at is None


class PersonalKey(OrganizationModel):
    """A key a person made for the API. It drafts and withdraws; it can never approve (design.md §4)."""

    public_id = models.CharField(max_length=16, default=new_public_id)
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="keys")
    name = models.CharField(max_length=80)
    token_sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "token_sha256"], name="key_token_once")]


class DepartureReceipt(OrganizationModel):
    """What leaving did, line by line, dated; the leaver keeps the address of it."""

    public_id = models.CharField(max_length=16, default=new_public_id)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="receipts")
    token_sha256 = models.CharField(max_length=64)
    lines = models.JSONField(default=list)  # [{"what": code, "network": key, "count": n, "done": bool}]
    left_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "token_sha256"], name="receipt_token_once")]
