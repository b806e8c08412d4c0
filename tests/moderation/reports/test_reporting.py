"""Telling the staff of a member: who may, of whom, how often, and what is kept."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from members import blocking
from members.communities import TWP
from members.models import Block, Looked, Member, Profile
from members.outbox.models import Letter
from members.relay.duties import erase_message_bodies
from members.relay.models import Message
from moderation.models import Concern, Report
from moderation.reports import reporting
from tests.attack.crowd import told as all_told

pytestmark = pytest.mark.django_db
Tell = Callable[..., Report]
Write = Callable[..., Message]
SignedIn = Callable[[Member], Client]

BO = "/twp/members/bo/report/"
NOBODY = "/twp/members/nobody-of-this-name/report/"


def filled_in(**answers: str) -> dict[str, str]:
    return {"concern": "money", "words": "", "form_key": str(uuid4())} | answers


def of_message(message: Message) -> str:
    return f"/account/messages/{message.pk}/report/"


# --- what is kept ---------------------------------------------------------------------------------


def test_a_report_keeps_how_things_stood(
    ana: Member, bo: Member, write: Write, signed_in: SignedIn
) -> None:
    Profile.objects.filter(member=bo).update(about_me="I sell honey.")
    write(bo, ana, "Buy my honey, it heals everything.")

    answer = signed_in(ana).post(BO, filled_in(words="He sells.", show_message="on"))

    assert answer["Location"] == "/account/reported/"
    row = Report.objects.get()
    assert (row.reporter, row.profile, row.person_id) == (ana, bo.profiles.get(), bo.pk)
    assert (row.community, row.concern, row.words) == ("twp", Concern.MONEY, "He sells.")
    assert (row.seen_name, row.seen_about_me, row.seen_message) == (
        "bo", "I sell honey.", "Buy my honey, it heals everything.",
    )  # fmt: skip
    assert row.evidence_until == timezone.localdate() + timedelta(days=365)


def test_a_message_is_shown_only_where_the_reporter_agrees(
    ana: Member, bo: Member, write: Write, signed_in: SignedIn
) -> None:
    write(bo, ana)

    signed_in(ana).post(BO, filled_in())

    row = Report.objects.get()
    assert (row.message, row.seen_message) == (None, "")


def test_the_message_of_somebody_else_is_never_shown(
    ana: Member, bo: Member, stranger: Member, write: Write, tell: Tell
) -> None:
    foreign = write(bo, stranger)

    row = tell(ana, bo, message=foreign)

    assert (row.message, row.seen_message) == (None, "")


def test_the_staff_are_told_that_something_waits(
    ana: Member, bo: Member, tell: Tell, settings: object
) -> None:
    settings.STAFF_MAIL = ["one@connect.example", "two@connect.example"]

    row = tell(ana, bo)

    kinds = list(Letter.objects.order_by("pk").values_list("kind", "about"))
    assert kinds == [("report_waits", f"{row.pk}.0"), ("report_waits", f"{row.pk}.1")]


def test_who_is_blocked_on_the_same_page_is_gone_at_once(
    ana: Member, bo: Member, signed_in: SignedIn
) -> None:
    browser = signed_in(ana)

    page = browser.post(BO, filled_in(block="on"), follow=True)

    assert page.status_code == 200
    assert Block.objects.filter(blocker=ana, blocked=bo, community="twp").exists()
    assert browser.get("/twp/members/bo/").status_code == 404


def test_one_form_gives_one_report(ana: Member, bo: Member, signed_in: SignedIn) -> None:
    browser, form = signed_in(ana), filled_in()

    for _time in range(3):
        assert browser.post(BO, form)["Location"] == "/account/reported/"

    assert Report.objects.count() == 1


def test_the_key_of_a_form_of_somebody_else_takes_nothing_away(
    ana: Member, stranger: Member, bo: Member, tell: Tell
) -> None:
    key = uuid4()

    tell(ana, bo, form_key=key)
    tell(stranger, bo, form_key=key)

    assert set(Report.objects.values_list("reporter", flat=True)) == {ana.pk, stranger.pk}


# --- bad input ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"concern": ""}, "concern", "Please choose one."),
        ({"concern": "boring"}, "concern", "Please choose one of the answers shown."),
        ({"concern": "other"}, "words", "Please say in a few words what it is."),
        (
            {"words": "x" * 5001},
            "words",
            "Please shorten it to 5000 characters. It has 5001 now.",
        ),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    ana: Member, bo: Member, signed_in: SignedIn, wrong: dict, field: str, sentence: str
) -> None:
    page = signed_in(ana).post(BO, filled_in(block="on", **wrong))

    form = page.context["form"]
    assert (page.status_code, form.errors) == (200, {field: [sentence]})
    assert form["block"].value()
    assert form["words"].value() == wrong.get("words", "")
    assert not Report.objects.exists()


def test_ten_reports_fill_a_day(ana: Member, bo: Member, tell: Tell, signed_in: SignedIn) -> None:
    for _number in range(reporting.REPORTS_A_DAY):
        tell(ana, bo)

    page = signed_in(ana).post(BO, filled_in(words="One more."))

    assert "You can send again in" in page.content.decode()
    assert "One more." in page.content.decode()
    assert Report.objects.count() == reporting.REPORTS_A_DAY
    Report.objects.update(received_at=timezone.now() - timedelta(hours=25))
    signed_in(ana).post(BO, filled_in())
    assert Report.objects.count() == reporting.REPORTS_A_DAY + 1


def test_nobody_reports_themselves(bo: Member, signed_in: SignedIn, tell: Tell) -> None:
    browser = signed_in(bo)

    assert browser.get(BO).status_code == browser.post(BO, filled_in()).status_code == 404
    with pytest.raises(reporting.Oneself):
        tell(bo, bo)


# --- whom one may report ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "hide",
    [
        lambda ana, bo: Member.objects.filter(pk=bo.pk).update(suspended_at=timezone.now()),
        lambda ana, bo: Profile.objects.filter(member=bo).update(paused_at=timezone.now()),
        lambda ana, bo: Profile.objects.filter(member=bo).update(left_at=timezone.now()),
        lambda ana, bo: blocking.block(bo, ana.profiles.get(community="twp")),
        lambda ana, bo: blocking.block(ana, bo.profiles.get()),
    ],
    ids=["suspended", "resting", "left", "blocked-me", "blocked-by-me"],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_who_is_not_seen_and_who_is_not_there_are_the_same(
    ana: Member, bo: Member, signed_in: SignedIn, hide: Callable, method: str
) -> None:
    hide(ana, bo)
    browser = signed_in(ana)

    hidden, unknown = (getattr(browser, method)(path, filled_in()) for path in (BO, NOBODY))

    assert hidden.status_code == 404
    assert all_told(hidden) == all_told(unknown)
    assert not Report.objects.exists()


def test_somebody_of_the_other_community_reports_nobody(
    cleo: Member, bo: Member, signed_in: SignedIn
) -> None:
    browser = signed_in(cleo)

    assert all_told(browser.post(BO, filled_in())) == all_told(browser.post(NOBODY, filled_in()))


def test_opening_the_page_counts_as_a_look(
    ana: Member, bo: Member, stranger: Member, signed_in: SignedIn, settings: object
) -> None:
    settings.PROFILES_A_DAY = 1
    browser = signed_in(ana)

    seen = [browser.get(path).status_code for path in (BO, "/twp/members/stranger/report/", NOBODY)]

    assert seen == [200, 429, 429]
    assert len(Looked.objects.get(member=ana).marks) == 1


# --- a message one received ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "since",
    [
        lambda ana, bo: None,
        lambda ana, bo: blocking.block(ana, bo.profiles.get()),
        lambda ana, bo: blocking.block(bo, ana.profiles.get(community="twp")),
        lambda ana, bo: Profile.objects.filter(member=bo).update(left_at=timezone.now()),
        lambda ana, bo: Member.objects.filter(pk=bo.pk).update(suspended_at=timezone.now()),
    ],
    ids=["nothing", "blocked-by-me", "blocked-me", "left", "suspended"],
)
def test_a_message_received_can_be_reported_whatever_happened_since(
    ana: Member, bo: Member, write: Write, signed_in: SignedIn, since: Callable
) -> None:
    message = write(bo, ana, "You will regret it if you do not answer.")
    since(ana, bo)

    signed_in(ana).post(of_message(message), filled_in(concern="threat", show_message="on"))

    row = Report.objects.get()
    assert (row.person_id, row.concern) == (bo.pk, Concern.THREAT)
    assert row.seen_message == "You will regret it if you do not answer."


def test_the_page_of_a_message_is_the_same_for_somebody_blocked(
    ana: Member, bo: Member, write: Write, signed_in: SignedIn
) -> None:
    """Were it not, it would tell who blocked whom."""
    browser, message = signed_in(ana), write(bo, ana)
    before = {path: all_told(browser.get(path)) for path in (of_message(message),)}

    blocking.block(bo, ana.profiles.get(community="twp"))

    assert {path: all_told(browser.get(path)) for path in before} == before


def test_a_message_stays_among_those_received_when_its_sender_blocks(
    ana: Member, bo: Member, write: Write, signed_in: SignedIn
) -> None:
    """What vanished would tell of the block, and whoever threatens first and blocks then could not
    be reported."""
    message = write(bo, ana)

    blocking.block(bo, ana.profiles.get(community="twp"))

    page = signed_in(ana).get("/account/messages/").content.decode()
    assert "From bo" in page
    assert of_message(message) in page
    assert "/twp/members/bo/" not in page


def test_who_is_blocked_by_oneself_is_reported_from_the_list_of_blocks(
    ana: Member, bo: Member, write: Write, signed_in: SignedIn
) -> None:
    write(bo, ana, "You will regret it if you do not answer.")
    blocking.block(ana, bo.profiles.get())
    browser, block = signed_in(ana), Block.objects.get()
    address = f"/account/safety/{block.pk}/report/"

    assert "From bo" not in browser.get("/account/messages/").content.decode()
    assert address in browser.get("/account/safety/").content.decode()
    browser.post(address, filled_in(show_message="on"))

    assert Report.objects.get().seen_message == "You will regret it if you do not answer."


def test_the_block_and_the_message_of_somebody_else_are_not_there(
    ana: Member, bo: Member, stranger: Member, write: Write, signed_in: SignedIn
) -> None:
    message = write(bo, ana)
    blocking.block(ana, bo.profiles.get())
    browser = signed_in(stranger)

    for path, unknown in (
        (of_message(message), f"/account/messages/{uuid4()}/report/"),
        (f"/account/safety/{Block.objects.get().pk}/report/", "/account/safety/999999/report/"),
    ):
        assert all_told(browser.post(path, filled_in())) == all_told(
            browser.post(unknown, filled_in())
        )
    # nor can the one who wrote it report it
    assert signed_in(bo).get(of_message(message)).status_code == 404


@pytest.mark.parametrize("how", ["sent_at", "dropped_at"])
def test_a_message_that_never_came_cannot_be_reported(
    ana: Member, bo: Member, write: Write, signed_in: SignedIn, how: str
) -> None:
    message = write(bo, ana)
    Letter.objects.filter(pk=message.letter_id).update(sent_at=None)
    if how == "dropped_at":
        Letter.objects.filter(pk=message.letter_id).update(dropped_at=timezone.now())

    assert signed_in(ana).get(of_message(message)).status_code == 404


def test_a_message_without_its_words_is_reported_without_them(
    ana: Member, bo: Member, write: Write, signed_in: SignedIn
) -> None:
    message = write(bo, ana)
    Letter.objects.update(sent_at=timezone.now() - timedelta(days=31))
    erase_message_bodies()
    browser = signed_in(ana)

    assert "show_message" not in browser.get(of_message(message)).content.decode()
    browser.post(of_message(message), filled_in(show_message="on"))

    row = Report.objects.get()
    assert (row.message, row.seen_message) == (None, "")


# --- worried ------------------------------------------------------------------------------------------


def test_who_is_worried_reads_first_what_helps(
    ana: Member, bo: Member, signed_in: SignedIn
) -> None:
    browser = signed_in(ana)

    page = browser.post(BO, filled_in(concern="worried", words="Bo wrote of giving up."))

    html = page.content.decode()
    assert not Report.objects.exists()
    assert "Is a life in danger?" in html
    assert "/help-now/" in html
    assert "Bo wrote of giving up." in html
    browser.post(BO + "?worried=yes", {"words": "Bo wrote of giving up."})
    row = Report.objects.get()
    assert (row.concern, row.words) == (Concern.WORRIED, "Bo wrote of giving up.")


def test_the_page_for_who_is_worried_is_no_complaint(
    ana: Member, bo: Member, signed_in: SignedIn
) -> None:
    page = signed_in(ana).post(BO + "?worried=yes", filled_in(concern="money", block="on"))

    assert page.status_code == 302
    assert Report.objects.get().concern == Concern.WORRIED
    assert not Block.objects.exists()


# --- from the contact form ------------------------------------------------------------------------------


def test_a_breach_told_by_a_visitor_is_a_report(client: Client) -> None:
    row = reporting.receive(
        words="Bo in TWP asks for money.", reply_to="v@example.net", member=None
    )

    again = reporting.receive(
        words="Bo in TWP asks for money.", reply_to="v@example.net", member=None
    )

    assert (row.concern, row.reply_to, row.person_id, row.community) == (
        Concern.OTHER, "v@example.net", None, "",
    )  # fmt: skip
    assert again == row


def test_the_address_of_a_member_is_not_kept_a_second_time(ana: Member) -> None:
    row = reporting.receive(words="Somebody sells here.", reply_to=ana.email, member=ana)

    assert (row.reporter, row.reply_to) == (ana, "")


def test_the_staff_enter_whom_it_is_about(bo: Member, reviewer: Member) -> None:
    row = reporting.receive(words="Bo asks for money.", reply_to="v@example.net", member=None)
    Profile.objects.filter(member=bo).update(about_me="I sell honey.")

    named = reporting.name_person(row, reviewer, TWP, "Bo")

    assert (named.person_id, named.profile, named.community) == (bo.pk, bo.profiles.get(), "twp")
    assert (named.seen_name, named.seen_about_me) == ("bo", "I sell honey.")


def test_a_name_that_nobody_has_is_refused(applicant: Member, reviewer: Member) -> None:
    row = reporting.receive(words="Bo asks for money.", reply_to="", member=None)

    for name in ("nobody", "applicant", "", "\0"):
        with pytest.raises(reporting.NobodyFound):
            reporting.name_person(row, reviewer, TWP, name)


def test_a_report_keeps_the_person_it_has(
    told: Report, stranger: Member, bo: Member, reviewer: Member
) -> None:
    reporting.name_person(told, reviewer, TWP, "stranger")

    told.refresh_from_db()
    assert told.person_id == bo.pk
