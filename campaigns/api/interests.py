"""The API's view of *What interests me*: topics and languages of the person behind the key, for nobody else."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import PersonView, once
from accounts.models import Member
from campaigns.access import topic_for
from campaigns.actions.interests import add_interest, choose_languages, forget_interests, remove_interest
from campaigns.models import Topic, TopicChoice
from campaigns.selectors.interests import interests_page


class InterestSerializer(serializers.Serializer[Any]):
    """A topic of the company. `weight` is what it counts for my list: below nothing where I said it is not my field.

    `is_said`: I added it myself; else it was picked up from what I opened.
    """

    id = serializers.CharField()
    name = serializers.CharField()
    weight = serializers.IntegerField()
    is_said = serializers.BooleanField()


class InterestsSerializer(serializers.Serializer[Any]):
    topics = InterestSerializer(many=True)
    languages = serializers.ListField(child=serializers.CharField())


class LanguagesSerializer(serializers.Serializer[Any]):
    """None means my own language again."""

    languages = serializers.ListField(child=serializers.CharField(max_length=10), max_length=len(settings.LANGUAGES))


def _answer(member: Member) -> Response:
    page = interests_page(member)
    mine = [_line(one.topic, one.weight, is_said=one.choice == TopicChoice.ADDED) for one in page.mine]
    others = [_line(topic, 0, is_said=False) for topic in page.others]
    told = {"topics": [*mine, *others], "languages": sorted(page.languages)}
    return Response(InterestsSerializer(told).data)


def _line(topic: Topic, weight: int, *, is_said: bool) -> dict[str, Any]:
    return {"id": topic.public_id, "name": topic.name, "weight": weight, "is_said": is_said}


class Interests(PersonView):
    @extend_schema(operation_id="interests_read", summary="What interests me", responses=InterestsSerializer)
    def get(self, request: Request) -> Response:
        return _answer(self.me)

    @extend_schema(
        operation_id="interests_languages",
        summary="Say which languages I read",
        request=LanguagesSerializer,
        responses=InterestsSerializer,
    )
    @once
    def patch(self, request: Request) -> Response:
        asked = LanguagesSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        choose_languages(asked.validated_data["languages"], by=self.me)
        return _answer(self.me)


class AddInterest(PersonView):
    @extend_schema(
        operation_id="interests_add", summary="I care for this topic", request=None, responses=InterestsSerializer
    )
    @once
    def post(self, request: Request, public_id: str) -> Response:
        add_interest(topic_for(self.me, public_id), by=self.me)
        return _answer(self.me)


class RemoveInterest(PersonView):
    @extend_schema(
        operation_id="interests_remove", summary="It counts for nothing", request=None, responses=InterestsSerializer
    )
    @once
    def post(self, request: Request, public_id: str) -> Response:
        remove_interest(topic_for(self.me, public_id), by=self.me)
        return _answer(self.me)


class ForgetInterests(PersonView):
    @extend_schema(
        operation_id="interests_forget",
        summary="Begin anew; stories put aside stay aside",
        request=None,
        responses=InterestsSerializer,
    )
    @once
    def post(self, request: Request) -> Response:
        forget_interests(by=self.me)
        return _answer(self.me)
