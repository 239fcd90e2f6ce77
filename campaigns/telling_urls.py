"""How a person is told of things: their own pages in one company."""

from django.urls import URLPattern, URLResolver, path

from campaigns.views import calendar_feed, notices, telling

urlpatterns: list[URLPattern | URLResolver] = [
    path("me/telling/", telling.telling, name="telling"),
    path("me/telling/now/", telling.weekly_mail_now, name="weekly_mail_now"),
    path("me/telling/calendar/", calendar_feed.calendar_change, name="calendar_change"),
    path("notices/", notices.notices, name="notices"),
    path("notices/read/", notices.notices_read, name="notices_read"),
    path("notices/<slug:public_id>/open/", notices.notice_open, name="notice_open"),
]
