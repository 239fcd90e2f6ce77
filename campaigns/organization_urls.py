"""A company's addresses of the product: a person's own pages first, the curator's and the manager's after them.

What comes in stands before the library, whose addresses begin with whatever a story is called.
"""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("campaigns.person_organization_urls")),
    path("", include("campaigns.inbox_urls")),
    path("", include("campaigns.telling_urls")),
    path("", include("campaigns.library_urls")),
    path("", include("campaigns.team_urls")),
    path("", include("campaigns.programme_urls")),
]
