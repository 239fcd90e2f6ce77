"""The app of people and companies."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
