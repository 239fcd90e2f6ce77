"""Companies: the global row that gives a tenant its address, and the tenant's own settings and teams."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.identifiers import new_public_id
from accounts.tenancy import OrganizationModel


class Purpose(models.TextChoices):
    """What the programme is for; decides example items, result kinds and the default disclosure."""

    CUSTOMERS = "customers", _("Customers")
    SALES = "sales", _("Sales")
    HIRING = "hiring", _("Hiring")
    PARTNERS = "partners", _("Partners")
    REPUTATION = "reputation", _("Reputation")
    COMMUNITY = "community", _("Community")


class Organization(models.Model):
    """A tenant. Global: it is looked up before a company is known, so it holds nothing but its address."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id)
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    frozen = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class OrganizationSettings(OrganizationModel):
    """How this company runs its programme; exactly one row an organization."""

    purpose = models.CharField(max_length=16, choices=Purpose.choices, default=Purpose.REPUTATION)
    language = models.CharField(max_length=10, default="en")
    time_zone = models.CharField(max_length=64, default="UTC")
    introduction = models.TextField(blank=True)  # the company's own sentence on the invitation page
    disclosure = models.CharField(max_length=120, blank=True)
    disclosures = models.JSONField(default=list)  # lines of its own: campaigns/disclosure_rules.py reads them
    country = models.CharField(max_length=2, blank=True)  # whose law holds for people who named no country
    avoided_words = models.TextField(blank=True)  # one a line; after "=" what the company says instead
    networks = models.JSONField(default=list)  # keys of the networks people may connect here
    monthly_ceilings = models.JSONField(default=dict)  # US dollars a month, by the key of a network that takes money
    closed_doors = models.JSONField(default=list)  # approval doors this company closed (design.md, promise 1)
    setup_done = models.JSONField(default=list)  # steps of the first hour that are done or skipped
    updated_at = models.DateTimeField(auto_now=True)

    @property
    def avoided_lines(self) -> list[str]:
        return [line for text in self.avoided_words.splitlines() if (line := text.strip())]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization"], name="settings_once_per_organization")]


class Team(OrganizationModel):
    """A group items can be addressed to and a manager can cheer on."""

    public_id = models.CharField(max_length=16, default=new_public_id)
    name = models.CharField(max_length=80)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="team_public_id"),
            models.UniqueConstraint(fields=["organization", "name"], name="team_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class TeamMember(OrganizationModel):
    """A member's place in a team; `leads` marks the team's manager."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="places")
    member = models.ForeignKey("accounts.Member", on_delete=models.CASCADE, related_name="places")
    leads = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "member"], name="one_place_per_team")]
