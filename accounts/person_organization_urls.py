"""A person's own pages in one company."""

from django.urls import path

from accounts.views import guidelines, keys, leaving, me

urlpatterns = [
    path("me/", me.me, name="me"),
    path("me/consent/", me.me_consent, name="me_consent"),
    path("me/stored/", me.stored, name="stored"),
    path("me/record/", me.my_record, name="my_record"),
    path("me/leave/", leaving.leave, name="leave"),
    path("our-guidelines/", guidelines.our_guidelines, name="our_guidelines"),
    path("me/keys/", keys.keys, name="keys"),
    path("me/keys/<slug:public_id>/revoke/", keys.revoke, name="revoke_key"),
]
