"""Programs that fetch pages are no readers; people in a network's own app, and on phones with odd names, are."""

from __future__ import annotations

from campaigns.click_rules import Call, is_by_a_reader

PHONE = (
    "Mozilla/5.0 (Linux; Android 14; {}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36"
)
READERS = (PHONE.format("Pixel 8") + " [Pinterest/Android]", PHONE.format("CUBOT KINGKONG 7"), PHONE.format("CUBOT"))
PROGRAMS = (
    "Mozilla/5.0 (compatible; Pinterestbot/1.0; +http://www.pinterest.com/bot.html)",
    "Mozilla/5.0 (compatible; Pinterest/0.2; +https://www.pinterest.com/)",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    PHONE.format("Nexus 5X") + " (compatible; SomeBot; +https://example.com/)",
)


def test_who_reads_and_what_fetches() -> None:
    assert [one for one in READERS if not is_by_a_reader(Call("GET", one))] == []
    assert [one for one in PROGRAMS if is_by_a_reader(Call("GET", one))] == []
