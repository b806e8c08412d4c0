"""All letters of the site: each has specimens to look at, and a reason if it cannot be stopped."""

import re
from urllib.parse import urlsplit

import pytest
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django.urls import resolve
from django.utils.html import escape

from members.outbox import letters, specimens
from members.outbox.letters import KINDS, Mail, Needed, letter

pytestmark = pytest.mark.django_db

STOPPABLE = sorted(name for name, kind in KINDS.items() if kind.needed is None)


def every_specimen() -> dict[str, EmailMultiAlternatives]:
    return {
        f"{kind} {case}": mail
        for kind in KINDS
        for case, mail in specimens.written(kind, "en").items()
    }


def twin(mail: EmailMultiAlternatives) -> str:
    return mail.alternatives[0].content


def test_every_kind_has_a_specimen_and_every_specimen_a_kind() -> None:
    assert set(specimens.SPECIMENS) == set(KINDS)
    assert [kind for kind in KINDS if not specimens.written(kind, "en")] == []


def test_a_kind_has_its_specimens_once() -> None:
    with pytest.raises(ValueError, match="message has its specimens already"):
        specimens.specimens("message")(dict)


def test_a_specimen_lacks_nothing_its_templates_ask_for(settings: object) -> None:
    (templates,) = settings.TEMPLATES
    options = templates["OPTIONS"] | {"string_if_invalid": "IT LACKS %s"}
    settings.TEMPLATES = [templates | {"OPTIONS": options}]

    lacking = {
        name: re.findall(r"IT LACKS \S+", mail.subject + mail.body + twin(mail))
        for name, mail in every_specimen().items()
    }

    assert {name: lacks for name, lacks in lacking.items() if lacks} == {}


def test_a_specimen_is_of_invented_people_only() -> None:
    addresses = re.compile(r"[\w.+-]+@[\w.-]*\w")

    found = {
        address
        for mail in every_specimen().values()
        for address in addresses.findall(mail.message().as_string())
    }

    assert {address.partition("@")[2] for address in found} == {"example.org", "connect.example"}


def test_the_twin_of_every_letter_loads_nothing() -> None:
    loading = re.compile(r"<(img|link|script|style|iframe|object)\b|\bsrc=|url\(", re.IGNORECASE)

    assert [name for name, mail in every_specimen().items() if loading.search(twin(mail))] == []


def test_both_twins_of_a_letter_have_the_same_links() -> None:
    """Somebody whose mail program shows one of them misses nothing. What a member typed is set in,
    and never made a link."""
    differ = {}
    for name, mail in every_specimen().items():
        ours = "\n".join(line for line in mail.body.splitlines() if not line.startswith("    "))
        plain = set(re.findall(r"https?://[^\s<>]+", ours))
        html = set(re.findall(r'href="(http[^"]+)"', twin(mail)))
        if plain != html:
            differ[name] = plain ^ html

    assert differ == {}


# --- the pages -------------------------------------------------------------------------------------


def page(path: str = "") -> str:
    response = Client().get(f"/mail/letters/{path}")
    assert response.status_code == 200
    return response.content.decode()


def test_the_list_names_every_letter_with_its_subject_and_whether_it_can_be_stopped() -> None:
    listed = page()

    assert [kind for kind in KINDS if f"/mail/letters/{kind}/" not in listed] == []
    assert "Please confirm this address" in listed
    assert "Yes, by one click." in listed


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_letter_has_a_page_in_both_forms(kind: str) -> None:
    for case, mail in specimens.written(kind, "en").items():
        assert escape(mail.subject) in page(f"{kind}/?case={case}")
        assert "<iframe" in page(f"{kind}/?case={case}&as=html")
        assert "</html>" in page(f"{kind}/html/?case={case}")


def test_a_letter_shows_its_headers_and_its_other_way() -> None:
    confirmed = page("application_received/?case=confirmed")

    assert "bounce+specimen" in confirmed
    assert "A person reads it now." in confirmed
    assert "?case=to-confirm&amp;language=en" in confirmed


def test_a_letter_is_shown_in_each_language_there_is(settings: object) -> None:
    settings.LANGUAGES = [("en", "English"), ("de", "Deutsch")]

    in_german = page("notice_password_changed/html/?language=de")

    assert '<html lang="de"' in in_german
    assert "Deutsch" in page("message/")


@pytest.mark.parametrize("query", ["case=nonsense", "language=xx", "as=pdf", "case=%00"])
def test_nonsense_gives_the_first_there_is(query: str) -> None:
    assert "A message for you" in page(f"message/?{query}")


@pytest.mark.parametrize("path", ["nothing/", "nothing/html/"])
def test_no_such_letter_is_not_found(path: str) -> None:
    assert Client().get(f"/mail/letters/{path}").status_code == 404


# --- stopping --------------------------------------------------------------------------------------


def wrongly_stopped(kind: str) -> list[str]:
    """What is wrong with how a kind of letter is stopped, or said to be needed."""
    wrong = []
    needed = KINDS[kind].needed is not None
    for case, mail in specimens.written(kind, "en").items():
        stops = "List-Unsubscribe" in mail.extra_headers
        if needed == stops:
            wrong.append(
                f"{kind} {case}: " + ("both" if needed else "neither needed nor stoppable")
            )
    return wrong


def test_every_letter_is_needed_or_can_be_stopped() -> None:
    assert [wrong for kind in KINDS for wrong in wrongly_stopped(kind)] == []


def test_a_new_letter_that_is_neither_is_found() -> None:
    letter("news", "relay/emails/message")(lambda about: Mail("wren@example.org"))
    specimens.specimens("news")(specimens.SPECIMENS["message"])

    try:
        wrong = wrongly_stopped("news")
    finally:
        del KINDS["news"], specimens.SPECIMENS["news"]

    assert wrong[0] == "news letter: neither needed nor stoppable"


def test_these_can_be_stopped() -> None:
    """A letter leaves this list only on purpose."""
    assert STOPPABLE == ["new_people", "room_again", "something_waits"]


@pytest.mark.parametrize("kind", STOPPABLE)
def test_a_letter_that_can_be_stopped_says_so_where_mail_programs_and_people_look(
    kind: str,
) -> None:
    for mail in specimens.written(kind, "en").values():
        url = mail.extra_headers["List-Unsubscribe"].strip("<>")

        assert mail.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert url in mail.body
        assert url in twin(mail)


@pytest.mark.parametrize("kind", STOPPABLE)
def test_its_link_takes_the_post_of_a_mail_program_without_login_or_form(kind: str) -> None:
    mail = next(iter(specimens.written(kind, "en").values()))
    path = urlsplit(mail.extra_headers["List-Unsubscribe"].strip("<>")).path
    program = Client(enforce_csrf_checks=True)

    answer = program.post(path, {"List-Unsubscribe": "One-Click"})

    assert not resolve(path).func.login_required
    assert answer.status_code == 404  # of somebody who was never there: neither refused nor sent on


def test_every_reason_is_one_of_somebody() -> None:
    used = {kind.needed for kind in letters.KINDS.values()}

    assert set(Needed) <= used
