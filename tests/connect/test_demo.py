"""The demo's logins have a password that everybody knows: it goes where nobody is, or nowhere."""

import pytest
from django.core.management import CommandError, call_command

from members.models import Member


@pytest.mark.parametrize("command", ["demo", "run"])
def test_a_real_site_gets_no_demo(command: str, settings: object) -> None:
    settings.PRODUCTION = True

    with pytest.raises(CommandError, match="real site"):
        call_command(command)


@pytest.mark.django_db
def test_a_site_with_members_gets_no_demo(ana: Member) -> None:
    with pytest.raises(CommandError, match="members already"):
        call_command("demo")

    assert list(Member.objects.all()) == [ana]
