"""Where stories come in: suggestions of everybody, and the curators' inbox, feeds and files of stories."""

from django.urls import path

from campaigns.views import feeds, inbox, item_import, suggestions

urlpatterns = [
    path("suggest/", suggestions.suggest, name="suggest"),
    path("suggest/anywhere/", suggestions.suggest_anywhere, name="suggest_anywhere"),
    path("suggest/<slug:public_id>/take-back/", suggestions.suggestion_take_back, name="suggestion_take_back"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/<slug:public_id>/accept/", inbox.inbox_accept, name="inbox_accept"),
    path("inbox/<slug:public_id>/decline/", inbox.inbox_decline, name="inbox_decline"),
    path("feeds/", feeds.feeds, name="feeds"),
    path("feeds/<slug:public_id>/", feeds.feed_one, name="feed_one"),
    path("feeds/<slug:public_id>/test/", feeds.feed_test, name="feed_test"),
    path("feeds/<slug:public_id>/change/", feeds.feed_change, name="feed_change"),
    *[
        path(f"feeds/<slug:public_id>/{act}/", feeds.feed_act, {"act": act}, name=f"feed_{act}")
        for act in feeds.FEED_ACTS
    ],
    path("library/import/", item_import.item_import, name="item_import"),
    path("library/import/<slug:public_id>/", item_import.item_import_one, name="item_import_one"),
    *[
        path(
            f"library/import/<slug:public_id>/{act.replace('_', '-')}/",
            item_import.item_import_act,
            {"act": act},
            name=f"item_import_{act}",
        )
        for act in item_import.IMPORT_ACTS
    ],
]
