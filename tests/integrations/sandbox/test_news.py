"""The sandbox's newspaper: its feed is read by the real reader, its pages by the real preview."""

from __future__ import annotations

from integrations.feeds import Feed, Unchanged, find_feed, read_feed
from integrations.previews import fetch_picture, preview
from tests.integrations.sandbox.rig import SandboxProcess


def test_its_feed_leads_to_pages_with_pictures(networks: SandboxProcess) -> None:
    feed = find_feed(f"{networks.base_url}/news/cities-that-listen")
    assert (feed.title, len(feed.entries)) == ("The Measured World", 4)
    first = feed.entries[0]
    page = preview(first.address)
    assert (page.title, page.description) == (first.title, first.words)
    assert fetch_picture(page.picture_url)[1] == "image/png"


def test_it_says_that_nothing_changed(networks: SandboxProcess) -> None:
    now = read_feed(f"{networks.base_url}/news/feed.xml")
    for _look in range(2):  # the hour may turn between two questions
        assert isinstance(now, Feed)
        again = read_feed(now.address, etag=now.etag)
        if again == Unchanged():
            return
        now = again
    raise AssertionError("It changes every time.")
