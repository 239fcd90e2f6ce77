"""The API's addresses under /api/v1/: every company's below its own, and the schema with its page.

The schema is public; everything else asks for a personal key.
"""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView
from rest_framework.permissions import AllowAny

from accounts.api import schema as _  # noqa: F401  # tells the schema about personal keys
from advocacy.api_page import api_page

OPEN = {"authentication_classes": [], "permission_classes": [AllowAny]}

urlpatterns = [
    path("o/<slug:organization>/", include("accounts.api.urls")),
    path("o/<slug:organization>/", include("integrations.api.urls")),
    path("o/<slug:organization>/", include("campaigns.api.urls")),
    path("schema/", SpectacularAPIView.as_view(**OPEN), name="api_schema"),
    path("", api_page, name="api_page"),
]
