"""Addresses of the API below a company's."""

from django.urls import path

from campaigns.api.announcements import Announcements, ReadAnnouncement
from campaigns.api.content import Campaigns, Items, Library, OneItem, OneStory, ReleaseItem
from campaigns.api.inbox import AcceptSuggestion, DeclineSuggestion, Inbox, Suggestions, TakeBackSuggestion
from campaigns.api.interests import AddInterest, ForgetInterests, Interests, RemoveInterest
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
    path("library/<slug:public_id>/", OneStory.as_view(), name="api_story"),
    path("library/<slug:public_id>/release/", ReleaseItem.as_view(), name="api_release"),
    path("library/<slug:public_id>/messages/", Messages.as_view(), name="api_messages"),
    path("library/<slug:public_id>/messages/<slug:message>/pass/", PassMessage.as_view(), name="api_message_pass"),
    path("inbox/", Inbox.as_view(), name="api_inbox"),
    path("inbox/<slug:public_id>/accept/", AcceptSuggestion.as_view(), name="api_accept"),
    path("inbox/<slug:public_id>/decline/", DeclineSuggestion.as_view(), name="api_decline"),
    path("suggestions/", Suggestions.as_view(), name="api_suggestions"),
    path("suggestions/<slug:public_id>/take-back/", TakeBackSuggestion.as_view(), name="api_suggestion_take_back"),
    path("campaigns/", Campaigns.as_view(), name="api_campaigns"),
    path("announcements/", Announcements.as_view(), name="api_announcements"),
    path("announcements/<slug:public_id>/read/", ReadAnnouncement.as_view(), name="api_announcement_read"),
    path("interests/", Interests.as_view(), name="api_interests"),
    path("interests/forget/", ForgetInterests.as_view(), name="api_interests_forget"),
    path("interests/<slug:public_id>/add/", AddInterest.as_view(), name="api_interest_add"),
    path("interests/<slug:public_id>/remove/", RemoveInterest.as_view(), name="api_interest_remove"),
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
