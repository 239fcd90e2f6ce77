"""The app of the outside world."""

from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    name = "integrations"
