"""The demo's logins have a password that everybody knows: it goes where nobody is, or nowhere."""

import pytest
from django.core.management import CommandError, call_command

from connect.synthetic import demo
from members.models import Member
from members.places import loading
from moderation.applications import hints
from moderation.applications.reading import for_queue
from moderation.models import Application, State


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


def load_towns_of_the_demo() -> None:
    """Out of the whole gazetteer: to load that takes ten seconds."""
    whole = loading.read()
    homes = {face.town.partition(",")[0] for face in demo.EVERYBODY}
    towns = [town for town in whole.towns if town.name in homes]
    loading.load(whole._replace(towns=towns), "towns of the demo")


@pytest.mark.django_db
def test_its_queue_holds_an_application_of_each_kind() -> None:
    load_towns_of_the_demo()

    demo.make()

    assert all(
        Application.objects.in_state(state).exists() for state in State if state != "declined"
    )
    shown = hints.of(for_queue(Application.objects.in_state(State.WAITING)))
    short = {str(hint.short) for several in shown.values() for hint in several}
    assert {"sounds like a crisis", "link in the text", "name is taken"} <= short
