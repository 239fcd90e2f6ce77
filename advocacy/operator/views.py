"""The operator's page: figures in words, and the few deliberate acts. Strangers meet 404."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.db import Error as DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import OperatorAct, OperatorDoor, User
from accounts.views.answers import acted
from advocacy.operator import acts, words
from advocacy.operator.costs import cost_tables
from campaigns.publishing.restored import release_ahead
from campaigns.selectors.engine_figures import EngineFigures, engine_figures
from integrations.limits import is_of_another_epoch

LATEST_ACTS = 10
View = Callable[..., HttpResponseBase]


def for_operator(view: View) -> View:
    """Only whom `manage.py make_operator` named; to everybody else the page is not there."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not request.user.is_staff:
            raise Http404("There is nothing here.")
        return view(request, *args, **kwargs)

    return never_cache(guarded)


@for_operator
@require_GET
def operator(request: HttpRequest) -> HttpResponse:
    try:
        figures = engine_figures(fresh=True)
    except DatabaseError:  # a question took too long: the page must open all the same, for its buttons
        figures = None
    return render(request, "operator/page.html", _page(figures))


def _page(figures: EngineFigures | None) -> dict[str, Any]:
    shown: dict[str, Any] = {"switches": _switches(figures), "acts": _latest_acts(), "figures": figures}
    if figures is None:
        return shown
    tables = [*words.tables(figures), *cost_tables(now=timezone.now())]
    return shown | {"concerns": words.concerns(figures), "tables": tables}


def _switches(figures: EngineFigures | None) -> list[dict[str, Any]]:
    stops = {stop.network: stop for stop in (figures.stops if figures else ())}
    return [
        {"scope": scope, "label": words.scope_label(scope), "stop": stops.get(scope.partition(":")[2])}
        for scope in acts.scopes()
    ]


def _latest_acts() -> list[words.Done]:
    return words.done(OperatorAct.objects.select_related("by").order_by("-id")[:LATEST_ACTS])


@for_operator
@require_POST
def operator_stop(request: HttpRequest) -> HttpResponse:
    scope, because = request.POST.get("scope", ""), request.POST.get("because", "")
    done = _("Posting is stopped there. What is on its way at this moment still ends by itself.")
    acted(request, lambda: acts.stop_posting(scope, because=because, by=_me(request), door=OperatorDoor.PAGE), done)
    return redirect("operator")


@for_operator
@require_POST
def operator_go_on(request: HttpRequest) -> HttpResponse:
    scope, because = request.POST.get("scope", ""), request.POST.get("because", "")
    done = _("Posting goes on. What waited two hours or longer asks its person first.")
    go_on = acts.let_posting_go_on
    acted(request, lambda: go_on(scope, because=because, by=_me(request), door=OperatorDoor.PAGE), done)
    return redirect("operator")


@for_operator
@require_http_methods(["GET", "POST"])
def operator_release(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _release(request)
    ahead = release_ahead() if is_of_another_epoch() else None
    too_many = ahead is not None and ahead.touched > acts.MOST_ON_THE_PAGE
    return render(request, "operator/release.html", {"ahead": ahead, "too_many": too_many})


def _release(request: HttpRequest) -> HttpResponse:
    if request.POST.get("ended") != "yes":
        messages.error(request, _("First end every program of the earlier life, then say so with the tick."))
        return redirect("operator_release")
    done = _("The database is released. Networks are being asked about what may be out; people about the rest.")
    release = acts.release_database
    acted(request, lambda: release(by=_me(request), door=OperatorDoor.PAGE), done)
    return redirect("operator")


def _me(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
