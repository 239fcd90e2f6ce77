"""The API's view of announcements: what is addressed to the key's person, and *Read*, which nobody else sees."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import PersonView, once
from campaigns.access import announcement_for
from campaigns.actions.announcements import read_announcement
from campaigns.models import Item
from campaigns.selectors.interests import reader_of
from campaigns.selectors.items import unread_announcements


class AnnouncementSerializer(serializers.ModelSerializer[Item]):
    id = serializers.CharField(source="public_id", read_only=True)
    source_name = serializers.CharField(source="source", read_only=True)

    class Meta:
        model = Item
        fields = ["id", "title", "summary", "destination", "source_name", "language", "release_at", "expires_at"]
        read_only_fields = fields


@extend_schema_view(get=extend_schema(operation_id="announcements_list", summary="What I have not read yet"))
class Announcements(PersonView, generics.ListAPIView[Item]):
    serializer_class = AnnouncementSerializer

    def get_queryset(self) -> QuerySet[Item]:
        if self.drawn_for_schema:
            return Item.objects.none()
        return unread_announcements(self.me, reader_of(self.me), at=timezone.now())


class ReadAnnouncement(PersonView):
    @extend_schema(
        operation_id="announcements_read",
        summary="I have read it; nobody else sees that",
        request=None,
        responses=AnnouncementSerializer,
    )
    @once
    def post(self, request: Request, public_id: str) -> Response:
        announcement = announcement_for(self.me, public_id)
        read_announcement(announcement, by=self.me)
        return Response(AnnouncementSerializer(announcement).data)
