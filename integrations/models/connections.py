"""A person's account on a network, the sealed grant beside it, and the one-time states of signing in."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.identifiers import new_public_id
from accounts.models import Member, Organization
from accounts.tenancy import OrganizationModel


class ConnectionState(models.TextChoices):
    LIVE = "live", _("Connected")
    NEEDS_RECONNECT = "needs_reconnect", _("Asks to connect again")
    DISCONNECTED = "disconnected", _("Disconnected")


class Connection(OrganizationModel):
    """A person's account on a network. It belongs to the person; we hold a grant while both sides want it."""

    public_id = models.CharField(max_length=16, default=new_public_id)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="connections")
    network = models.CharField(max_length=20)
    server = models.CharField(max_length=200, blank=True)
    account_id = models.CharField(max_length=200)
    handle = models.CharField(max_length=200)
    name = models.CharField(max_length=200, blank=True)
    avatar_url = models.CharField(max_length=500, blank=True)
    avatar_sha256 = models.CharField(max_length=64, blank=True, default="")  # the picture we keep of it
    profile_url = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=16, choices=ConnectionState.choices, default=ConnectionState.LIVE)
    frozen = models.BooleanField(default=False)
    wait_until = models.DateTimeField(null=True)  # the network asked this account for patience
    connected_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="connection_public_id"),
            models.UniqueConstraint(
                fields=["organization", "network", "server", "account_id"],
                condition=~models.Q(state=ConnectionState.DISCONNECTED),
                name="one_live_connection_per_account",
            ),
            models.CheckConstraint(condition=models.Q(state__in=ConnectionState.values), name="connection_state_known"),
        ]

    def __str__(self) -> str:
        return f"{self.handle} ({self.network})"


class StoredGrant(OrganizationModel):
    """The sealed grant of a connection (AES-GCM; see `integrations/tokens.py`). Ending it deletes the row."""

    connection = models.OneToOneField(Connection, on_delete=models.CASCADE, related_name="stored_grant")
    sealed = models.BinaryField()
    key_id = models.CharField(max_length=16)
    environment = models.CharField(max_length=40)
    expires_at = models.DateTimeField(null=True)
    refresh_lease_until = models.DateTimeField(null=True)
    # Three clocks (`integrations/grant_clocks.py`); each is null where nothing is to come.
    renew_at = models.DateTimeField(null=True)  # ahead of its end, where it can be renewed
    warn_at = models.DateTimeField(null=True)  # where it cannot: the person must connect again
    check_at = models.DateTimeField(null=True)  # nobody heard for a day whether the network still takes it
    failures = models.PositiveSmallIntegerField(default=0)  # renewals or checks in a row that told nothing good
    fence = models.PositiveIntegerField(default=0)  # rises with each stored pair; a late refresh loses
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        indexes = [
            models.Index(fields=["organization", "key_id"]),
            *(
                models.Index(fields=[clock], condition=models.Q(**{f"{clock}__isnull": False}), name=f"grant_{clock}")
                for clock in ("renew_at", "warn_at", "check_at")
            ),
        ]


class ServerApp(models.Model):
    """Our app at one host of a network that has many (Mastodon). Global: the app serves every company."""

    network = models.CharField(max_length=20)
    server = models.CharField(max_length=200)
    client_id = models.CharField(max_length=200)
    sealed_secret = models.BinaryField()
    key_id = models.CharField(max_length=16)
    redirect_uri = models.CharField(max_length=300)
    scopes = models.CharField(max_length=300)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["network", "server", "redirect_uri"], name="one_app_per_server")]


class Server(models.Model):
    """What one host of a network that has many said of its own limits (`integrations/server_readings.py`). Global: a
    host limits everybody alike. Kept as long as somebody is connected there."""

    network = models.CharField(max_length=20)
    server = models.CharField(max_length=200)
    limits = models.JSONField(default=dict)  # `ServerLimits.kept`; empty: it said nothing that can be meant
    read_at = models.DateTimeField(null=True)  # when it last answered
    ask_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["network", "server"], name="one_row_per_server")]
        indexes = [models.Index(fields=["ask_at"], name="server_ask_at")]


class OAuthState(models.Model):
    """A sign-in at a network that is under way. Global: the callback's address names no company.

    Bound to person, company and network; single use; ten minutes.
    """

    state_sha256 = models.CharField(max_length=64, unique=True)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="oauth_states")
    member_public_id = models.CharField(max_length=16)
    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    network = models.CharField(max_length=20)
    server = models.CharField(max_length=200, blank=True)
    sealed_verifier = models.BinaryField()
    key_id = models.CharField(max_length=16)
    share_public_id = models.CharField(max_length=16, blank=True)  # the draft to come back to
    asked_scopes = models.TextField(blank=True)  # joined with spaces; some networks do not say what they granted
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
