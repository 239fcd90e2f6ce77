"""Addresses without a company in them: landing, companies, and (in `person_urls`) links that people were mailed."""

from django.urls import include, path

from accounts.views import companies

urlpatterns = [
    path("", companies.home, name="home"),
    path("companies/", companies.my_companies, name="my_companies"),
    path("start/", companies.sign_up_company, name="sign_up_company"),
    path("", include("accounts.person_urls")),
]
