"""The form of each community: what gets in, and what nobody can learn from it."""

import re
from collections.abc import Callable

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from psycopg import sql

from members.models import Member, Profile, Session
from members.outbox.models import Letter
from tests.forms import fields_of
from tests.members.applying import SENT, filled_in, join_url, send
from tests.places.known_towns import town

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("known_towns")]
SignIn = Callable[[Member], Client]


def letters() -> list[tuple[str, str]]:
    return list(Letter.objects.values_list("kind", "about"))


@pytest.mark.parametrize("community", ["twp", "ici"])
def test_an_application_is_kept_and_gets_a_letter(client: Client, community: str) -> None:
    response = send(client, community)

    profile = Profile.objects.get()
    assert (response.status_code, response["Location"]) == (302, SENT)
    assert (profile.community, profile.username, profile.member.email) == (
        community, "eva", "eva@example.org",
    )  # fmt: skip
    assert profile.cell.words == "around Northampton, Massachusetts, United States"
    assert letters() == [("application_received", str(profile.pk))]


def test_who_only_looks_at_the_area_sends_nothing(client: Client) -> None:
    """Without scripts a button of the same form asks what others will see."""
    response = send(client, place_look="yes", username="", pledge=None)

    html = response.content.decode()
    assert "<strong>Around Northampton, Massachusetts, United States</strong>" in html
    assert "Something is missing" not in html
    assert fields_of(html, "email")["email"] == ["eva@example.org"]
    assert send(client, place_look="yes").status_code == 200
    assert (Profile.objects.count(), letters()) == (0, [])


def test_an_applicant_can_not_sign_in(client: Client) -> None:
    send(client)

    member = Member.objects.get()
    assert (member.is_active, member.has_usable_password()) == (False, False)


def test_the_consent_is_kept_with_its_version(client: Client) -> None:
    send(client)

    profile = Profile.objects.get()
    assert profile.member.policies_version == settings.POLICIES_VERSION
    assert profile.health_consent_at == profile.consented_at == profile.applied_at


def test_ici_keeps_no_consent_for_health(client: Client) -> None:
    send(client, "ici")

    assert Profile.objects.get().health_consent_at is None


def test_optional_answers_are_kept(client: Client) -> None:
    send(
        client,
        stage="reducing", years_total="2_5y", schedule=["cut_and_hold", "slide"], small_doses="liquid_home",
        language=["en", "de"], about_me="  I like rivers.\r\nAnd quiet.  ",
        drugs_0_name="Prozac", drugs_0_now="reducing", drugs_2_name="benzo",
    )  # fmt: skip

    profile = Profile.objects.get()
    assert {(a.question, a.choice.slug, a.shown) for a in profile.answers.all()} == {
        ("interest", "friendship", "shown"), ("stage", "reducing", "shown"),
        ("years_total", "2_5y", "shown"), ("schedule", "cut_and_hold", "shown"),
        ("schedule", "slide", "shown"), ("small_doses", "liquid_home", "shown"),
        ("language", "en", "shown"), ("language", "de", "shown"),
    }  # fmt: skip
    assert [
        (str(e.drug), e.now.slug if e.now else None) for e in profile.drug_experiences.all()
    ] == [("fluoxetine", "reducing"), ("benzodiazepine, not named", None)]
    assert profile.about_me == "I like rivers.\nAnd quiet."


@pytest.mark.parametrize(
    "missing",
    ["email", "username", "place_typed", "interest", "pledge", "policies", "health", "adult"],
)
def test_what_is_required_is_named_and_nothing_is_kept(client: Client, missing: str) -> None:
    response = send(client, **{missing: None})

    name = missing.removesuffix("_typed")
    assert list(response.context["form"].errors) == [name]
    assert f'href="#id_{name}' in response.content.decode()
    assert (response.status_code, Member.objects.count(), Letter.objects.count()) == (200, 0, 0)


def test_all_that_is_wrong_is_said_at_once(client: Client) -> None:
    response = client.post(join_url(), {})

    assert list(response.context["form"].errors) == [
        "email", "username", "place", "interest", "pledge", "policies", "health", "adult",
    ]  # fmt: skip


def test_what_was_typed_and_chosen_is_still_there_after_an_error(client: Client) -> None:
    html = send(
        client, username="x", email="not an address", interest=["friendship", "advocacy"],
        stage="holding", language=["fr"], about_me="About <me>", drugs_0_name="Zoloftt", drugs_0_now="stopped",
        place_typed="Nowhereville", place_width="region", adult=None,
    ).content.decode()  # fmt: skip

    for kept in (
        'value="x"', 'value="not an address"', "About &lt;me&gt;", 'value="Zoloftt"',
        'value="Nowhereville"', '<option value="region" selected>', '<option value="stopped" selected>',
        '<option value="holding" selected>',
    ):  # fmt: skip
        assert kept in html
    ticked = re.findall(
        r'<input type="checkbox" name="(\w+)"(?: value="(\w+)")?[^>]* checked', html
    )
    assert set(ticked) == {
        ("interest", "friendship"), ("interest", "advocacy"), ("language", "fr"),
        ("pledge", ""), ("policies", ""), ("health", ""),
    }  # fmt: skip


def test_folded_questions_stay_open_where_they_hold_something(client: Client) -> None:
    form = send(client, adult=None, language=["fr"], drugs_0_name="qqqqqq").context["form"]

    assert [section.open for section in form.sections()] == [True, True, False]


# --- nobody outed -------------------------------------------------------------------------------


@pytest.fixture
def known(
    make_member: Callable[..., Member], make_profile: Callable[..., Profile]
) -> dict[str, str]:
    """Addresses of every kind, by what they are."""
    make_profile(make_member("member"))
    make_profile(make_member("cleo2"), "ici")
    make_profile(make_member("waiting", let_in=False), approved=False)
    make_profile(make_member("unconfirmed", let_in=False), approved=False, confirmed=False)
    make_profile(make_member("declined", let_in=False), approved=False, declined_at=timezone.now())
    make_profile(make_member("suspended", suspended_at=timezone.now()))
    make_profile(make_member("gone"), left_at=timezone.now())
    kinds = ["new", "member", "cleo2", "waiting", "unconfirmed", "declined", "suspended", "gone"]
    return {kind: f"{kind}@example.org" for kind in kinds}


def test_the_answer_is_the_same_whatever_we_know_of_the_address(known: dict[str, str]) -> None:
    answers = set()
    for email in known.values():
        client = Client()
        response = send(client, email=email)
        page = client.get(response["Location"])
        words = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page.content.decode())
        headers = {name: value for name, value in response.items() if name != "Expires"}
        answers.add((response.status_code, str(headers), str(client.cookies.keys()), words))

    assert len(answers) == 1


def test_every_address_takes_the_same_way_through_the_database(known: dict[str, str]) -> None:
    """Time is not measured here, but what takes it: the statements that write."""
    ways = {}
    for kind, email in known.items():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            send(Client(), email=email)
        ways[kind] = [q["sql"].split("VALUES")[0] for q in queries if q["sql"].startswith("INSERT")]

    inserts = {kind: sum("members_" in sql for sql in way) for kind, way in ways.items()}
    assert inserts["new"] == 3  # member, profile, answer
    assert {kind: n for kind, n in inserts.items() if kind != "new"} == dict.fromkeys(
        list(known)[1:], 4
    )  # the member is tried, then an application of nobody is written and taken back


def test_a_known_address_keeps_what_it_has_and_gets_a_letter(known: dict[str, str]) -> None:
    before = list(Profile.objects.order_by("pk").values_list("pk", "username", "member"))

    for kind, email in known.items():
        if kind != "new":
            send(Client(), email=email.upper(), username="somebody")

    members = Member.objects.exclude(email="new@example.org")
    assert list(Profile.objects.order_by("pk").values_list("pk", "username", "member")) == before
    assert set(letters()) == {
        ("application_known", str(pk)) for pk in members.values_list("pk", flat=True)
    }


def test_a_form_sent_ten_times_gives_one_row_and_one_mail(client: Client) -> None:
    for _ in range(10):
        assert send(client)["Location"] == SENT

    assert (Member.objects.count(), Profile.objects.count()) == (1, 1)
    assert [kind for kind, _about in letters()] == ["application_received"]


def test_a_known_address_gets_one_mail_a_day(client: Client, ana: Member) -> None:
    for _ in range(3):
        send(client, email=ana.email)

    assert letters() == [("application_known", str(ana.pk))]


def test_an_applicant_may_apply_to_the_other_community_too(client: Client) -> None:
    send(client)
    send(client, "ici")

    assert sorted(Member.objects.get().profiles.values_list("community", flat=True)) == [
        "ici",
        "twp",
    ]


def test_a_taken_username_is_not_told(client: Client, ana: Member) -> None:
    response = send(client, username="ANA")

    assert response["Location"] == SENT
    assert Profile.objects.get(member__email="eva@example.org").username == "ANA"


def test_the_submitted_point_is_kept_nowhere(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    where = {"place_typed": None, "place_latitude": "42.337913", "place_longitude": "-72.641847"}
    shown_again = send(client, **where, adult=None).content.decode()
    send(client, **where)

    assert Profile.objects.get().cell.words == "around Northampton, Massachusetts, United States"
    everything = shown_again + caplog.text + dump()
    for decimals in ("337913", "641847", "42.338", "72.642"):
        assert decimals not in everything
    assert 'name="place_latitude" value="42.34"' in shown_again


def dump() -> str:
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        rows = []
        for table in tables:
            cursor.execute(sql.SQL("select * from {}").format(sql.Identifier(table)))
            rows += cursor.fetchall()
    return str(rows)


# --- machines -------------------------------------------------------------------------------------


def test_a_filled_trap_sends_nothing_and_comes_back_empty(client: Client) -> None:
    response = send(client, website="http://spam.example")

    assert "must stay empty" in response.content.decode()
    assert "spam.example" not in response.content.decode()
    assert Profile.objects.count() == 0


@pytest.mark.parametrize("signed", ["", "forged", "1:2:3", "\0"])
def test_a_forged_stamp_asks_to_send_again(client: Client, signed: str) -> None:
    response = send(client, shown_at=signed)

    assert response.status_code == 200
    assert Profile.objects.count() == 0


def test_a_form_sent_too_fast_may_be_sent_again(client: Client) -> None:
    fresh = re.search(r'name="shown_at" value="([^"]+)"', client.get(join_url()).content.decode())[
        1
    ]

    response = send(client, shown_at=fresh)

    assert "very quick" in response.content.decode()
    assert Profile.objects.count() == 0


def test_who_mends_one_thing_and_sends_again_at_once_is_not_too_quick(client: Client) -> None:
    page = send(client, username="x").content.decode()
    shown_again = re.search(r'name="shown_at" value="([^"]+)"', page)[1]

    response = send(client, shown_at=shown_again)

    assert response.status_code == 302


def test_a_network_has_its_limit_and_is_told(client: Client) -> None:
    for number in range(20):
        assert send(client, email=f"{number}@example.org").status_code == 302

    response = send(client, email="one.more@example.org")

    assert "Nothing was sent" in response.content.decode()
    assert 'value="one.more@example.org"' in response.content.decode()
    assert Profile.objects.count() == 20


def test_an_address_has_its_limit_and_nobody_is_told(client: Client) -> None:
    for number in range(8):
        response = client.post(join_url(), filled_in(), REMOTE_ADDR=f"203.0.113.{number}")
        assert response["Location"] == SENT

    assert Profile.objects.count() == 1


@pytest.fixture(autouse=True)
def no_limits_from_before() -> None:
    cache.clear()


@pytest.mark.parametrize("text", ["a\0b", "\u202etxt.exe", "\x07"])
@pytest.mark.parametrize(
    "field", ["email", "username", "about_me", "place_typed", "drugs_0_name", "stage"]
)
def test_characters_nobody_types_give_a_sentence(client: Client, field: str, text: str) -> None:
    response = send(client, **{field: text})

    assert response.status_code == 200
    assert Profile.objects.count() == 0


@pytest.mark.parametrize(
    "sent",
    [
        {"interest": "nonsense"}, {"interest": "one_to_one_families"}, {"stage": "healed"},
        {"language": ["en", "xx"]}, {"drugs_0_now": "taking"}, {"drugs_0_name": "Prozac", "drugs_0_now": "x"},
        {"drugs_0_name": "Prozac", "drugs_1_name": "fluoxetine"}, {"drugs_0_name": "x" * 5000},
        {"place_width": "planet"}, {"place_typed": "x" * 5000}, {"place_typed": "01060"},
        {"place_latitude": "91", "place_longitude": "0"}, {"place_latitude": "nan", "place_longitude": "0"},
        {"place_latitude": "1e308", "place_longitude": "1"}, {"place_latitude": "42.3"},
        {"place_town": "-1"}, {"place_town": "9" * 30}, {"place_town": "٣"}, {"place_town": "abc"},
        {"place_typed": "x", "place_asked": "x", "place_choice": "5"}, {"email": "a@b"},
        {"email": "x" * 300 + "@example.org"},
        {"email": "a@" + ".".join(["İ" * 50] * 4) + ".org"},
        {"email": "a@\ua7cbb.org"}, {"email": "=?utf-8?q?a?=@example.org"}, {"about_me": "x" * 3001}, {"username": "x" * 5000},
    ],
)  # fmt: skip
def test_nonsense_gives_a_sentence_and_changes_nothing(
    client: Client, sent: dict[str, object]
) -> None:
    response = send(client, **sent)

    assert response.status_code == 200
    assert response.context["form"].errors
    assert Member.objects.count() == 0


@pytest.mark.parametrize("email", ["Eva@Example.ORG", " eva@example.org "])
def test_an_address_is_kept_in_small_letters(client: Client, email: str) -> None:
    send(client, email=email)

    assert Member.objects.get().email == "eva@example.org"


def test_an_address_with_letters_of_its_own_country_is_fine(client: Client) -> None:
    send(client, email="eva@BÜCHER.example")

    assert Member.objects.get().email == "eva@bücher.example"


def test_an_accent_put_together_by_the_keyboard_is_one_letter(client: Client) -> None:
    send(client, username="Jose\u0301")

    assert Profile.objects.get().username == "José"


def test_an_unknown_community_is_no_page(client: Client) -> None:
    assert client.get("/abc/join/").status_code == 404


# --- members who come to the second community ------------------------------------------------------


def test_a_member_applies_to_the_second_community_without_an_address(
    bo: Member, signed_in: SignIn
) -> None:
    client = signed_in(bo)
    assert 'name="email"' not in client.get(join_url("ici")).content.decode()

    response = client.post(
        join_url("ici"), filled_in("ici", email="else@example.org", username="bo-too")
    )

    profile = bo.profiles.get(community="ici")
    assert response["Location"] == "/account/ici/"
    assert (profile.username, profile.is_waiting, profile.confirmed_at is not None) == (
        "bo-too",
        True,
        True,
    )
    assert letters() == [("application_received", str(profile.pk))]


def test_nothing_of_the_first_profile_is_copied(bo: Member, signed_in: SignIn) -> None:
    Profile.objects.update(about_me="Only for TWP.")

    html = signed_in(bo).get(join_url("ici")).content.decode()

    assert "Only for TWP." not in html
    assert not re.search(r'name="username"[^>]* value=', html)


@pytest.mark.parametrize("community", ["twp", "ici"])
def test_a_member_of_a_community_is_led_to_its_tab(
    ana: Member, signed_in: SignIn, community: str
) -> None:
    client = signed_in(ana)

    answers = [
        client.get(join_url(community)),
        client.post(join_url(community), filled_in(community)),
    ]

    assert [a["Location"] for a in answers] == [f"/account/{community}/"] * 2
    assert ana.profiles.count() == 2


def test_visitors_get_no_session(client: Client) -> None:
    client.get(join_url())
    send(client)

    assert Session.objects.count() == 0


def test_the_form_costs_few_queries(
    client: Client, django_assert_max_num_queries: Callable
) -> None:
    with django_assert_max_num_queries(8):
        client.get(join_url())


def test_the_town_of_the_form_is_that_of_the_gazetteer(client: Client) -> None:
    send(client, place_typed="anything", place_town=str(town("Berlin").pk), place_width="region")

    assert Profile.objects.get().cell.country_id == "DE"
