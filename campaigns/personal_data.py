"""What this app keeps about people (`settings.PERSONAL_DATA`)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.personal_data import ONLY_YOU, UNTIL_YOU_CHANGE, Datum

PERSONAL_DATA: tuple[Datum, ...] = (
    Datum(
        "drafts",
        _("Drafts, planned posts and posts of your own, with their pictures"),
        _("Only you; a colleague who reads a text before it goes out, if you asked for that"),
        _("as long as your account here, so that your record is whole; delete a draft whenever you like"),
        ("campaigns.Share", "campaigns.ShareMedia", "campaigns.Review", "campaigns.Item"),
        page="queue",
        act=_("See my queue"),
    ),
    Datum(
        "closeness",
        _("Fingerprints of a waiting text, to tell colleagues when many say the same; no word can be read from them"),
        _("Nobody"),
        _("until the post is out or taken back"),
        ("campaigns.QueuedWording",),
    ),
    Datum(
        "posts",
        _("What you posted: the very text you approved, when, and what the network answered"),
        _("The post: everybody, on the network, as always. The rest: only you"),
        _("for good, as the proof that nothing went out without your yes"),
        ("campaigns.Approval", "campaigns.Attempt", "campaigns.Statement", "campaigns.ShareMove"),
        page="my_results",
        act=_("See my results"),
    ),
    Datum(
        "figures",
        _("What networks told about your posts: likes, comments, reposts and the like, with the time"),
        ONLY_YOU,
        _("for %(span)s; sooner where the network asks for it, and until you leave"),
        ("campaigns.FigureClock", "campaigns.FigureReading"),
        retention="figures of posts",
        page="my_results",
        act=_("See my results"),
    ),
    Datum(
        "skips",
        _("What you skipped and why, and which stories and announcements you saw"),
        _("Only you; a reason for skipping is counted for the curator without your name"),
        _("until %(span)s after the story is over"),
        ("campaigns.Skip", "campaigns.Sight", "campaigns.AnnouncementRead"),
        retention="skips",
    ),
    Datum(
        "interests",
        _("Topics picked up from what you open or chose, and languages you read"),
        ONLY_YOU,
        UNTIL_YOU_CHANGE,
        ("campaigns.MemberTopic", "campaigns.MemberLanguage"),
        page="interests",
        act=_("See and change"),
    ),
    Datum(
        "mails",
        _("Which stories your weekly mails held, and that you answered one"),
        ONLY_YOU,
        _("for %(span)s"),
        ("campaigns.WeeklyMail", "campaigns.MailedStory", "campaigns.ReceivedReply"),
        retention="weekly mails",
        page="telling",
        act=_("Choose"),
    ),
    Datum(
        "calendar",
        _("That you have a calendar address, never the address itself"),
        ONLY_YOU,
        _("until you end it, or leave"),
        ("campaigns.CalendarFeed",),
        page="telling",
        act=_("Choose"),
    ),
    Datum(
        "suggestions",
        _("Stories you suggested, and the curator's answer"),
        _("You and %(company)s's curators"),
        _("as long as the story may be asked about"),
        ("campaigns.Suggestion",),
        page="suggest",
        act=_("See mine"),
    ),
    Datum(
        "points",
        _("Your points"),
        _("You; colleagues only if your name may stand on boards"),
        _("for good: entries are only added and name you by a number"),
        ("campaigns.PointEntry",),
        page="my_results",
        act=_("See my results"),
    ),
)
