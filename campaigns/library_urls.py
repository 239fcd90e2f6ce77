"""The curator's addresses of a company, and its pictures."""

from django.urls import path

from campaigns.views import calendar, campaigns, costs, item_editor, item_file, library, media, wordings

urlpatterns = [
    path("library/", library.library, name="library"),
    path("library/new/", library.item_new, name="item_new"),
    path("library/to-pass/", wordings.to_pass, name="to_pass"),
    path("library/calendar/", calendar.calendar, name="story_calendar"),
    path("library/<slug:public_id>/move/", calendar.item_move, name="item_move"),
    path("library/<slug:public_id>/", item_editor.item_edit, name="item_edit"),
    path("library/<slug:public_id>/file/", item_file.item_file, name="item_file"),
    path("library/<slug:public_id>/file/begin/", item_file.item_file_begin, name="item_file_begin"),
    path("library/<slug:public_id>/file/change/", item_file.item_file_change, name="item_file_change"),
    path("library/<slug:public_id>/file/<slug:upload>/", item_file.item_file_piece, name="item_file_piece"),
    path("library/<slug:public_id>/release/", item_editor.item_release, name="item_release"),
    path("library/<slug:public_id>/end/", item_editor.item_end, name="item_end"),
    path("library/<slug:public_id>/discard/", item_editor.item_discard, name="item_discard"),
    path("library/<slug:public_id>/end-links/", item_editor.item_end_links, name="item_end_links"),
    path("library/<slug:public_id>/messages/", wordings.message_new, name="message_new"),
    path("library/<slug:public_id>/messages/<slug:message>/", wordings.message_change, name="message_change"),
    path("library/<slug:public_id>/messages/<slug:message>/pass/", wordings.message_pass, name="message_pass"),
    path("library/<slug:public_id>/questions/", wordings.angle_new, name="angle_new"),
    path("library/<slug:public_id>/questions/<slug:angle>/", wordings.angle_remove, name="angle_remove"),
    path("campaigns/", campaigns.campaigns, name="campaigns"),
    path("campaigns/<slug:public_id>/", campaigns.campaign_edit, name="campaign_edit"),
    path("campaigns/<slug:public_id>/archive/", campaigns.campaign_archive, name="campaign_archive"),
    path("networks/costs/", costs.network_costs, name="network_costs"),
    path("media/<slug:sha256>/", media.media, name="media"),
]
