"""The frame."""

from django.test import Client


def test_design_page_shows_every_component(client: Client) -> None:
    for address in ("/design/", "/design/?role=owner", "/accounts/login/", "/nothing/"):
        page = client.get(address)
        assert page.status_code == (404 if address == "/nothing/" else 200), address
