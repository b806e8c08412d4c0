"""Generated nonsense to every form of joining: always an answer, never an error."""

import random

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from members.models import Member
from tests.members.applying import filled_in, join_url, status_url

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("known_towns")]

BODIES = 60
PIECES = [
    "", " ", "0", "-1", "1e308", "NaN", "inf", "9" * 40, "\0", "\u202e", "\ud7ff", "😀", "<script>", "'--",
    "%s%n", "../../", "{{x}}", "a" * 3000, "é́́́́", "ana", "Berlin", "Springfield", "42.33", "-72.64",
    "Prozac", "Prozak", "benzo", "friendship", "on", "town", "taking", "a@b.org", "\r\nBcc: x@example.org",
    "٣", "ﬁ", "１２", "null", "true", "[]", "__all__",
]  # fmt: skip


def nonsense(seed: int) -> dict[str, object]:
    dice = random.Random(seed)
    sent = filled_in(dice.choice(["twp", "ici"]))
    names = [*sent, "place_town", "place_latitude", "place_longitude", "place_choice", "place_asked",
             "drugs_0_name", "drugs_0_now", "drugs_1_choice", "drugs_5_name", "drugs_9_name", "stage",
             "language", "schedule", "about_me", "website", "second_look", "come_as", "extra"]  # fmt: skip
    for name in dice.sample(names, dice.randint(1, 8)):
        sent[name] = [dice.choice(PIECES) for _ in range(dice.choice([1, 1, 1, 2, 5]))]
    return sent


@pytest.mark.parametrize("community", ["twp", "ici"])
def test_the_form_answers_all_nonsense(client: Client, community: str) -> None:
    statuses = set()
    for seed in range(BODIES):
        if seed % 15 == 0:
            cache.clear()
        statuses.add(client.post(join_url(community), nonsense(seed)).status_code)

    assert statuses <= {200, 302}


@pytest.mark.parametrize("name", ["confirm", "change", "correct"])
def test_the_status_page_answers_all_nonsense(client: Client, name: str, applicant: Member) -> None:
    profile = applicant.profiles.get()

    statuses = {
        client.post(status_url(profile, name), nonsense(seed)).status_code
        for seed in range(BODIES // 3)
    }

    assert statuses <= {200, 302}


@pytest.mark.parametrize(
    "key", ["x", "1", "../../etc", "00000000-0000-0000-0000-00000000000g", "%00", "é"]
)
def test_a_forged_link_is_no_page(client: Client, key: str) -> None:
    assert client.get(f"/application/{key}/").status_code == 404


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"a" * 5000, b"=&=&=", b"username=%FF%00"])
def test_a_broken_body_is_answered(client: Client, body: bytes) -> None:
    response = client.post(join_url(), body, content_type="application/x-www-form-urlencoded")

    assert response.status_code == 200


@pytest.mark.parametrize("method", ["put", "delete", "patch", "options"])
def test_other_methods_are_refused(client: Client, method: str) -> None:
    urls = [join_url(), reverse("joining:sent")]

    assert {getattr(client, method)(url).status_code for url in urls} == {405}
