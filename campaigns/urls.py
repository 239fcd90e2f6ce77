"""Addresses without a company: the tracked links in people's posts, and links that people were mailed."""

from django.urls import URLPattern, URLResolver, path

from campaigns.views import calendar_feed, links, mailed

urlpatterns: list[URLPattern | URLResolver] = [
    path("l/<slug:code>/", links.tracked_link, name="tracked_link"),
    path("l/<slug:code>", links.tracked_link),
    path("m/<str:token>/", mailed.mailed_story, name="mailed_story"),
    path("m/<str:token>/not-for-me/", mailed.mailed_not_for_me, name="mailed_not_for_me"),
    path("m/<str:token>/draft/", mailed.mailed_draft, name="mailed_draft"),
    path("calendar/<str:token>.ics", calendar_feed.calendar_feed, name="calendar_feed"),
    path("p/<str:token>", mailed.mail_picture, name="mail_picture"),
]
