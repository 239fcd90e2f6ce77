"""Pages before a company is known: the landing page, "My companies" and starting a company."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.actions.organizations import sign_up_company as sign_up
from accounts.forms import CompanyForm
from accounts.models import Organization
from accounts.selectors.members import companies_of
from accounts.views.answers import acted_on_form


def home(request: HttpRequest) -> HttpResponse:
    """A visitor reads what this is; a signed-in person goes on to their company."""
    if request.user.is_authenticated:
        companies = companies_of(request.user)
        return redirect("this_week", companies[0].slug) if len(companies) == 1 else redirect("my_companies")
    return TemplateResponse(request, "accounts/home.html")


@login_required
def my_companies(request: HttpRequest) -> HttpResponse:
    assert request.user.is_authenticated  # login_required
    return TemplateResponse(request, "accounts/my_companies.html", {"companies": companies_of(request.user)})


@login_required
def sign_up_company(request: HttpRequest) -> HttpResponse:
    assert request.user.is_authenticated  # login_required
    user = request.user
    start = {"language": translation.get_language() or "en", "time_zone": user.time_zone or "UTC"}
    form = CompanyForm(request.POST or None, initial=start)
    made: list[Organization] = []

    def act() -> None:
        made.append(sign_up(user=user, **form.cleaned_data)[0])

    if request.method == "POST" and acted_on_form(form, act):
        messages.success(request, _("%(company)s is ready. Here are your first steps.") % {"company": made[0].name})
        return redirect("setup", made[0].slug)
    return TemplateResponse(request, "accounts/sign_up_company.html", {"form": form})
