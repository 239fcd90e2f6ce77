"""An example of every action of `campaigns`, for the test that each writes its audit row."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.actions.consent import name_on_boards
from accounts.actions.guidelines import accept_guidelines
from accounts.consent_texts import current_version
from accounts.models import Member
from accounts.roles import Role
from accounts.selectors.guidelines import current_guidelines
from campaigns.actions import (
    announcements,
    answers,
    by_hand,
    calendar,
    campaigns,
    departures,
    disclosures,
    drafts,
    feeds,
    figures,
    inbox,
    interests,
    item_import,
    items,
    ladder,
    media,
    media_uploads,
    messages,
    notices,
    own_posts,
    pauses,
    point_corrections,
    points,
    post_figures,
    proposals,
    reviews,
    shares,
    skips,
    stories,
    suggestions,
    task_proofs,
    thanks,
    weekly_mail,
)
from campaigns.disclosure_rules import CompanyLine
from campaigns.models import (
    Activity,
    Angle,
    Campaign,
    Evidence,
    FigureReading,
    Item,
    ItemImport,
    ItemKind,
    ItemState,
    MailedStory,
    Media,
    MediaUpload,
    Message,
    Proof,
    Share,
    Suggestion,
    TaskDone,
    Topic,
)
from campaigns.picture_decoding import decode_picture
from campaigns.selectors.messages import message_sha256
from campaigns.selectors.reviews import words_sha256
from campaigns.share_lifecycle import HeldReason, ShareState, move
from integrations.feeds import Feed, FeedEntry
from integrations.models import FeedSource
from tests.campaigns import moving, pictures, told, world

# Public functions of campaigns/actions that write no row of their own, each with its reason.
NO_ROW = {
    "owned_and_locked": "a check that refuses",
    "require_clear": "a check that refuses",
    "require_words": "a check that refuses",
    "code_is_stale": "a question",
    "pictures_are_stale": "a question",
    "carried_by": "a question",
    "one_line": "words",
    "take_whole": "take_piece for each of its pieces, which writes the row",
    "open_upload": "an errand: it writes the row of begin_upload's person",
    "owe_renditions": "a part of open_upload, and an errand by itself; nobody decides anything",
    "rendition_for": "a part of it; nobody decides anything",
    "make_rendition": "an errand: it makes what open_upload owes",
    "upload_over": "an errand: it lets go of what begin_upload told of",
    "disclosure_is_stale": "a question",
    "story_is_stale": "a question",
    "disclosure_for": "words",
    "count_click": "a row for each click would be a diary of readers; the post that is seen by it writes one",
    "earns_once_seen": "a question",
    "asked_columns": "a check that refuses",
    "company_lines": "words",
    "commercial_labels": "words",
    "back_to_draft": "a part of changing what was approved; the action that changes it writes the row",
    "end_approval": "a part of approving, withdrawing and changing, which write the row",
    "reserve_code": "a part of start_share and of changes that need a new code",
    "open_link": "a part of approve_share",
    "keep_queued_wording": "a part of approve_share",
    "renew_code": "a part of changes that need a new code",
    "renew_disclosure": "a part of changes to a draft, which write the row",
    "renew_pictures": "a part of changes to a draft, which write the row",
    "time_item": "plan_item and embargo_item, which write the rows",
    "plan_items": "several of start_share and propose_time, which write the rows",
    "plan_anew": "propose_time for several drafts; it writes the rows",
    "swap_times": "propose_time for two drafts; it writes the rows",
    "drop_from_plan": "propose_time without a time; it writes the row",
    "change_time": "propose_time or move_share, which write the row",
    "note_sights": "once for each story; a row for each look would be a diary",
    "award_for_publications": "award_for_publication for several shares at once; it writes the row of each",
    "require_room": "a check that refuses",
    "work_off_items": "an errand: it calls create_item, and writes cancel_item_import or finish_item_import",
    "preview_items": "reads a file",
    "problem_sentence": "words of a kept problem",
    "identity_of": "names a story of a mail",
    "draft_secret": "a secret, made again",
    "make_ready_to_show": "reserves a new code for a draft that its own person is about to see; they decide nothing",
}


def _story(w: Any, **fields: Any) -> Item:
    return world.item(w.owner, **fields)


def _task(w: Any) -> Item:
    return _story(w, kind=ItemKind.TEXT, destination="", asks=Activity.TASK, proof=Proof.TICK)


def _told(w: Any) -> TaskDone:
    return task_proofs.finish_task(_task(w), by=w.ada)


def _sent(w: Any) -> TaskDone:
    item = _story(w, kind=ItemKind.TEXT, destination="", asks=Activity.TASK, proof=Proof.LINK)
    return task_proofs.finish_task(item, by=w.ada, link="https://example.com/", shows_curators=True)


def _embargoed(item: Item) -> Item:
    item.embargo_until = timezone.now() + timedelta(days=30)
    return item


def _draft(w: Any, network: str = "mastodon", **fields: Any) -> Share:
    guidelines = current_guidelines()
    assert guidelines is not None
    accept_guidelines(guidelines, by=w.ada)
    return world.draft(w.ada, _story(w, **fields), network=network)


def _planned(w: Any) -> Share:
    return world.approved(_draft(w))


def _by_hand(w: Any) -> Share:
    _draft(w)
    due_at = timezone.now() + timedelta(minutes=1)
    return world.approved(world.draft_by_hand(w.ada, _story(w)), due_at=due_at)


def _out(w: Any) -> Share:
    share, now = _planned(w), timezone.now()
    lease = {"lease_until": now + timedelta(minutes=1)}
    move(share, ShareState.CLAIMED, by=None, because="test", **lease)
    move(share, ShareState.SENDING, by=None, because="test", **lease)
    out = {"published_at": now, "external_id": "42", "evidence": Evidence.CONFIRMED}
    move(share, ShareState.PUBLISHED, by=None, because="test", **out)
    return share


def _named_with_points(w: Any) -> Member:
    name_on_boards(w.ada, by=w.ada, language="en", text_version=current_version("named_on_boards"))
    points.award_for_publication(_out(w))
    return Member.objects.get(pk=w.ada.pk)


def _gone(share: Share) -> None:
    points.award_for_publication(share)
    point_corrections.balance_points_of_taken_down(share)


def _unclear(w: Any) -> Share:
    share = _planned(w)
    why = {"held_reason": HeldReason.COULD_NOT_TELL, "held_at": timezone.now()}
    move(share, ShareState.HELD, by=None, because="test", **why)
    return share


def _withdrawn(w: Any) -> Share:
    return shares.withdraw_share(_planned(w), by=w.ada)


def _campaign(w: Any) -> Campaign:
    return world.campaign(w.owner)


def _edited(w: Any) -> Item:
    item = _story(w)
    story = items.Story(title="Another title", summary=item.summary, destination=item.destination)
    return items.edit_item(item, by=w.owner, campaign=item.campaign, story=story, picture=None)


def _made(w: Any) -> Item:
    return items.create_item(by=w.owner, campaign=_campaign(w), kind=ItemKind.TEXT, story=items.Story(title="News"))


def _message(w: Any) -> Message:
    return messages.suggest_message(_story(w), by=w.owner, text="Read this.", language="en")


def _passed(message: Message) -> Message:
    second = world.person("Cleo", takes_part=False)
    second.role = Role.CURATOR
    return messages.pass_message(message, by=second, seen_sha256=message_sha256(message))


def _angle(w: Any) -> Angle:
    return messages.ask_angle(_story(w), by=w.owner, question="Why you?", language="en")


def _asked(w: Any) -> Share:
    return world.asked(w.ada, w.owner)


def _seen(share: Share) -> dict[str, Any]:
    return {"share": share, "seen_sha256": words_sha256(share)}


def _mailed(w: Any) -> MailedStory:
    _story(w)
    return told.mailed(w.ada)


def _owed_weekly_mails(w: Any) -> None:
    told.near_hour(w.ada)
    weekly_mail.owe_weekly_mails(by=None)


def _asked_for_weekly_mail(w: Any) -> None:
    _story(w)
    weekly_mail.ask_for_weekly_mail(w.ada, by=w.ada)


def _reminded(w: Any) -> None:
    told.waited_a_day(told.told_of(_planned(w)))
    notices.remind_of_waiting(by=None)


def _picture(w: Any) -> Media:
    return media.keep_picture(decode_picture(pictures.picture()), by=w.owner)


def _sent_file(w: Any) -> MediaUpload:
    content = moving.gif()
    begun = media_uploads.begin_upload(_story(w), by=w.owner, file_name="a.gif", size=len(content))
    return media_uploads.take_piece(begun, by=w.owner, offset=0, content=content)


def _opened_file(w: Any) -> Item:
    upload = _sent_file(w)
    place = {"organization_id": w.organization.pk, "upload": upload.public_id, "by": w.owner.pk}
    media_uploads.open_upload(place)
    assert upload.item is not None
    return Item.objects.get(pk=upload.item.pk)


def _suggestion(w: Any, address: str = "https://x.test/news") -> Suggestion:
    return suggestions.suggest_story(by=w.ada, address=address, title="News", note="Why not?")


def _taken_up(w: Any) -> Item:
    story, campaign = items.Story(title="News", destination="https://x.test/news"), _campaign(w)
    return inbox.accept_suggestion(_suggestion(w), by=w.owner, campaign=campaign, story=story)


def _feed(w: Any) -> FeedSource:
    entry = FeedEntry("mark", "https://x.test/news", "News", "Words", "", None)
    return feeds.add_feed(by=w.owner, feed=Feed("https://x.test/feed", "News", "en", (entry,)))


def _old_entries(w: Any) -> None:
    _feed(w)
    Suggestion.objects.update(created_at=timezone.now() - timedelta(days=31))
    inbox.drop_old_entries(by=None)


def _old_figures(w: Any) -> None:
    over = timezone.now() - timedelta(minutes=1)
    FigureReading.objects.create(share=_draft(w), at=over, keep_until=over, source="mastodon", likes=1)
    post_figures.forget_old_figures(by=None)


def _stories(w: Any) -> ItemImport:
    content = b"title\nOne\n"
    return item_import.upload_items(by=w.owner, campaign=_campaign(w), file_name="s.csv", content=content)


def _old_stories(w: Any) -> None:
    _stories(w)
    ItemImport.objects.update(created_at=timezone.now() - timedelta(days=3))
    item_import.drop_old_item_imports(by=None)


PLAN = campaigns.CampaignPlan(name="News", purpose="hiring")
SAID_IN_POLAND = CompanyLine("PL", sentence="Pracuję w Acme.")


def _say_in_poland(w: Any) -> None:
    disclosures.set_disclosure(SAID_IN_POLAND, by=w.owner)


def _drop_what_poland_says(w: Any) -> None:
    _say_in_poland(w)
    disclosures.drop_disclosure(*SAID_IN_POLAND.place, by=w.owner)


CALLS: dict[str, Callable[[Any], object]] = {
    "confirm_it_is_there": lambda w: answers.confirm_it_is_there(_unclear(w), by=w.ada),
    "leave_it": lambda w: answers.leave_it(_unclear(w), by=w.ada),
    "post_by_hand_is_out": lambda w: by_hand.post_by_hand_is_out(_by_hand(w), by=w.ada),
    "post_is_clicked": lambda w: by_hand.post_is_clicked(by_hand.post_by_hand_is_out(_by_hand(w), by=w.ada), by=None),
    "post_is_seen": lambda w: by_hand.post_is_seen(by_hand.post_by_hand_is_out(_by_hand(w), by=w.ada), by=None),
    "post_by_hand_is_gone": lambda w: by_hand.post_by_hand_is_gone(
        by_hand.post_by_hand_is_out(_by_hand(w), by=w.ada), by=w.ada
    ),
    "remind_later": lambda w: by_hand.remind_later(_by_hand(w), by=w.ada),
    "create_campaign": lambda w: campaigns.create_campaign(by=w.owner, plan=PLAN),
    "edit_campaign": lambda w: campaigns.edit_campaign(_campaign(w), by=w.owner, plan=PLAN),
    "archive_campaign": lambda w: campaigns.archive_campaign(_campaign(w), by=w.owner),
    "bring_back_campaign": lambda w: campaigns.bring_back_campaign(_campaign(w), by=w.owner),
    "first_campaign": lambda w: campaigns.first_campaign(by=w.owner),
    "set_disclosure": _say_in_poland,
    "drop_disclosure": _drop_what_poland_says,
    "cancel_planned_shares": lambda w: (_planned(w), departures.cancel_planned_shares(w.ada, by=w.ada)),
    "cancel_shares_of_deactivated": lambda w: departures.cancel_shares_of_deactivated(_planned(w).member, by=None),
    "take_name_off_boards": lambda w: departures.take_name_off_boards(w.ada, by=w.ada),
    "cancel_shares_without_consent": lambda w: departures.cancel_shares_without_consent(
        _planned(w).member, by=w.ada, kind="network", network="mastodon"
    ),
    "start_share": lambda w: drafts.start_share(_story(w), by=w.ada),
    "start_again": lambda w: drafts.start_again(_withdrawn(w), by=w.ada),
    "edit_draft": lambda w: drafts.edit_draft(drafts.start_share(_story(w), by=w.ada), by=w.ada, text="Mine."),
    "delete_draft": lambda w: drafts.delete_draft(_draft(w), by=w.ada),
    "write_own_post": lambda w: own_posts.write_own_post(by=w.ada),
    "choose_connection": lambda w: drafts.choose_connection(
        drafts.start_share(_story(w), by=w.ada), by=w.ada, network="linkedin", by_hand=True
    ),
    "describe_picture": lambda w: drafts.describe_picture(
        _draft(w, kind=ItemKind.PICTURE, picture=world.picture()), by=w.ada, position=0, alt_text="A lighthouse at dusk"
    ),
    "create_item": _made,
    "edit_item": _edited,
    "address_item": lambda w: items.address_item(_story(w), by=w.owner, teams=[w.team()], topics=["Building"]),
    "plan_item": lambda w: items.plan_item(
        _story(w), by=w.owner, release_at=None, expires_at=timezone.now() + timedelta(days=9)
    ),
    "release_item": lambda w: items.release_item(_story(w, state=ItemState.DRAFT), by=w.owner),
    "end_item": lambda w: items.end_item(_story(w), by=w.owner),
    "discard_item": lambda w: items.discard_item(_made(w), by=w.owner),
    "end_links": lambda w: stories.end_links(_out(w).item, by=w.owner),
    "keep_picture": _picture,
    "begin_upload": _sent_file,
    "take_piece": _sent_file,
    "describe_file": lambda w: media_uploads.describe_file(_opened_file(w), by=w.owner, alt_text="Noise"),
    "remove_file": lambda w: media_uploads.remove_file(_opened_file(w), by=w.owner),
    "describe_media": lambda w: media.describe_media(_picture(w), by=w.owner, alt_text="A teal square"),
    "suggest_story": _suggestion,
    "take_back_suggestion": lambda w: suggestions.take_back_suggestion(_suggestion(w), by=w.ada),
    "forget_suggester": lambda w: (_suggestion(w), suggestions.forget_suggester(w.ada, by=w.ada)),
    "accept_suggestion": _taken_up,
    "decline_suggestion": lambda w: inbox.decline_suggestion(_suggestion(w), by=w.owner, note="We had this one."),
    "take_in_entries": _feed,
    "drop_old_entries": _old_entries,
    "add_feed": _feed,
    "change_feed": lambda w: feeds.change_feed(_feed(w), by=w.owner, most_a_day=3),
    "pause_feed": lambda w: feeds.pause_feed(_feed(w), by=w.owner),
    "follow_feed_again": lambda w: feeds.follow_feed_again(_feed(w), by=w.owner),
    "remove_feed": lambda w: feeds.remove_feed(_feed(w), by=w.owner),
    "drop_old_item_imports": _old_stories,
    "upload_items": _stories,
    "read_items_as": lambda w: item_import.read_items_as(_stories(w), by=w.owner, encoding="cp1252"),
    "start_item_import": lambda w: item_import.start_item_import(_stories(w), by=w.owner),
    "cancel_item_import": lambda w: item_import.cancel_item_import(_stories(w), by=w.owner),
    "suggest_message": _message,
    "reword_message": lambda w: messages.reword_message(_message(w), by=w.owner, text="Better.", language="en"),
    "pass_message": lambda w: _passed(_message(w)),
    "drop_message": lambda w: messages.drop_message(_message(w), by=w.owner),
    "ask_angle": _angle,
    "ask_default_angles": lambda w: messages.ask_default_angles(_story(w), by=w.owner, language="en"),
    "drop_angle": lambda w: messages.drop_angle(_angle(w), by=w.owner),
    "pause_posting": lambda w: pauses.pause_posting(_draft(w).member, by=w.ada),
    "resume_posting": lambda w: (
        pauses.pause_posting(_draft(w).member, by=w.ada),
        pauses.resume_posting(w.ada, by=w.ada),
    ),
    "let_out_figures": lambda _w: figures.let_out_figures(by=None),
    "thank": lambda w: thanks.thank(_named_with_points(w), by=w.owner, words="Well said."),
    "award_for_publication": lambda w: points.award_for_publication(_out(w)),
    "ask_for_review": _asked,
    "take_back_from_review": lambda w: reviews.take_back_from_review(_asked(w), by=w.ada),
    "pass_review": lambda w: reviews.pass_review(**_seen(_asked(w)), by=w.owner),
    "send_back": lambda w: reviews.send_back(**_seen(_asked(w)), by=w.owner, note="Who is this for?"),
    "end_unread": lambda w: (_asked(w), reviews.end_unread(by=None)),
    "balance_points_of_taken_down": lambda w: _gone(_out(w)),
    "finish_task": _told,
    "take_task_back": lambda w: task_proofs.take_task_back(_told(w), by=w.ada),
    "forget_tasks_of_leaver": lambda w: (_told(w), task_proofs.forget_tasks_of_leaver(w.ada, by=w.ada)),
    "show_no_curator_without_consent": lambda w: task_proofs.show_no_curator_without_consent(
        _sent(w).member, by=w.ada, kind="take_part", network=""
    ),
    "show_no_curator_of_deactivated": lambda w: task_proofs.show_no_curator_of_deactivated(_sent(w).member, by=None),
    "award_for_task": _told,
    "balance_points_of_task": lambda w: point_corrections.balance_points_of_task(_told(w)),
    "leave_ladder": lambda w: ladder.leave_ladder(w.ada, by=w.ada),
    "propose_time": lambda w: proposals.propose_time(
        _draft(w), by=w.ada, proposed_at=timezone.now() + timedelta(days=1)
    ),
    "approve_share": _planned,
    "withdraw_share": _withdrawn,
    "take_down_share": lambda w: shares.take_down_share(_out(w), by=w.ada),
    "move_share": lambda w: shares.move_share(
        _planned(w), by=w.ada, due_at=timezone.now() + timedelta(days=1, minutes=5)
    ),
    "skip_item": lambda w: skips.skip_item(_story(w), by=w.ada),
    "unskip_item": lambda w: skips.unskip_item(skips.skip_item(_story(w), by=w.ada).item, by=w.ada),
    "owe_weekly_mails": _owed_weekly_mails,
    "ask_for_weekly_mail": _asked_for_weekly_mail,
    "write_weekly_mail": _mailed,
    "note_mail_sent": lambda w: weekly_mail.note_mail_sent(_mailed(w).mail, at=timezone.now(), by=None),
    "use_mailed_link": lambda w: weekly_mail.use_mailed_link(_mailed(w), by=w.ada, is_signed_in=False),
    "use_draft_link": lambda w: weekly_mail.use_draft_link(told.answered(_mailed(w)), by=w.ada, is_signed_in=False),
    "take_in_reply": lambda w: told.answered(_mailed(w)),
    "read_notice": lambda w: notices.read_notice(told.told_of(_planned(w)), by=w.ada),
    "read_all_notices": lambda w: notices.read_all_notices(w.ada, by=w.ada),
    "remind_of_waiting": _reminded,
    "make_calendar": lambda w: calendar.make_calendar(w.ada, by=w.ada, shows_titles=False),
    "choose_calendar_titles": lambda w: calendar.choose_calendar_titles(w.ada, by=w.ada, shows_titles=True),
    "end_calendar": lambda w: calendar.end_calendar(w.ada, by=w.ada),
    "end_calendar_of_leaver": lambda w: calendar.end_calendar_of_leaver(w.ada, by=w.ada),
    "note_interest": lambda w: skips.note_interest(_story(w), by=w.ada),
    "add_interest": lambda w: interests.add_interest(Topic.objects.create(name="CI"), by=w.ada),
    "remove_interest": lambda w: interests.remove_interest(Topic.objects.create(name="CI"), by=w.ada),
    "choose_languages": lambda w: interests.choose_languages(["pl"], by=w.ada),
    "forget_interests": lambda w: interests.forget_interests(by=w.ada),
    "forget_interests_of_leaver": lambda w: interests.forget_interests_of_leaver(w.ada, by=w.ada),
    "forget_old_figures": _old_figures,
    "forget_figures_of_leaver": lambda w: post_figures.forget_figures_of_leaver(w.ada, by=w.ada),
    "read_announcement": lambda w: announcements.read_announcement(_story(w, kind=ItemKind.ANNOUNCEMENT), by=w.ada),
    "embargo_item": lambda w: items.embargo_item(_story(w), by=w.owner, until=timezone.now() + timedelta(days=1)),
    "ask_posts_for_item": lambda w: items.ask_posts_for_item(_story(w), by=w.owner, least_posts=2),
    "hold_for_embargo": lambda w: stories.hold_for_embargo(_embargoed(_planned(w).item), by=w.owner),
    "hold_for_changed_story": lambda w: stories.hold_for_changed_story(_planned(w).item, by=w.owner),
}
PARTS = {"first_campaign": "create_campaign", "pause_posting": "freeze_own", "resume_posting": "thaw_own"}
# A person's own acts: nothing of them stands in the company's view.
OWN = {
    "finish_task",
    "take_task_back",
    "forget_tasks_of_leaver",
    "show_no_curator_without_consent",
    "show_no_curator_of_deactivated",
    "award_for_task",
    "balance_points_of_task",
    "leave_ladder",
    "add_interest",
    "remove_interest",
    "choose_languages",
    "forget_interests",
    "forget_interests_of_leaver",
    "forget_figures_of_leaver",
    "forget_old_figures",
    "read_announcement",
    "suggest_story",
    "take_back_suggestion",
    "forget_suggester",
    "take_in_entries",
    "drop_old_entries",
    "drop_old_item_imports",
    "confirm_it_is_there",
    "leave_it",
    "post_by_hand_is_out",
    "post_is_clicked",
    "post_is_seen",
    "post_by_hand_is_gone",
    "remind_later",
    "cancel_planned_shares",
    "cancel_shares_of_deactivated",
    "take_name_off_boards",
    "cancel_shares_without_consent",
    "start_share",
    "start_again",
    "edit_draft",
    "delete_draft",
    "write_own_post",
    "choose_connection",
    "describe_picture",
    "pause_posting",
    "resume_posting",
    "let_out_figures",
    "thank",
    "award_for_publication",
    "balance_points_of_taken_down",
    "ask_for_review",
    "take_back_from_review",
    "pass_review",
    "send_back",
    "end_unread",
    "propose_time",
    "approve_share",
    "withdraw_share",
    "take_down_share",
    "move_share",
    "skip_item",
    "unskip_item",
    "note_interest",
    "owe_weekly_mails",
    "ask_for_weekly_mail",
    "write_weekly_mail",
    "note_mail_sent",
    "use_mailed_link",
    "use_draft_link",
    "take_in_reply",
    "read_notice",
    "read_all_notices",
    "remind_of_waiting",
    "make_calendar",
    "choose_calendar_titles",
    "end_calendar",
    "end_calendar_of_leaver",
}
