"""My Account: editing, resting, leaving, coming back, taking a block back, agreeing again."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from members import account, duties
from members.models import Answer, Block, Member, Profile, Session
from moderation.duties import erase_declined_applications
from tests.conftest import PASSWORD
from tests.forms import fields_of

pytestmark = pytest.mark.django_db

SignIn = Callable[[Member], Client]


def face(member: Member) -> Profile:
    return member.profiles.get(community="twp")


def page(name: str, community: str = "twp") -> str:
    return reverse(f"account:{name}", args=[community])


def edited(client: Client, **changed: object) -> dict[str, object]:
    """The edit form as a browser sends it back, with some fields changed."""
    return fields_of(client.get(page("edit")).content.decode(), "username") | changed


@pytest.mark.parametrize("name", ["overview", "safety"])
def test_a_page_opens(name: str, ana: Member, signed_in: SignIn) -> None:
    assert signed_in(ana).get(reverse(f"account:{name}")).status_code == 200


@pytest.mark.parametrize("name", ["community", "edit", "rest", "leave"])
@pytest.mark.parametrize("community", ["twp", "ici"])
def test_a_page_of_a_community_opens(
    name: str, community: str, ana: Member, signed_in: SignIn
) -> None:
    assert signed_in(ana).get(page(name, community)).status_code == 200


@pytest.mark.parametrize("name", ["edit", "rest", "leave"])
def test_there_is_no_such_page_where_one_is_not_a_member(
    name: str, bo: Member, signed_in: SignIn
) -> None:
    assert signed_in(bo).get(page(name, "ici")).status_code == 404


def test_editing_writes_the_profile(
    ana: Member, signed_in: SignIn, answer: Callable[..., Answer]
) -> None:
    profile = face(ana)
    answer(profile, "interest", "friendship")
    client = signed_in(ana)

    response = client.post(page("edit"), edited(client, about_me="I like fog."))

    assert response.status_code == 302
    assert face(ana).about_me == "I like fog."
    assert face(ana).cell_id == profile.cell_id


def test_looking_at_another_area_keeps_the_profile_as_it_is(
    ana: Member, signed_in: SignIn, answer: Callable[..., Answer], known_towns: None
) -> None:
    profile = face(ana)
    answer(profile, "interest", "friendship")
    client = signed_in(ana)

    looked = client.post(page("edit"), edited(client, place_typed="Berlin", place_look="yes"))

    assert "<strong>Around Berlin, Germany</strong>" in looked.content.decode()
    assert face(ana).cell_id == profile.cell_id


def test_editing_refuses_a_name_that_looks_like_anothers(
    bo: Member, stranger: Member, signed_in: SignIn, answer: Callable[..., Answer]
) -> None:
    profile = face(bo)
    answer(profile, "interest", "friendship")

    client = signed_in(bo)

    response = client.post(page("edit"), edited(client, username="Stranger"))

    assert response.status_code == 200
    assert "Please choose another" in response.content.decode()
    assert face(bo).username == "bo"


def test_nonsense_in_the_edit_form_changes_nothing_and_keeps_what_was_typed(
    bo: Member, signed_in: SignIn
) -> None:
    client = signed_in(bo)
    sent = edited(client, username="a b", about_me="typed words", interest=["x", "999999"])

    response = client.post(page("edit"), sent)

    assert response.status_code == 200
    assert "typed words" in response.content.decode()
    assert face(bo).about_me == ""


def test_who_rests_is_found_by_nobody_until_awake_again(
    ana: Member, bo: Member, signed_in: SignIn
) -> None:
    client = signed_in(bo)

    client.post(page("rest"), {"until": ""})
    while_resting = Profile.objects.visible_to(ana).filter(member=bo).exists()
    client.post(page("wake"))

    assert while_resting is False
    assert Profile.objects.visible_to(ana).filter(member=bo).exists()


def test_a_rest_ends_on_its_day(ana: Member, bo: Member) -> None:
    account.rest(face(bo), until=timezone.localdate())

    assert Profile.objects.visible_to(ana).filter(member=bo).exists()


@pytest.mark.parametrize("until", ["yesterday", "2020-01-01", "0000-00-00", "9999-99-99"])
def test_a_rest_until_nonsense_is_refused(until: str, bo: Member, signed_in: SignIn) -> None:
    response = signed_in(bo).post(page("rest"), {"until": until})

    assert response.status_code == 200
    assert face(bo).paused_at is None


def test_who_leaves_is_gone_at_once_and_may_come_back(
    ana: Member, bo: Member, signed_in: SignIn
) -> None:
    client = signed_in(bo)

    client.post(page("leave"))
    after_leaving = Profile.objects.visible_to(ana).filter(member=bo).exists()
    client.post(page("come_back"))

    assert after_leaving is False
    assert Profile.objects.visible_to(ana).filter(member=bo).exists()


def test_leaving_twice_is_leaving_once(bo: Member, signed_in: SignIn) -> None:
    client = signed_in(bo)

    client.post(page("leave"))
    again = client.post(page("leave"))

    assert again.status_code == 404
    assert face(bo).left_at is not None


def test_after_a_week_a_face_that_left_is_erased_and_the_other_stays(ana: Member) -> None:
    account.leave(face(ana))
    ana.profiles.filter(community="twp").update(left_at=timezone.now() - timedelta(days=8))

    duties.erase_profiles_that_left()

    assert list(ana.profiles.values_list("community", flat=True)) == ["ici"]


def test_with_the_last_face_the_login_is_erased(bo: Member) -> None:
    account.leave(face(bo))
    bo.profiles.update(left_at=timezone.now() - timedelta(days=8))

    duties.erase_profiles_that_left()

    assert not Member.objects.filter(pk=bo.pk).exists()


def test_a_declined_application_keeps_no_login_for_ever(
    bo: Member, make_profile: Callable[..., Profile]
) -> None:
    long_ago = timezone.now() - timedelta(days=40)
    make_profile(
        bo, "ici", approved=False, applied_at=long_ago, confirmed_at=long_ago, declined_at=long_ago
    )
    bo.profiles.filter(community="twp").update(left_at=long_ago)

    duties.erase_profiles_that_left()
    assert Member.objects.filter(pk=bo.pk).exists()  # the application is still there
    erase_declined_applications()

    assert not Member.objects.filter(pk=bo.pk).exists()


def test_who_is_suspended_is_remembered_after_leaving(bo: Member) -> None:
    account.leave(face(bo))
    bo.profiles.update(left_at=timezone.now() - timedelta(days=8))
    Member.objects.filter(pk=bo.pk).update(suspended_at=timezone.now())

    duties.erase_profiles_that_left()

    assert not Profile.objects.filter(member=bo).exists()
    assert Member.objects.filter(pk=bo.pk).exists()


def test_with_the_login_go_its_sessions_which_hold_the_address(bo: Member) -> None:
    Client().post(reverse("account_login"), {"login": bo.email, "password": PASSWORD})
    kept = [session.get_decoded() for session in Session.objects.all()]
    assert bo.email in str(kept)  # what could leak is there
    account.leave(face(bo))
    bo.profiles.update(left_at=timezone.now() - timedelta(days=8))

    duties.erase_profiles_that_left()

    assert not Session.objects.exists()


def test_who_came_back_in_time_is_not_erased(bo: Member) -> None:
    account.leave(face(bo))
    stale = face(bo)
    account.come_back(stale)

    account.erase_left(stale)

    assert Profile.objects.filter(member=bo).exists()


def test_a_block_is_taken_back_by_who_made_it(ana: Member, dana: Member, signed_in: SignIn) -> None:
    block = Block.objects.get(blocker=dana)

    signed_in(dana).post(reverse("account:unblock", args=[block.pk]))

    assert not Block.objects.filter(pk=block.pk).exists()


def test_who_is_blocked_cannot_take_it_back_nor_see_it(
    ana: Member, dana: Member, signed_in: SignIn
) -> None:
    block = Block.objects.get(blocker=dana)
    client = signed_in(ana)

    response = client.post(reverse("account:unblock", args=[block.pk]))

    assert response.status_code == 404
    assert Block.objects.filter(pk=block.pk).exists()
    assert "dana" not in client.get(reverse("account:safety")).content.decode()


def test_who_agreed_to_older_policies_is_asked_at_the_next_sign_in(bo: Member) -> None:
    client = Client()

    client.post(reverse("account_login"), {"login": bo.email, "password": "a-long-enough-secret"})
    first = client.get(reverse("account:overview"))
    readable = client.get(reverse("pages:privacy"))
    client.post(reverse("account:policies"))
    then = client.get(reverse("account:overview"))

    assert first.url == reverse("account:policies")
    assert readable.status_code == 200
    assert then.status_code == 200
    assert Member.objects.get(pk=bo.pk).policies_version == settings.POLICIES_VERSION


def test_signing_in_notes_the_month_and_no_more(bo: Member) -> None:
    Client().post(reverse("account_login"), {"login": bo.email, "password": "a-long-enough-secret"})

    assert Member.objects.get(pk=bo.pk).seen_on == timezone.localdate().replace(day=1)
