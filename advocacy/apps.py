"""The wiring; its checks run at start."""

from django.apps import AppConfig


class AdvocacyConfig(AppConfig):
    name = "advocacy"

    def ready(self) -> None:
        from advocacy import celery, checks  # noqa: F401  # names the broker for every process; registers the checks
