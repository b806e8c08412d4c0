"""The status page of an application, and what is done by the clock about it."""

import re
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from members import duties
from members.forms.guards import stamp
from members.models import Member, Profile
from members.outbox.models import Letter
from tests.forms import fields_of
from tests.members.applying import SENT, status_url

pytestmark = pytest.mark.django_db

BELOW = ["application", "confirm", "change", "correct", "withdraw"]


@pytest.fixture(autouse=True)
def no_limits_from_before() -> None:
    cache.clear()


@pytest.fixture
def eva(make_member: Callable[..., Member], make_profile: Callable[..., Profile]) -> Profile:
    """An application whose address is not confirmed."""
    member = make_member("eva", let_in=False)
    return make_profile(member, approved=False, confirmed=False)


@pytest.fixture
def confirmed(applicant: Member) -> Profile:
    return applicant.profiles.get()


def new_address(email: str) -> dict[str, str]:
    return {"email": email, "shown_at": stamp(timezone.now() - timedelta(minutes=1))}


def letters() -> list[tuple[str, str]]:
    return list(Letter.objects.values_list("kind", "about"))


# --- who gets here ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", BELOW)
@pytest.mark.parametrize("method", ["get", "post"])
def test_an_unknown_key_is_the_plain_404(client: Client, name: str, method: str) -> None:
    unknown = getattr(client, method)(reverse(f"joining:{name}", args=[uuid.uuid4()]))

    assert unknown.status_code == 404
    assert words(unknown) == words(client.get("/no/such/page/"))


def words(response: HttpResponse) -> str:
    """A page without what differs each time: its token, and its own address."""
    differing = r'name="(csrfmiddlewaretoken|next)" value="[^"]*"'
    return re.sub(differing, "", response.content.decode())


@pytest.mark.parametrize("name", BELOW)
def test_a_link_ends_with_the_time_after_approval(client: Client, name: str, bo: Member) -> None:
    profile = bo.profiles.get()
    long_ago = timezone.now() - timedelta(days=15)
    Profile.objects.update(applied_at=long_ago, confirmed_at=long_ago, approved_at=long_ago)

    assert client.get(status_url(profile, name)).status_code == 404


def test_the_page_is_kept_by_no_cache_and_no_search_engine(client: Client, eva: Profile) -> None:
    response = client.get(status_url(eva))

    assert "no-store" in response["Cache-Control"]
    assert "noindex" in response["X-Robots-Tag"]


# --- confirm ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", BELOW)
def test_opening_a_page_changes_nothing(client: Client, eva: Profile, name: str) -> None:
    before = Profile.objects.values().get()

    client.get(status_url(eva, name))
    client.head(status_url(eva, name))

    assert Profile.objects.values().get() == before


def test_the_button_confirms_the_address(client: Client, eva: Profile) -> None:
    response = client.post(status_url(eva, "confirm"), follow=True)

    eva.refresh_from_db()
    assert eva.confirmed_at is not None
    assert "Your address is confirmed" in response.content.decode()


def test_confirming_twice_is_confirming_once(client: Client, eva: Profile) -> None:
    client.post(status_url(eva, "confirm"))
    first = Profile.objects.get().confirmed_at
    client.post(status_url(eva, "confirm"))

    assert Profile.objects.get().confirmed_at == first


# --- change --------------------------------------------------------------------------------------------


def test_the_form_is_filled_in_and_saving_it_changes_nothing(
    client: Client, confirmed: Profile, answer: Callable, take: Callable
) -> None:
    answer(confirmed, "interest", "friendship")
    answer(confirmed, "stage", "holding")
    answer(confirmed, "schedule", "slide")
    answer(confirmed, "language", "de")
    take(confirmed, "sertraline", "stopped")
    Profile.objects.update(about_me="Line one.\n\nLine <two>.")
    before = everything(confirmed)

    html = client.get(status_url(confirmed, "change")).content.decode()
    response = client.post(status_url(confirmed, "change"), fields_of(html, "username"))

    assert response.status_code == 302
    assert everything(confirmed) == before


def everything(profile: Profile) -> list[object]:
    return [
        Profile.objects.values().get(pk=profile.pk),
        list(profile.answers.order_by("pk").values()),
        list(profile.drug_experiences.order_by("pk").values()),
    ]


def test_answers_can_be_changed(
    client: Client, confirmed: Profile, answer: Callable, take: Callable
) -> None:
    answer(confirmed, "interest", "friendship")
    answer(confirmed, "stage", "holding")
    take(confirmed, "sertraline", "stopped")
    html = client.get(status_url(confirmed, "change")).content.decode()
    changes = {
        "username": "new-name", "interest": ["advocacy", "creative"], "stage": "", "drugs_0_name": "Valium",
        "drugs_0_now": "taking", "about_me": "Hello.",
    }  # fmt: skip

    client.post(status_url(confirmed, "change"), fields_of(html, "username") | changes)

    profile = Profile.objects.get()
    assert (profile.username, profile.username_key, profile.about_me) == (
        "new-name",
        "nevv-narne",
        "Hello.",
    )
    assert [a.choice.slug for a in profile.answers.all()] == ["advocacy", "creative"]
    assert [(str(e.drug), e.now.slug) for e in profile.drug_experiences.all()] == [
        ("diazepam", "taking")
    ]


def test_looking_at_another_area_changes_nothing(
    client: Client, confirmed: Profile, known_towns: None
) -> None:
    url = status_url(confirmed, "change")
    sent = fields_of(client.get(url).content.decode(), "username")
    sent |= {"username": "eva-two", "interest": "friendship", "place_typed": "Berlin"}

    looked = client.post(url, sent | {"place_look": "yes"})

    assert "<strong>Around Berlin, Germany</strong>" in looked.content.decode()
    confirmed.refresh_from_db()
    assert (confirmed.username, confirmed.cell.place) != ("eva-two", "Berlin, Germany")
    assert client.post(url, sent).status_code == 302


def test_a_retired_choice_stays_where_it_was_given(
    client: Client, confirmed: Profile, answer: Callable
) -> None:
    answer(confirmed, "interest", "friendship")
    retired = answer(confirmed, "interest", "creative").choice
    retired.retired_at = timezone.now()
    retired.save()

    html = client.get(status_url(confirmed, "change")).content.decode()
    client.post(status_url(confirmed, "change"), fields_of(html, "username"))

    assert "Making things (no longer offered)" in html
    assert [a.choice.slug for a in confirmed.answers.all()] == ["friendship", "creative"]
    assert "no longer offered" not in client.get("/twp/join/").content.decode()


def test_what_is_wrong_is_said_and_nothing_changes(client: Client, confirmed: Profile) -> None:
    before = everything(confirmed)

    response = client.post(status_url(confirmed, "change"), {"username": "a b"})

    assert list(response.context["form"].errors) == ["username", "interest"]
    assert everything(confirmed) == before


# --- the address -----------------------------------------------------------------------------------------


def test_a_corrected_address_gets_a_new_link_and_the_old_one_dies(
    client: Client, eva: Profile
) -> None:
    response = client.post(status_url(eva, "correct"), new_address("Right@Example.org"))

    profile = Profile.objects.get()
    assert response["Location"] == SENT
    assert (profile.member.email, profile.pk) == ("right@example.org", eva.pk)
    assert letters() == [("application_received", str(eva.pk))]
    assert client.get(status_url(eva)).status_code == 404
    assert client.get(status_url(profile)).status_code == 200
    assert list(Member.objects.values_list("email", flat=True)) == ["right@example.org"]


def test_correcting_to_a_known_address_looks_the_same(
    client: Client, eva: Profile, ana: Member
) -> None:
    response = client.post(status_url(eva, "correct"), new_address(ana.email))

    assert response["Location"] == SENT
    assert client.get(status_url(eva)).status_code == 404
    assert letters() == [("application_known", str(ana.pk))]
    assert not Member.objects.filter(email="eva@example.org").exists()


def test_a_corrected_application_leaves_the_other_one_of_its_member_alone(
    client: Client, eva: Profile, make_profile: Callable[..., Profile]
) -> None:
    other = make_profile(eva.member, "ici", approved=False)

    client.post(status_url(eva, "correct"), new_address("right@example.org"))

    assert (Profile.objects.get(pk=other.pk).member.email, Member.objects.count()) == (
        "eva@example.org",
        2,
    )


def test_a_confirmed_address_is_not_corrected_here(client: Client, confirmed: Profile) -> None:
    response = client.post(status_url(confirmed, "correct"), new_address("right@example.org"))

    assert response["Location"] == status_url(confirmed)
    assert Member.objects.get().email == "applicant@example.org"


@pytest.mark.parametrize("email", ["", "nope", "a" * 300 + "@example.org", "a\0@example.org"])
def test_a_wrong_address_gets_a_sentence(client: Client, eva: Profile, email: str) -> None:
    response = client.post(status_url(eva, "correct"), new_address(email))

    assert list(response.context["form"].errors) == ["email"]
    assert Member.objects.get().email == "eva@example.org"


# --- take it back ---------------------------------------------------------------------------------------


def test_taking_it_back_erases_everything(
    client: Client, confirmed: Profile, answer: Callable, take: Callable
) -> None:
    answer(confirmed, "interest", "friendship")
    take(confirmed, "sertraline")

    response = client.post(status_url(confirmed, "withdraw"), follow=True)

    assert "Your application is erased" in response.content.decode()
    assert (Member.objects.count(), Profile.objects.count()) == (0, 0)


def test_taking_one_back_leaves_the_member_with_the_other(
    client: Client, bo: Member, make_profile: Callable[..., Profile]
) -> None:
    second = make_profile(bo, "ici", approved=False)

    client.post(status_url(second, "withdraw"))

    assert list(bo.profiles.values_list("community", flat=True)) == ["twp"]


def test_a_member_who_takes_back_the_last_they_had_is_out_and_told(
    bo: Member, signed_in: Callable[[Member], Client], make_profile: Callable[..., Profile]
) -> None:
    second = make_profile(bo, "ici", approved=False)
    browser = signed_in(bo)
    bo.profiles.get(community="twp").delete()  # left, and the days for coming back are over

    response = browser.post(status_url(second, "withdraw"), follow=True)

    assert "Your application is erased" in response.content.decode()
    assert not Member.objects.filter(pk=bo.pk).exists()
    assert not response.wsgi_request.user.is_authenticated


def test_who_takes_back_somebody_elses_by_its_link_stays_in(
    confirmed: Profile, bo: Member, signed_in: Callable[[Member], Client]
) -> None:
    browser = signed_in(bo)

    response = browser.post(status_url(confirmed, "withdraw"), follow=True)

    assert not Profile.objects.filter(pk=confirmed.pk).exists()
    assert response.wsgi_request.user == bo


def test_pressing_twice_ends_at_a_404(client: Client, confirmed: Profile) -> None:
    client.post(status_url(confirmed, "withdraw"))

    assert client.post(status_url(confirmed, "withdraw")).status_code == 404


# --- decided ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["confirm", "change", "correct", "withdraw"])
@pytest.mark.parametrize("decided", ["approved_at", "declined_at"])
def test_after_a_decision_nothing_can_be_done_here(
    client: Client, confirmed: Profile, name: str, decided: str
) -> None:
    Profile.objects.update(**{decided: timezone.now()})
    before = everything(confirmed)

    response = client.post(
        status_url(confirmed, name), new_address("x@example.org") | {"username": "other"}
    )

    assert response["Location"] == status_url(confirmed)
    assert everything(confirmed) == before


@pytest.mark.parametrize(
    ("decided", "words"),
    [
        ("approved_at", "You are in. Welcome."),
        ("declined_at", "We have closed this application."),
    ],
)
def test_the_page_says_what_was_decided_and_nothing_of_the_answers(
    client: Client, confirmed: Profile, decided: str, words: str
) -> None:
    an_hour_ago = timezone.now() - timedelta(hours=1)
    Profile.objects.update(
        applied_at=an_hour_ago, confirmed_at=an_hour_ago, **{decided: an_hour_ago}
    )

    html = client.get(status_url(confirmed)).content.decode()

    assert words in html
    assert "applicant" not in html


# --- by the clock ------------------------------------------------------------------------------------------


def sent_days_ago(profile: Profile, days: int) -> None:
    Profile.objects.filter(pk=profile.pk).update(applied_at=timezone.now() - timedelta(days=days))


@pytest.mark.parametrize(("days", "expected"), [(6, 0), (8, 1)])
def test_one_reminder_after_a_week(
    eva: Profile, confirmed: Profile, days: int, expected: int
) -> None:
    sent_days_ago(eva, days)
    sent_days_ago(confirmed, days)

    duties.remind_unconfirmed_applications()
    duties.remind_unconfirmed_applications()

    assert letters() == [("application_reminder", str(eva.pk))] * expected


def test_an_unconfirmed_application_is_erased_after_two_weeks(
    eva: Profile, confirmed: Profile
) -> None:
    sent_days_ago(eva, 15)
    sent_days_ago(confirmed, 15)

    duties.erase_unconfirmed_applications()

    assert list(Member.objects.values_list("email", flat=True)) == ["applicant@example.org"]


def test_an_unconfirmed_application_stays_for_two_weeks(eva: Profile) -> None:
    sent_days_ago(eva, 13)

    duties.erase_unconfirmed_applications()

    assert Profile.objects.filter(pk=eva.pk).exists()


def test_the_status_page_costs_few_queries(
    client: Client, eva: Profile, django_assert_max_num_queries: Callable
) -> None:
    with django_assert_max_num_queries(4):
        client.get(status_url(eva))


def test_the_form_of_changing_costs_few_queries(
    client: Client,
    eva: Profile,
    answer: Callable,
    take: Callable,
    django_assert_max_num_queries: Callable,
) -> None:
    for slug in ("friendship", "creative", "advocacy"):
        answer(eva, "interest", slug)
    for generic in ("sertraline", "diazepam", "lithium"):
        take(eva, generic)

    with django_assert_max_num_queries(8):
        client.get(status_url(eva, "change"))


# --- a name that is taken --------------------------------------------------------------------------


def ask_for_another_name(profile: Profile) -> None:
    Letter.objects.create(kind="choose_another_name", about=str(profile.pk))


def take_the_name_of(profile: Profile, taker: Member) -> None:
    taker.profiles.filter(community=profile.community).update(
        username=profile.username, username_key=profile.username_key
    )


def test_who_was_asked_for_another_name_reads_so(
    client: Client, confirmed: Profile, ana: Member
) -> None:
    take_the_name_of(confirmed, ana)
    ask_for_another_name(confirmed)

    page = client.get(status_url(confirmed)).content.decode()

    assert "Please choose another name" in page
    assert "You need do nothing" not in page


def test_who_was_not_asked_does_not_learn_that_a_name_is_taken(
    client: Client, confirmed: Profile, ana: Member
) -> None:
    take_the_name_of(confirmed, ana)

    page = client.get(status_url(confirmed)).content.decode()

    assert "another name" not in page


def test_who_has_chosen_another_name_waits_in_peace(client: Client, confirmed: Profile) -> None:
    ask_for_another_name(confirmed)

    page = client.get(status_url(confirmed)).content.decode()

    assert "You need do nothing" in page


def test_what_the_link_shows_waits_for_the_address_to_be_confirmed(
    client: Client, eva: Profile
) -> None:
    """By a slip in the address the link may lie in a stranger's mailbox."""
    page = client.get(status_url(eva)).content.decode()
    change = client.get(status_url(eva, "change"))

    assert "What you told us" not in page
    assert eva.cell.place not in page
    assert change.status_code != 200
