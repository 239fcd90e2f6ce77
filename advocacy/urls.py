"""Every address. A company's pages live under /o/<slug>/, its API under /api/v1/o/<slug>/."""

from django.conf import settings
from django.urls import include, path

from advocacy import web_app
from advocacy.language import choose_language
from advocacy.metrics import metrics

handler400 = "advocacy.errors.bad_request"
handler403 = "advocacy.errors.permission_denied"
handler404 = "advocacy.errors.page_not_found"
handler500 = "advocacy.errors.server_error"

urlpatterns = [
    path("", include("accounts.urls")),
    path("", include("integrations.urls")),
    path("", include("campaigns.urls")),
    path("accounts/", include("allauth.urls")),
    path("o/<slug:organization>/", include("accounts.organization_urls")),
    path("o/<slug:organization>/", include("integrations.organization_urls")),
    path("o/<slug:organization>/", include("campaigns.organization_urls")),
    path("api/v1/", include("advocacy.api")),
    path("health/", include("advocacy.health")),
    path("metrics", metrics, name="metrics"),
    path("operator/", include("advocacy.operator.urls")),
    path("app.webmanifest", web_app.web_manifest, name="web_manifest"),
    path("favicon.ico", web_app.favicon, name="favicon"),
    path("service-worker.js", web_app.service_worker, name="service_worker"),
    path("offline/", web_app.offline, name="offline"),
    path("share/", web_app.share_here, name="share_here"),
    path("language/", choose_language, name="choose_language"),
]
if settings.SHOWS_DESIGN:
    from advocacy.design import design

    urlpatterns.append(path("design/", design, name="design"))
if settings.SHOWS_MAILBOX:
    urlpatterns.append(path("mailbox/", include("accounts.mailbox_urls")))
