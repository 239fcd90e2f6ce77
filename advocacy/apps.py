"""The wiring; its checks run at start."""

from django.apps import AppConfig


class AdvocacyConfig(AppConfig):
    name = "advocacy"

    def ready(self) -> None:
        from advocacy import checks  # noqa: F401  # registers the checks
