"""A new site has nobody: the README's one command makes the first of the staff."""

import pytest
from django.core.management import call_command
from django.test import Client

from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db


def test_the_first_administrator_is_made_by_one_command_and_may_do_everything(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)

    call_command("createsuperuser", email="Boss@Example.org", interactive=False, verbosity=0)

    browser = Client()
    browser.post("/accounts/login/", {"login": "boss@example.org", "password": PASSWORD})
    browser.post("/account/policies/")
    assert browser.get("/admin/members/member/").status_code == 200
    assert browser.get("/admin/moderation/application/").status_code == 200
