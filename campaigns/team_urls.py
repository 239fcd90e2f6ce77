"""A manager's addresses of a company."""

from django.urls import path

from campaigns.views import team

urlpatterns = [
    path("team/", team.team, name="team"),
    path("team/thank/", team.team_thank, name="team_thank"),
]
