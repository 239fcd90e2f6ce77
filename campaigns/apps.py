"""The app of the product itself."""

from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    name = "campaigns"
