"""The choice of language at the foot of every page, before and after somebody signs in."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.http import require_POST

YEAR = 365 * 24 * 3600


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Speak another language from now on: in this browser and, for a person we know, everywhere.

    The sign-in is global and belongs to no company, so no company's audit carries this.
    """
    chosen = request.POST.get("language", "")
    response = HttpResponseRedirect(_back(request))
    if chosen not in dict(settings.LANGUAGES) or not check_for_language(chosen):
        return response
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, chosen, max_age=YEAR, samesite="Lax", secure=settings.PRODUCTION, httponly=True
    )
    if request.user.is_authenticated:
        request.user.language = chosen
        request.user.save(update_fields=["language"])
    return response


def _back(request: HttpRequest) -> str:
    """The page the person came from, if it is one of ours."""
    wanted = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if ours else "/"
