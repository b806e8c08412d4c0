"""The pages on which the staff read and change the prepared letters."""

import html
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from members.models import Member
from members.outbox.composing import compose
from members.outbox.models import Letter
from moderation import decisions
from moderation.applications import asking
from moderation.letters.originals import PREPARED
from moderation.models import Application, AuditEntry, LetterText, Question, Reason
from tests.translated import write_catalogue

pytestmark = pytest.mark.django_db

LIST = "/admin/moderation/lettertext/"
APPROVED = f"{LIST}approved/change/"
PROBE = "<script>alert(1)</script> {{ 7|add:7 }} {% now 'Y' %} & \"quoted\""
PROBE_KEPT = "&lt;script&gt;alert(1)&lt;/script&gt;"


@pytest.fixture
def office(administrator: Member, signed_in: Callable[[Member], Client]) -> Client:
    """A browser in which an administrator is signed in."""
    return signed_in(administrator)


@pytest.fixture
def two_languages(settings: object, tmp_path: Path) -> None:
    write_catalogue(
        tmp_path, "de",
        {
            str(PREPARED["approved"].original): "Willkommen in {community}.",
            "Hello %(name)s,": "Hallo %(name)s,",
            "Your application: good news": "Gute Nachrichten",
        },
    )  # fmt: skip
    settings.LOCALE_PATHS = [tmp_path]
    settings.LANGUAGES = [("en", "English"), ("de", "Deutsch")]


def words(client: Client, address: str) -> str:
    return in_words(client.get(address))


def in_words(response: object) -> str:
    text = html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode()))
    return " ".join(text.split())


def said(response: object) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def save(client: Client, text: str, address: str = APPROVED, **more: str) -> object:
    """Open the page, type, and press "Save"."""
    seen = client.get(address).context["form"]["seen"].value()
    return client.post(address, {"do": "save", "words": text, "seen": seen, **more}, follow=True)


def change(name: str, text: str, by: Member | None = None, language: str = "en") -> LetterText:
    return LetterText.objects.create(name=name, words=text, changed_by=by, language=language)


# --- the list ------------------------------------------------------------------------------------


def test_the_list_shows_every_letter_and_who_changed_it(
    desk: Client, administrator: Member
) -> None:
    change("approved", "Come in.", administrator)

    page = words(desk, LIST)

    today = timezone.now().strftime("%-d %B %Y")
    assert f"Approved: above the link changed by admin on {today}" in page
    assert "Approved: below the link original" in page
    for letter in PREPARED.values():
        assert str(letter.title).lower() in page.lower()


def test_the_list_says_of_somebody_who_left_that_they_did(desk: Client) -> None:
    change("approved", "Come in.")

    assert "changed by somebody who has left on" in words(desk, LIST)


def test_the_list_costs_the_same_for_one_and_three(
    desk: Client, administrator: Member, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for name in ("approved", "promotes", "duplicate"):
        change(name, "Come in.", administrator)
        with django_assert_num_queries(3):
            desk.get(LIST)


def test_with_one_language_none_is_named(desk: Client) -> None:
    assert "English" not in words(desk, LIST)
    assert "English" not in words(desk, APPROVED)


def test_with_two_languages_each_has_its_row(desk: Client, two_languages: None) -> None:
    page = desk.get(LIST).content.decode()

    assert f'href="{APPROVED}?language=de"' in page
    assert page.count("· Deutsch") == page.count("· English") == len(PREPARED)


# --- one letter ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PREPARED)
def test_every_letter_has_a_page_with_a_whole_mail(name: str, office: Client) -> None:
    response = office.get(f"{LIST}{name}/change/")

    preview = response.context["preview"]
    assert preview.subject
    assert "{" not in preview.text
    assert preview.text.endswith("/help-now/\n")
    assert str(PREPARED[name].original)[:20] in html.unescape(response.content.decode())


def test_one_letter_costs_few_queries(
    office: Client, administrator: Member, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    change("approved", "Come in.", administrator)

    with django_assert_max_num_queries(8):
        office.get(APPROVED)


def test_both_parts_of_a_letter_stand_in_its_preview(office: Client) -> None:
    change("approved_end", "Rest well.")

    text = office.get(APPROVED).context["preview"].text

    assert re.search("Hello wren,.*is accepted.*Choose a password.*Rest well", text, re.DOTALL)


def test_a_question_stands_below_the_words_above_it(office: Client) -> None:
    for name in ("question", "crisis"):
        text = office.get(f"{LIST}{name}/change/").context["preview"].text
        assert "would like to ask you something:\n\n" in text

    assert "What would you like to find here?" not in text
    assert "How are you just now?" in text


def test_a_reviewer_reads_and_cannot_change(desk: Client) -> None:
    page = desk.get(APPROVED)
    response = desk.post(APPROVED, {"do": "save", "words": "Come in.", "seen": ""})

    assert "Your application to {community} is accepted." in in_words(page)
    assert "<textarea" not in page.content.decode()
    assert "Back to the original" not in in_words(page)
    assert response.status_code == 403
    assert desk.get(f"{LIST}approved/original/").status_code == 403
    assert desk.post(f"{LIST}approved/original/").status_code == 403
    assert LetterText.objects.count() == 0


@pytest.mark.parametrize("name", ["nonsense", "__class__", "looks_automatic", "7"])
def test_an_unknown_letter_is_not_found(name: str, office: Client) -> None:
    assert office.get(f"{LIST}{name}/change/").status_code == 404
    assert office.post(f"{LIST}{name}/change/", {"words": "x"}).status_code == 404
    assert office.post(f"{LIST}{name}/original/").status_code == 404


@pytest.mark.parametrize("language", ["xx", "de", "", "%00", "en' --"])
def test_an_unknown_language_opens_the_sites_own(language: str, office: Client) -> None:
    response = office.get(f"{APPROVED}?language={language}")

    assert response.context["version"].language == "en"


# --- saving --------------------------------------------------------------------------------------


def test_saving_changes_the_letter_that_goes_out(
    office: Client, wren: Application, reviewer: Member
) -> None:
    response = save(office, "Come in to {community}, {username}.\r\n\r\nAt last.")

    decisions.approve(wren, reviewer)
    assert said(response) == ["Saved. The letter goes out with these words from now on."]
    assert "Hello wren,\n\nCome in to TWP Connect, wren.\n\nAt last.\n\nOne step" in (
        compose(Letter.objects.get()).body
    )


def test_saving_changes_what_the_reviewer_sees(
    office: Client, desk: Client, wren: Application
) -> None:
    save(office, "Come in to {community}.")
    save(office, "Not now, {username}.", f"{LIST}promotes/change/")

    address = f"/admin/moderation/application/{wren.pk}/change/"
    page = desk.get(f"{address}?reason=promotes").content.decode()
    assert "Come in to TWP Connect." in page
    assert "Not now, wren.</textarea>" in page


def test_saving_the_letter_about_the_name_changes_it(
    office: Client, bo: Member, apply: Callable[..., Application], reviewer: Member
) -> None:
    application = apply("second", username_key=bo.profiles.get().username_key)
    save(office, "{username} is taken.", f"{LIST}choose_another_name/change/")

    decisions.ask_for_another_name(application, reviewer)

    body = compose(Letter.objects.get()).body
    assert re.search("Hello second,\n\nsecond is taken.\n\nhttp.*/application/", body)


def test_saving_changes_what_stands_above_a_question_and_its_reminder(
    office: Client, wren: Application, reviewer: Member
) -> None:
    save(office, "Dear {username}, we wonder:", f"{LIST}question/change/")
    save(office, "We still wonder:", f"{LIST}question_reminder/change/")

    asking.ask(wren, reviewer, "What brings you here?")
    Question.objects.update(asked_at=timezone.now() - asking.REMINDED_AFTER)
    asking.remind()

    first, second = (compose(letter).body for letter in Letter.objects.order_by("pk"))
    assert "Hello wren,\n\nDear wren, we wonder:\n\nWhat brings you here?\n" in first
    assert "Hello wren,\n\nWe still wonder:\n\nWhat brings you here?\n" in second


def test_saving_changes_how_an_unanswered_application_is_closed(
    office: Client, wren: Application, reviewer: Member
) -> None:
    save(office, "We close it, {username}.", f"{LIST}no_answer/change/")

    asking.ask(wren, reviewer, "What brings you here?")
    Question.objects.update(asked_at=timezone.now() - asking.CLOSED_AFTER)
    asking.close()

    assert "\nWe close it, wren.\n" in compose(Letter.objects.get(kind="declined")).body


def test_saving_changes_the_offer_a_reviewer_finds_ready(
    office: Client, desk: Client, wren: Application
) -> None:
    save(office, "Come to {sister_community}.", f"{LIST}offer/change/")

    page = desk.get(f"/admin/moderation/application/{wren.pk}/change/").content.decode()

    assert "Come to ICI Connect.</textarea>" in page


def test_nothing_new_is_said_so(office: Client) -> None:
    response = save(office, str(PREPARED["approved"].original))

    assert said(response) == ["Nothing was changed."]
    assert AuditEntry.objects.count() == 0


@pytest.mark.parametrize("do", ["preview", "", "nonsense"])
def test_the_preview_saves_nothing(do: str, office: Client) -> None:
    response = office.post(APPROVED, {"do": do, "words": "Come in to {community}.", "seen": ""})

    assert "Hello wren, Come in to TWP Connect. One step is left." in in_words(response)
    assert "Come in to {community}.</textarea>" in response.content.decode()
    assert LetterText.objects.count() == 0
    assert AuditEntry.objects.count() == 0


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "The letter is empty. Please write a few words."),
        (" \n ", "The letter is empty. Please write a few words."),
        (
            "{nobody} and {community.__class__}",
            "We cannot fill in {nobody} or {community.__class__}. In this letter you may use "
            "{username}, {community}, {sister_community}, {join_link}, {sister_link}, "
            "{community_link} and {help_link}.",
        ),
        ("{about}", "We cannot fill in {about}."),
        ("{" + "x" * 4000 + "}", "We cannot fill in {" + "x" * 38 + "…."),
        ("a\0b", "Null characters are not allowed."),
        ("a\x07b", "There is an invisible character in it that we cannot keep."),
        ("a\u202eb", "There is an invisible character in it that we cannot keep."),
        (
            "x" * 5001,
            "Please shorten the letter to 5000 characters. It has 5001 now, with everything",
        ),
        ("x" * 4990 + "{username}", "It has 5020 now"),
    ],
)
def test_what_cannot_be_saved_is_said_and_kept(text: str, complaint: str, office: Client) -> None:
    response = save(office, text)

    assert complaint in in_words(response)
    assert html.escape(text.strip()) in response.content.decode().replace("\r\n", "\n")
    assert LetterText.objects.count() == 0


def test_an_offer_is_no_longer_than_a_question_may_be(office: Client) -> None:
    response = save(office, "x" * 2001, f"{LIST}offer/change/")

    assert "Please shorten the letter to 2000 characters." in in_words(response)


def test_5000_characters_are_kept_and_sent(office: Client, desk: Client, wren: Application) -> None:
    save(office, "x" * 5000, f"{LIST}promotes/change/")

    address = f"/admin/moderation/application/{wren.pk}/change/?reason=promotes"
    prepared = desk.get(address).context["form"]["words"].value()
    desk.post(address, {"do": "decline", "reason": "promotes", "words": prepared})

    assert Letter.objects.count() == 1


def test_a_forged_mark_is_refused(office: Client) -> None:
    for seen in ("nonsense", "x" * 5000, "\0", "2026-01-01T00:00:00+00:00"):
        response = office.post(APPROVED, {"do": "save", "words": "Come in.", "seen": seen})
        assert response.status_code == 200

    assert LetterText.objects.count() == 0


# --- two at once ---------------------------------------------------------------------------------


def test_the_later_of_two_is_told_and_loses_nothing(office: Client, administrator: Member) -> None:
    change("approved", "Come in.", administrator)

    response = office.post(APPROVED, {"do": "save", "words": "Welcome here.", "seen": ""})

    page = in_words(response)
    assert "Changed meanwhile admin changed this letter on" in page
    assert "This is what it says now: Come in." in page
    assert "Welcome here.</textarea>" in response.content.decode()
    assert LetterText.objects.get().words == "Come in."


def test_the_later_of_two_may_save_all_the_same(office: Client, administrator: Member) -> None:
    change("approved", "Come in.", administrator)
    told = office.post(APPROVED, {"do": "save", "words": "Welcome here.", "seen": ""})

    seen = told.context["form"]["seen"].value()
    office.post(APPROVED, {"do": "save", "words": "Welcome here.", "seen": seen})

    assert LetterText.objects.get().words == "Welcome here."


def test_who_saves_after_somebody_went_back_is_told(office: Client) -> None:
    seen = change("approved", "Come in.").changed_at.isoformat()
    LetterText.objects.all().delete()

    response = office.post(APPROVED, {"do": "save", "words": "Welcome here.", "seen": seen})

    assert "Somebody went back to the original after you opened this page." in in_words(response)
    assert "Welcome here.</textarea>" in response.content.decode()


def test_the_preview_does_not_take_the_warning_away(office: Client, administrator: Member) -> None:
    change("approved", "Come in.", administrator)

    office.post(APPROVED, {"do": "preview", "words": "Welcome here.", "seen": ""})
    previewed = office.post(APPROVED, {"do": "preview", "words": "Welcome here.", "seen": ""})
    seen = previewed.context["form"]["seen"].value()
    office.post(APPROVED, {"do": "save", "words": "Welcome here.", "seen": seen})

    assert LetterText.objects.get().words == "Come in."


def test_pressed_twice_it_is_saved_once(office: Client) -> None:
    for _time in range(2):
        office.post(APPROVED, {"do": "save", "words": "Come in.", "seen": ""})

    assert LetterText.objects.get().words == "Come in."
    assert AuditEntry.objects.count() == 1


# --- back to the original ------------------------------------------------------------------------


def test_the_original_comes_back_after_a_question(office: Client, administrator: Member) -> None:
    seen = change("approved", "Come in.", administrator).changed_at.isoformat()
    address = f"{LIST}approved/original/"

    page = words(office, address)
    assert LetterText.objects.count() == 1
    response = office.post(address, {"seen": seen}, follow=True)

    assert "Come in. These come back Your application to {community} is accepted." in page
    assert said(response) == ["The letter goes out with its original words again."]
    assert LetterText.objects.count() == 0


def test_what_was_changed_meanwhile_does_not_go(office: Client) -> None:
    change("approved", "Come in.")

    for seen in ("", "nonsense", "\0"):
        response = office.post(f"{LIST}approved/original/", {"seen": seen}, follow=True)
        assert said(response) == [
            "Somebody changed this letter meanwhile. Please look at it again. Nothing was done."
        ]

    assert LetterText.objects.count() == 1


def test_there_is_no_way_back_from_the_original(office: Client) -> None:
    for method in (office.get, office.post):
        response = method(f"{LIST}approved/original/", follow=True)
        assert said(response) == ["This is the original."]


# --- the words are only words --------------------------------------------------------------------


def test_markup_stays_text_in_pages_and_letters(
    office: Client, desk: Client, wren: Application, reviewer: Member
) -> None:
    # The first part of it looks like a placeholder, so the form would refuse it.
    change("approved", PROBE)
    change("promotes", PROBE)

    for client in (office, desk):
        for address in (APPROVED, f"{LIST}promotes/change/", LIST):
            assert "<script>alert" not in client.get(address).content.decode()
        assert PROBE_KEPT in client.get(APPROVED).content.decode()
    assert PROBE_KEPT in office.get(f"{LIST}approved/original/").content.decode()
    page = desk.get(f"/admin/moderation/application/{wren.pk}/change/?reason=promotes")
    assert "<script>alert" not in page.content.decode()
    decisions.approve(wren, reviewer)
    mail = compose(Letter.objects.get())
    twin = mail.alternatives[0][0].replace("<wbr>", "")
    assert PROBE in mail.body
    assert PROBE_KEPT in twin
    assert "{{ 7|add:7 }}" in twin
    assert "<script" not in twin


def test_no_words_reach_a_header(office: Client, wren: Application, reviewer: Member) -> None:
    save(office, "Subject: x\r\nBcc: thief@example.net\r\n\r\nCome in.")

    decisions.approve(wren, reviewer)
    message = compose(Letter.objects.get()).message()

    assert message["Bcc"] is None
    assert message["Subject"] == "Your application: good news"


# --- in the applicant's language -----------------------------------------------------------------


def test_each_language_is_changed_for_itself(office: Client, two_languages: None) -> None:
    save(office, "Herein, {username}.", f"{APPROVED}?language=de")

    assert LetterText.objects.get().language == "de"
    assert "Hallo wren, Herein, wren." in words(office, f"{APPROVED}?language=de")
    assert "Hello wren, Your application to TWP Connect" in words(office, APPROVED)


def test_an_applicant_reads_the_whole_letter_in_their_language(
    two_languages: None, wren: Application, reviewer: Member
) -> None:
    Member.objects.filter(pk=wren.member_id).update(language="de")

    decisions.approve(wren, reviewer)

    mail = compose(Letter.objects.get())
    assert mail.subject == "Gute Nachrichten"
    assert mail.body.startswith("Hallo wren,\n\nWillkommen in TWP Connect.\n")
    assert '<html lang="de"' in mail.alternatives[0][0]


def test_a_refusal_goes_out_in_their_language(
    two_languages: None, wren: Application, reviewer: Member
) -> None:
    Member.objects.filter(pk=wren.member_id).update(language="de")

    decisions.decline(wren, reviewer, Reason.PROMOTES, "Leider nicht.")

    assert compose(Letter.objects.get()).body.startswith("Hallo wren,\n\nLeider nicht.\n")


def test_a_reviewer_sees_the_letter_in_the_applicants_language(
    two_languages: None, desk: Client, wren: Application
) -> None:
    Member.objects.filter(pk=wren.member_id).update(language="de")

    page = words(desk, f"/admin/moderation/application/{wren.pk}/change/")

    assert "Hallo wren, Willkommen in TWP Connect." in page


def test_a_language_taken_off_the_site_reads_its_own(wren: Application, reviewer: Member) -> None:
    Member.objects.filter(pk=wren.member_id).update(language="eo")

    decisions.approve(wren, reviewer)

    assert compose(Letter.objects.get()).body.startswith("Hello wren,\n\nYour application")
