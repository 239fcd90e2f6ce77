"""`manage.py shell_in <slug>`: a shell that acts for one company, as the application's role."""

from __future__ import annotations

import code
from argparse import ArgumentParser
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError

from accounts.models import Organization
from accounts.tenancy import acting_in


class Command(BaseCommand):
    help = "Opens a Python shell inside one company; leaving with an error undoes what was done."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="the company's part of the address: /o/<slug>/")

    def handle(self, *args: Any, slug: str, **options: Any) -> None:
        organization = Organization.objects.filter(slug=slug).first()
        if organization is None:
            raise CommandError(f"No company has the address /o/{slug}/.")
        names = {model.__name__: model for model in apps.get_models()}
        with acting_in(organization):
            code.interact(banner=f"Acting in {organization.name}.", local={**names, "organization": organization})
