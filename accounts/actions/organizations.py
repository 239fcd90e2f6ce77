"""A company begins here: its address, settings, first owner and first guidelines, in one transaction."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.actions.guidelines import publish_guidelines
from accounts.audit import audit
from accounts.guideline_texts import defaults_in_every_language
from accounts.identifiers import new_public_id
from accounts.models import Member, Organization, OrganizationSettings, Purpose, User
from accounts.refusals import BadInput
from accounts.roles import Role
from accounts.tenancy import acting_in
from accounts.time_zones import zone_names

RESERVED_SLUGS = frozenset({"new", "api", "admin", "static", "media", "health", "help"})


def sign_up_company(
    *, user: User, name: str, purpose: str, language: str, time_zone: str
) -> tuple[Organization, Member]:
    """A new company with `user` as its owner. Its slug is made from the name and never changes."""
    name = " ".join(name.split())
    if not name or len(name) > 120:
        raise BadInput(_("Please give the company's name (up to 120 characters)."), field="name")
    if purpose not in Purpose.values:
        raise BadInput(_("Please say what the programme is for."), field="purpose")
    if language not in dict(settings.LANGUAGES):
        raise BadInput(_("We do not speak this language yet."), field="language")
    if time_zone not in zone_names():
        raise BadInput(_("We do not know this time zone."), field="time_zone")
    with transaction.atomic():
        organization = Organization.objects.create(name=name, slug=_free_slug(name))
        with acting_in(organization):
            owner = _found(organization, user, purpose=purpose, language=language, time_zone=time_zone)
    return organization, owner


def _found(organization: Organization, user: User, *, purpose: str, language: str, time_zone: str) -> Member:
    networks = [key for name in settings.FIRST_NETWORKS for key in import_string(name)()]
    answered = ["purpose"]  # the first step was part of signing up
    place = {"language": language, "time_zone": time_zone}
    OrganizationSettings.objects.create(purpose=purpose, networks=networks, setup_done=answered, **place)
    owner = Member.objects.create(
        user=user, email=user.email, name=user.name, role=Role.OWNER, invited=False, language=user.language
    )
    publish_guidelines(by=owner, texts=defaults_in_every_language())
    audit("sign_up_company", by=owner, subject=f"organization {organization.public_id}", purpose=purpose)
    return owner


def _free_slug(name: str) -> str:
    """From the name in plain letters; a name in other scripts, or one that is taken, gets random characters."""
    slug = slugify(name)[:40]
    if not slug:
        return f"company-{new_public_id()[:6]}"
    if slug in RESERVED_SLUGS or Organization.objects.filter(slug=slug).exists():
        return f"{slug}-{new_public_id()[:6]}"
    return slug
