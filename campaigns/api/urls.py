"""Addresses of the API below a company's."""

from django.urls import path

from campaigns.api.content import Campaigns, Items, Library, OneItem, ReleaseItem
from campaigns.api.inbox import AcceptSuggestion, DeclineSuggestion, Inbox, Suggestions, TakeBackSuggestion
from campaigns.api.recognition import Boards, Points
from campaigns.api.shares import (
    ApproveShare,
    AskForReview,
    MoveShare,
    OneShare,
    Shares,
    TakeBackFromReview,
    WithdrawShare,
)
from campaigns.api.teams import TeamFigures
from campaigns.api.wordings import Messages, PassMessage

urlpatterns = [
    path("items/", Items.as_view(), name="api_items"),
    path("items/<slug:public_id>/", OneItem.as_view(), name="api_item"),
    path("library/", Library.as_view(), name="api_library"),
    path("library/<slug:public_id>/release/", ReleaseItem.as_view(), name="api_release"),
    path("library/<slug:public_id>/messages/", Messages.as_view(), name="api_messages"),
    path("library/<slug:public_id>/messages/<slug:message>/pass/", PassMessage.as_view(), name="api_message_pass"),
    path("inbox/", Inbox.as_view(), name="api_inbox"),
    path("inbox/<slug:public_id>/accept/", AcceptSuggestion.as_view(), name="api_accept"),
    path("inbox/<slug:public_id>/decline/", DeclineSuggestion.as_view(), name="api_decline"),
    path("suggestions/", Suggestions.as_view(), name="api_suggestions"),
    path("suggestions/<slug:public_id>/take-back/", TakeBackSuggestion.as_view(), name="api_suggestion_take_back"),
    path("campaigns/", Campaigns.as_view(), name="api_campaigns"),
    path("shares/", Shares.as_view(), name="api_shares"),
    path("shares/<slug:public_id>/", OneShare.as_view(), name="api_share"),
    path("shares/<slug:public_id>/withdraw/", WithdrawShare.as_view(), name="api_withdraw"),
    path("shares/<slug:public_id>/ask-for-review/", AskForReview.as_view(), name="api_ask_for_review"),
    path("shares/<slug:public_id>/take-back/", TakeBackFromReview.as_view(), name="api_take_back"),
    path("shares/<slug:public_id>/move/", MoveShare.as_view(), name="api_move"),
    path("shares/<slug:public_id>/approve/", ApproveShare.as_view(), name="api_approve"),
    path("points/", Points.as_view(), name="api_points"),
    path("board/", Boards.as_view(), name="api_board"),
    path("team/", TeamFigures.as_view(), name="api_team"),
]
