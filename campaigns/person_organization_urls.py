"""A person's own pages in one company: this week, the composer, the queue, results and boards."""

from django.urls import URLPattern, URLResolver, path

from campaigns.views import (
    after_post,
    approve,
    boards,
    by_hand,
    composer,
    finish_task,
    interests,
    own_posts,
    pauses,
    plan_week,
    queue,
    results,
    reviews,
    this_week,
    week,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", this_week.this_week, name="this_week"),
    path("own/", own_posts.own_post_new, name="own_post_new"),
    path("plan/", plan_week.plan_week, name="plan_week"),
    path("plan/<slug:public_id>/", plan_week.plan_step, name="plan_step"),
    path("seen/", this_week.stories_seen, name="stories_seen"),
    path("announcements/<slug:public_id>/read/", this_week.announcement_read, name="announcement_read"),
    path("interests/", interests.interests, name="interests"),
    path("interests/languages/", interests.interest_languages, name="interest_languages"),
    path("interests/forget/", interests.interests_forget, name="interests_forget"),
    path("interests/<slug:public_id>/add/", interests.interest_add, name="interest_add"),
    path("interests/<slug:public_id>/remove/", interests.interest_remove, name="interest_remove"),
    path("how-this-list-is-made/", interests.how_made, name="how_made"),
    path("items/<slug:public_id>/", this_week.item, name="item"),
    path("items/<slug:public_id>/share/", this_week.item_share, name="item_share"),
    path("items/<slug:public_id>/done/", finish_task.task_finish, name="task_finish"),
    path("items/<slug:public_id>/not-done/", finish_task.task_take_back, name="task_take_back"),
    path("tasks/<slug:public_id>/photo/", finish_task.task_photo, name="task_photo"),
    path("first-steps/put-away/", finish_task.ladder_leave, name="ladder_leave"),
    path("items/<slug:public_id>/skip/", this_week.item_skip, name="item_skip"),
    path("items/<slug:public_id>/unskip/", this_week.item_unskip, name="item_unskip"),
    path("shares/<slug:public_id>/", composer.compose, name="compose"),
    path("shares/<slug:public_id>/live/", composer.compose_live, name="compose_live"),
    path("shares/<slug:public_id>/delete/", own_posts.draft_delete, name="draft_delete"),
    path("shares/<slug:public_id>/approve/", approve.approve, name="approve"),
    path("shares/<slug:public_id>/ask-review/", reviews.ask_review, name="share_ask_review"),
    path("shares/<slug:public_id>/move/", week.share_move, name="share_move"),
    path("shares/<slug:public_id>/by-hand/", by_hand.by_hand, name="by_hand"),
    *[
        path(f"shares/<slug:public_id>/{act.replace('_', '-')}/", queue.act_on_share, {"act": act}, name=f"share_{act}")
        for act in queue.ACTS
    ],
    path("shares/<slug:public_id>/after/", after_post.share_after, name="share_after"),
    path("to-read/", reviews.to_read, name="to_read"),
    path("to-read/<slug:public_id>/", reviews.read_text, name="read_text"),
    path("queue/", queue.queue, name="queue"),
    path("queue/pause/", pauses.pause, name="posting_pause"),
    path("queue/resume/", pauses.resume, name="posting_resume"),
    path("results/", results.my_results, name="my_results"),
    path("boards/", boards.boards, name="boards"),
]
