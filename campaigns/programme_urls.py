"""A company's addresses of the product for who runs the programme."""

from django.urls import path

from campaigns.views import disclosures

urlpatterns = [
    path("disclosures/", disclosures.disclosures, name="disclosures"),
    path("disclosures/drop/", disclosures.disclosure_drop, name="disclosure_drop"),
]
