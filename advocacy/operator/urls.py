"""The operator's addresses, outside any company."""

from django.urls import path

from advocacy.operator import views

urlpatterns = [
    path("", views.operator, name="operator"),
    path("stop/", views.operator_stop, name="operator_stop"),
    path("go-on/", views.operator_go_on, name="operator_go_on"),
    path("release/", views.operator_release, name="operator_release"),
]
