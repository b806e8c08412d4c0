"""Invented members are like real ones to the database, and the same for the same seed."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from connect.synthetic import people
from connect.synthetic.people import populate
from members import listing
from members.models import Answer, DrugExperience, Listing, Member, Profile
from members.usernames import skeleton, validate
from search.models import FacetCount
from tests.places.known_towns import load_known_towns

pytestmark = pytest.mark.django_db


def faces() -> list[tuple[object, ...]]:
    return list(
        Profile.objects.order_by("username_key", "community").values_list(
            "community", "username", "cell_id", "about_me", "member__email"
        )
    )


def indexes() -> set[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select indrelid::regclass::text, indexrelid::regclass::text, indkey::text, indisunique,"
            " indpred is null from pg_index"
        )
        return set(cursor.fetchall())


def test_the_same_seed_gives_the_same_members() -> None:
    load_known_towns()
    populate(40, seed=7)
    first = faces()
    Member.objects.all().delete()

    populate(40, seed=7)

    assert faces() == first


def test_another_seed_gives_other_members_beside_them() -> None:
    load_known_towns()
    populate(40, seed=7)

    populate(40, seed=8)

    assert Member.objects.count() == 80


def test_a_seed_is_used_once() -> None:
    load_known_towns()
    populate(5, seed=7)

    with pytest.raises(CommandError, match="Choose another --seed"):
        call_command("populate", members=5, seed=7, verbosity=0)


def test_invented_names_are_allowed_and_their_keys_are_those_of_the_site() -> None:
    load_known_towns()
    populate(3000, seed=7)

    for username, key in Profile.objects.values_list("username", "username_key"):
        validate(username)
        assert key == skeleton(username)


def test_every_state_and_kind_of_answer_is_there() -> None:
    load_known_towns()
    populate(1000, seed=7)

    assert Profile.objects.approved().count() > 800
    assert Profile.objects.waiting().count() > 5
    assert Profile.objects.filter(declined_at__isnull=False).exists()
    assert Profile.objects.filter(paused_at__isnull=False).exists()
    assert Answer.objects.filter(shown="matching").exists()
    assert DrugExperience.objects.filter(now__slug="stopped").exists()


@pytest.mark.parametrize("members", [0, -1, 10**9])
def test_a_senseless_number_of_members_is_refused(members: int) -> None:
    with pytest.raises(CommandError, match="--members must be a number"):
        call_command("populate", members=members, verbosity=0)


def test_without_towns_it_says_what_to_do() -> None:
    with pytest.raises(CommandError, match="run load_gazetteer first"):
        call_command("populate", members=5, verbosity=0)


def test_a_search_knows_the_invented() -> None:
    load_known_towns()
    populate(300, seed=7)

    assert Listing.objects.count() == Profile.objects.listed().count()
    assert listing.refresh_all() == 0
    assert FacetCount.objects.filter(community="twp", country="").exists()


def test_indexes_taken_away_for_many_are_back_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    load_known_towns()
    monkeypatch.setattr(people, "MANY", 10)
    before = indexes()

    populate(20, seed=7)

    assert indexes() == before
