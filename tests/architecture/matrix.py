"""Who may ask for what: every address, with the status that each method answers to somebody who may.

What the others meet follows from the audience (see `expected`): an anonymous visitor the sign-in page, everybody
else 404, with the API 401 where the key is not of this company. A new address fails `test_matrix.py` until it stands
here. `None` means that the method is not offered (405).
"""

from __future__ import annotations

from dataclasses import dataclass

from accounts.roles import RIGHTS, Right, Role

VISITORS = ("anonymous", "stranger", "owner", "ada", "colleague", "admin", "curator", "manager")
ROLE_OF = {
    "owner": Role.OWNER,
    "ada": Role.ADVOCATE,
    "colleague": Role.ADVOCATE,
    "admin": Role.ADMIN,
    "curator": Role.CURATOR,
    "manager": Role.MANAGER,
}
MEMBER, CURATE, REVIEW, RUN = Right.TAKE_PART, Right.CURATE, Right.REVIEW, Right.RUN_PROGRAMME
SEE = Right.SEE_TEAMS


@dataclass(frozen=True)
class Row:
    """One address. `personal`: its object is Ada's, and nobody else has any right to it. `object`: what names it."""

    right: Right = MEMBER
    get: int | None = None
    post: int | None = None
    patch: int | None = None
    object: str = ""
    personal: bool = False


# --- pages that ask nobody who they are: (GET, POST) ---------------------------------------------
PUBLIC: dict[str, tuple[int | None, int | None]] = {
    "invitation": (200, 200),
    "invitation_not_now": (200, None),
    "invitation_never_again": (200, None),
    "open_invitation": (404, 404),  # no such link; a standing one is test_open_invitations'
    "open_invitation_sent": (200, None),
    "ask_sign_in_link": (200, 200),
    "sign_in_link_sent": (200, None),
    "sign_in_link": (200, 302),
    "departure_receipt": (404, None),
    "stop_letters": (404, 404),  # no such secret, as with those below: what a real one opens is test_weekly_mail's
    "mailed_story": (404, 404),
    "mailed_not_for_me": (404, 404),
    "mailed_draft": (404, 404),
    "mail_picture": (404, None),
    "calendar_feed": (404, None),
    "lent_picture": (404, None),  # no such ticket; what a real one opens is test_lent_pictures'
    "oauth_callback": (409, None),  # no state: "Your text is safe. Connect again"
    "client_keys": (200, None),
    "client_document": (404, None),  # the network asked is one that knows our app otherwise
    "tracked_link": (302, None),
    "tracked_link_bare": (302, None),
    "choose_language": (None, 302),
    "health_live": (200, None),
    "health_ready": (200, None),
    "metrics": (404, None),  # without METRICS_TOKEN
    "web_manifest": (200, None),
    "service_worker": (200, None),
    "favicon": (302, None),
    "offline": (200, None),
    "design": (200, 200),
    "mailbox": (200, 200),
    "mailbox_mail": (404, 404),
    "mailbox_answer": (None, 404),
    "api_schema": (200, None),
    "api_page": (200, None),
}

# --- a person's sign-in, over all companies: (GET, POST) to nobody, (GET, POST) to somebody signed in --------
Pair = tuple[int | None, int | None]
SIGN_IN: dict[str, tuple[Pair, Pair]] = {
    "home": ((200, 200), (302, 302)),
    "my_companies": ((302, 302), (200, 200)),
    "sign_up_company": ((302, 302), (200, 200)),
    "share_here": ((302, None), (302, None)),
    # An operator's; whom no command made one is a stranger here.
    "operator": ((302, 302), (404, 404)),
    "operator_stop": ((302, 302), (404, 404)),
    "operator_go_on": ((302, 302), (404, 404)),
    "operator_release": ((302, 302), (404, 404)),
    "account_login": ((200, 200), (302, 302)),
    "account_logout": ((302, 302), (200, 302)),
    "account_signup": ((200, 200), (302, 302)),
    "account_inactive": ((200, None), (200, None)),
    "account_reauthenticate": ((302, 302), (403, 403)),
    "account_email": ((302, 302), (200, 302)),
    "account_email_verification_sent": ((200, None), (200, None)),
    "account_confirm_email": ((200, 404), (200, 404)),
    "account_change_password": ((302, 302), (302, 302)),
    "account_set_password": ((302, 302), (200, 200)),
    "account_reset_password": ((200, 200), (200, 200)),
    "account_reset_password_done": ((200, None), (200, None)),
    "account_reset_password_from_key": ((200, 200), (200, 200)),
    "account_reset_password_from_key_done": ((200, None), (200, None)),
    "account_confirm_login_code": ((302, 302), (302, 302)),
    "mfa_index": ((302, 302), (200, None)),
    "mfa_authenticate": ((302, 302), (302, 302)),
    "mfa_reauthenticate": ((302, 302), (403, 403)),
    "mfa_activate_totp": ((302, 302), (200, 200)),
    "mfa_deactivate_totp": ((302, 302), (404, 404)),
    "mfa_view_recovery_codes": ((302, 302), (404, None)),
    "mfa_generate_recovery_codes": ((302, 302), (200, 200)),
    "mfa_download_recovery_codes": ((302, 302), (404, 404)),
    "mfa_list_webauthn": ((302, 302), (200, None)),
    "mfa_add_webauthn": ((302, 302), (200, 200)),
    "mfa_edit_webauthn": ((302, 302), (404, 404)),
    "mfa_remove_webauthn": ((302, 302), (404, 404)),
    "mfa_reauthenticate_webauthn": ((302, 302), (403, 403)),
    "mfa_login_webauthn": ((302, 302), (302, 302)),
}

# --- a company's pages ---------------------------------------------------------------------------
PAGES: dict[str, Row] = {
    "setup": Row(RUN, get=200, post=200),
    "setup_purpose": Row(RUN, get=200, post=200),
    "setup_told": Row(RUN, get=200, post=200),
    "setup_step": Row(RUN, post=302),
    "people": Row(RUN, get=200, post=200),
    "people_invite": Row(RUN, get=200, post=200),
    "people_link": Row(RUN, post=302),
    "people_import": Row(RUN, get=200, post=200),
    "people_import_one": Row(RUN, get=200, post=200, object="import"),
    "people_import_start": Row(RUN, post=302, object="import"),
    "people_import_cancel": Row(RUN, post=302, object="import"),
    "people_import_read_as": Row(RUN, post=302, object="import"),
    "person": Row(RUN, get=200, post=200, object="person"),
    "person_role": Row(RUN, post=302, object="person"),
    "person_name": Row(RUN, post=302, object="person"),
    "person_deactivate": Row(RUN, post=302, object="person"),
    "person_reactivate": Row(RUN, post=302, object="person"),
    "person_address": Row(RUN, post=302, object="person"),
    "teams": Row(RUN, get=200, post=200),
    "team_one": Row(RUN, get=200, post=200, object="team"),
    "team_rename": Row(RUN, post=302, object="team"),
    "team_put": Row(RUN, post=302, object="team"),
    "team_take_out": Row(RUN, post=302, object="team"),
    "team_end": Row(RUN, post=302, object="team"),
    "guidelines": Row(RUN, get=200, post=200),
    "guidelines_from_blanks": Row(RUN, post=200),
    "guidelines_drop": Row(RUN, post=302),
    "company_settings": Row(RUN, get=200, post=200),
    "disclosures": Row(RUN, get=200, post=400),
    "disclosure_drop": Row(RUN, post=302),
    "audit": Row(RUN, get=200, post=200),
    "networks": Row(RUN, get=200, post=302),
    "network_test": Row(RUN, post=302),
    "network_costs": Row(RUN, get=200, post=404),  # of no network
    "library": Row(CURATE, get=200),
    "item_new": Row(CURATE, get=200, post=400),
    "item_edit": Row(CURATE, get=200, post=400, object="item"),
    "item_file": Row(CURATE, get=200, post=302, object="item"),
    "item_file_begin": Row(CURATE, post=400, object="item"),  # of no bytes
    "item_file_piece": Row(CURATE, post=404, object="item"),  # of no upload
    "item_file_change": Row(CURATE, post=302, object="item"),
    "story_calendar": Row(CURATE, get=200),
    "item_move": Row(CURATE, post=302, object="item"),
    "item_release": Row(CURATE, post=302, object="item"),
    "item_end": Row(CURATE, post=302, object="item"),
    "item_discard": Row(CURATE, post=302, object="item"),
    "item_end_links": Row(CURATE, get=200, post=302, object="item"),
    "message_new": Row(CURATE, post=400, object="item"),
    "message_change": Row(CURATE, post=400, object="item"),
    "to_pass": Row(CURATE, get=200),
    "message_pass": Row(CURATE, post=302, object="item"),
    "angle_new": Row(CURATE, post=400, object="item"),
    "angle_remove": Row(CURATE, post=302, object="item"),
    "campaigns": Row(CURATE, get=200, post=400),
    "inbox": Row(CURATE, get=200),
    "inbox_accept": Row(CURATE, post=302, object="suggestion"),
    "inbox_decline": Row(CURATE, post=302, object="suggestion"),
    "feeds": Row(CURATE, get=200, post=400),
    "feed_one": Row(CURATE, get=200, object="feed"),
    "feed_test": Row(CURATE, post=302, object="feed"),  # at an address that the door does not open
    "feed_change": Row(CURATE, post=400, object="feed"),
    "feed_pause": Row(CURATE, post=302, object="feed"),
    "feed_again": Row(CURATE, post=302, object="feed"),
    "feed_remove": Row(CURATE, post=302, object="feed"),
    "item_import": Row(CURATE, get=200, post=200),
    "item_import_one": Row(CURATE, get=200, post=200, object="item_import"),
    "item_import_start": Row(CURATE, post=302, object="item_import"),
    "item_import_cancel": Row(CURATE, post=302, object="item_import"),
    "item_import_read_as": Row(CURATE, post=302, object="item_import"),
    "suggest": Row(get=200, post=400),  # nothing typed
    "suggest_anywhere": Row(get=200),
    "suggestion_take_back": Row(post=302, object="suggestion", personal=True),
    "campaign_edit": Row(CURATE, get=200, post=400, object="campaign"),
    "campaign_archive": Row(CURATE, post=302, object="campaign"),
    "our_guidelines": Row(get=200),
    "me": Row(get=200, post=400),
    "me_consent": Row(post=302),
    "stored": Row(get=200),
    "my_record": Row(get=200),
    "leave": Row(get=200, post=302),
    "keys": Row(get=200, post=400),
    "revoke_key": Row(post=302, object="key", personal=True),
    "connections": Row(get=200),
    "connect": Row(get=200, post=409),  # nothing posted names the words that were on the page
    "connection_face": Row(get=200, object="connection", personal=True),
    "disconnect": Row(get=200, post=302, object="connection", personal=True),
    "this_week": Row(get=200),
    "plan_week": Row(get=200, post=400),  # nothing ticked
    "plan_step": Row(get=302, post=302, object="share", personal=True),
    "item": Row(get=200, object="item"),
    "stories_seen": Row(post=204),
    "announcement_read": Row(post=302, object="announcement"),
    "interests": Row(get=200),
    "interest_languages": Row(post=302),
    "interests_forget": Row(post=302),
    "interest_add": Row(post=302, object="topic"),
    "interest_remove": Row(post=302, object="topic"),
    "how_made": Row(get=200),
    "item_share": Row(post=302, object="item"),
    "task_finish": Row(post=409, object="item"),  # a story: it asks for no task
    "task_take_back": Row(post=302, object="item"),
    "task_photo": Row(get=404, object="task"),  # it came without one: who sees one is test_activities'
    "ladder_leave": Row(post=302),
    "item_skip": Row(post=302, object="item"),
    "item_unskip": Row(post=302, object="item"),
    "compose": Row(get=200, post=302, object="share", personal=True),
    "compose_live": Row(post=200, object="share", personal=True),
    "own_post_new": Row(post=302),
    "draft_delete": Row(post=302, object="share", personal=True),
    "approve": Row(get=200, post=409, object="share", personal=True),  # without the hash that was seen
    "share_move": Row(post=400, object="share", personal=True),  # without a time
    "share_ask_review": Row(post=302, object="share", personal=True),
    "share_take_back": Row(post=302, object="asked", personal=True),
    "to_read": Row(REVIEW, get=200),
    "read_text": Row(REVIEW, post=400, object="asked"),  # without an answer
    "by_hand": Row(get=302, post=302, object="share", personal=True),
    "share_withdraw": Row(post=302, object="share", personal=True),
    "share_take_down": Row(post=302, object="share", personal=True),
    "share_to_hand": Row(post=302, object="share", personal=True),
    "share_later": Row(post=302, object="share", personal=True),
    "share_gone": Row(post=302, object="share", personal=True),
    "share_is_there": Row(post=302, object="share", personal=True),
    "share_leave": Row(post=302, object="share", personal=True),
    "share_again": Row(post=302, object="share", personal=True),
    "queue": Row(get=200),
    "posting_pause": Row(post=302),
    "posting_resume": Row(post=302),
    "my_results": Row(get=200),
    "share_after": Row(get=200, object="share", personal=True),
    "boards": Row(get=200),
    "telling": Row(get=200, post=400),  # no day chosen
    "weekly_mail_now": Row(post=302),
    "calendar_change": Row(post=302),
    "device_add": Row(post=404),  # without PUSH_PRIVATE_KEY
    "device_forget": Row(post=302, object="device", personal=True),
    "notices": Row(get=200),
    "notices_read": Row(post=302),
    "notice_open": Row(post=302, object="notice", personal=True),
    "team": Row(SEE, get=200),
    "team_thank": Row(SEE, post=400),  # nobody chosen
    "media": Row(get=404, object="sha256"),  # the row stands, its bytes do not: served ones are test_media's
}
# Where one person's answer differs from that of the others who may: the last owner cannot leave.
EXCEPTIONS = {("leave", "post", "owner"): 409}

# --- the API -------------------------------------------------------------------------------------
API: dict[str, Row] = {
    "api_me": Row(get=200),
    "api_people": Row(RUN, get=200),
    "api_invitations": Row(RUN, post=400),
    "api_connections": Row(get=200),
    "api_networks": Row(get=200),
    "api_items": Row(get=200),
    "api_item": Row(get=200, object="item"),
    "api_library": Row(CURATE, get=200, post=400),
    "api_story": Row(CURATE, get=200, patch=200, object="item"),
    "api_release": Row(CURATE, post=200, object="item"),
    "api_messages": Row(CURATE, get=200, post=400, object="item"),
    "api_message_pass": Row(CURATE, post=400, object="item"),
    "api_campaigns": Row(CURATE, get=200, post=400),
    "api_inbox": Row(CURATE, get=200),
    "api_accept": Row(CURATE, post=201, object="suggestion"),
    "api_decline": Row(CURATE, post=200, object="suggestion"),
    "api_suggestions": Row(get=200, post=400),
    "api_suggestion_take_back": Row(post=200, object="suggestion", personal=True),
    "api_announcements": Row(get=200),
    "api_announcement_read": Row(post=200, object="announcement"),
    "api_interests": Row(get=200, patch=400),
    "api_interests_forget": Row(post=200),
    "api_interest_add": Row(post=200, object="topic"),
    "api_interest_remove": Row(post=200, object="topic"),
    "api_shares": Row(get=200, post=400),
    "api_share": Row(get=200, patch=200, object="share", personal=True),
    "api_withdraw": Row(post=200, object="share", personal=True),
    "api_ask_for_review": Row(post=409, object="share", personal=True),  # its campaign asks for no reader
    "api_take_back": Row(post=200, object="asked", personal=True),
    "api_move": Row(post=400, object="share", personal=True),
    "api_approve": Row(post=409, object="share", personal=True),  # a key never approves
    "api_points": Row(get=200),
    "api_board": Row(get=200),
    "api_team": Row(SEE, get=200),
}


def expected(name: str, row: Row, method: str, visitor: str, *, foreign: bool) -> int:
    """What this visitor meets. `foreign`: the address names another company's object."""
    api, offered = name.startswith("api_"), getattr(row, method)
    if not api and offered is None:
        return 405
    if visitor == "anonymous":
        return 401 if api else 302
    if visitor == "stranger":
        return 401 if api else 404
    if row.right not in RIGHTS[ROLE_OF[visitor]]:
        return 404
    if offered is None:
        return 405
    if foreign or row.personal and visitor != "ada":
        return 404
    answer: int = EXCEPTIONS.get((name, method, visitor), offered)
    return answer
