"""What waits too long: the staff are reminded, and applicants told. With the clock moved."""

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django.utils import timezone

from members.models import Member, Profile
from members.outbox.composing import compose
from members.outbox.duties import DUTIES
from members.outbox.letters import NotWanted
from members.outbox.models import Letter
from moderation import decisions
from moderation.applications import asking, undoing
from moderation.models import Application, Measure, Reason, Report
from moderation.reminders import waiting
from moderation.reminders.emails import stop_token
from moderation.reminders.waiting import Waiting
from tests.moderation.test_letters import assert_is_as_kept, whole

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reviewer")]

remind = DUTIES["remind-the-staff"].verb
tell = DUTIES["tell-applicants-of-delay"].verb


@pytest.fixture(autouse=True)
def site(settings: object) -> None:
    settings.SITE_URL = "https://connect.example"


def posted(kind: str) -> list[str]:
    return list(Letter.objects.filter(kind=kind).values_list("about", flat=True))


def too_long() -> Waiting:
    """As a reviewer may read it."""
    return waiting.too_long(Member.objects.get(email="reviewer@example.org"))


def reminded() -> list[str]:
    return posted(waiting.REMINDER)


def report(hours_ago: float, **fields: object) -> Report:
    received = timezone.now() - timedelta(hours=hours_ago)
    return Report.objects.create(concern="sexual", received_at=received, **fields)


def appeal(hours_ago: float, **fields: object) -> Measure:
    """Somebody answered a warning."""
    appealed = timezone.now() - timedelta(hours=hours_ago)
    about = {"person_id": uuid4()} | fields
    return Measure.objects.create(step="warn", appeal="No.", appealed_at=appealed, **about)


def ask_and_answer(application: Application, reviewer: Member) -> None:
    asking.ask(application, reviewer, "Which town?")
    asking.answer(application, "Bath.")


def a_day_passes() -> None:
    """All letters so far are a day and a little older, and sent."""
    for letter in Letter.objects.all():
        letter.posted_at -= timedelta(hours=24, minutes=1)
        letter.sent_at = letter.posted_at
        letter.save()


# --- what counts as waiting for us ------------------------------------------------------------------


def test_hours_are_counted_from_the_confirmed_address(apply: Callable[..., Application]) -> None:
    apply("wren", hours_ago=23)
    apply("lark", hours_ago=25)
    apply("rook", hours_ago=49)
    apply("late", hours_ago=200, confirmed_at=timezone.now() - timedelta(hours=2))
    report(25)
    report(49)
    report(90, closed_at=timezone.now())

    assert too_long() == Waiting(2, 1, 2, 1)


@pytest.mark.parametrize("state", ["unconfirmed", "asked", "approved", "declined"])
def test_what_does_not_wait_for_us_is_not_counted(
    state: str, apply: Callable[..., Application]
) -> None:
    application = apply("wren", hours_ago=90)
    when = {"unconfirmed": {"confirmed_at": None}}.get(state, {f"{state}_at": timezone.now()})
    Profile.objects.filter(pk=application.pk).update(**when)

    assert too_long() == Waiting(0, 0, 0, 0)


def test_answers_to_measures_are_counted_until_they_are_decided(reviewer: Member) -> None:
    appeal(25)
    appeal(49)
    appeal(90, appeal_closed_at=timezone.now())
    appeal(90, person_id=reviewer.pk)  # about the reader: for others to decide

    assert too_long() == Waiting(0, 0, 0, 0, appeals=2, appeals_long=1)


def test_who_has_answered_waits_from_the_answer_on(
    apply: Callable[..., Application], reviewer: Member
) -> None:
    application = apply("wren", hours_ago=90)
    ask_and_answer(application, reviewer)
    at_once = too_long()
    Profile.objects.update(returned_at=timezone.now() - timedelta(hours=30))

    assert (at_once, too_long()) == (Waiting(0, 0, 0, 0), Waiting(1, 0, 0, 0))


def test_who_was_asked_for_another_name_does_not_wait_for_us(
    bo: Member, apply: Callable[..., Application], reviewer: Member
) -> None:
    name = bo.profiles.get().username_key
    apply("second", hours_ago=90, username_key=name)
    asked = apply("third", hours_ago=90, username_key=name)
    decisions.ask_for_another_name(asked, reviewer)

    assert too_long() == Waiting(1, 1, 0, 0)  # the other one was not asked yet


def test_who_has_chosen_another_name_waits_for_us_again(
    bo: Member, apply: Callable[..., Application], reviewer: Member
) -> None:
    application = apply("second", hours_ago=90, username_key=bo.profiles.get().username_key)
    decisions.ask_for_another_name(application, reviewer)
    Profile.objects.filter(pk=application.pk).update(username_key="something else")

    assert too_long().applications == 1


def test_who_was_declined_and_is_read_again_waits_from_then_on(
    apply: Callable[..., Application], reviewer: Member
) -> None:
    application = apply("wren", hours_ago=90)
    decisions.decline(application, reviewer, Reason.NOT_FILLED, "Please write more.")

    undoing.reopen(application, reviewer)

    assert waiting.for_us().get().since > timezone.now() - timedelta(minutes=1)
    assert too_long() == Waiting(0, 0, 0, 0)


# --- who is reminded, and when -----------------------------------------------------------------------


def test_everybody_who_may_decide_gets_one_letter_about_all_of_it(
    apply: Callable[..., Application],
    reviewer: Member,
    second_reviewer: Member,
    administrator: Member,
    helper: Member,
    bo: Member,
) -> None:
    for name in ("wren", "lark", "rook"):
        apply(name, hours_ago=30)
    report(30)

    remind()

    may_decide = {str(one.pk) for one in (reviewer, second_reviewer, administrator)}
    assert sorted(reminded()) == sorted(may_decide)


def test_nobody_is_reminded_while_nothing_waits_for_a_day(
    apply: Callable[..., Application], reviewer: Member
) -> None:
    apply("wren", hours_ago=23)
    report(23)

    remind()

    assert reminded() == []


def test_a_report_alone_is_reason_enough(reviewer: Member) -> None:
    report(25)

    remind()

    assert reminded() == [str(reviewer.pk)]


def test_nobody_learns_from_a_number_that_they_are_reported(
    reviewer: Member, second_reviewer: Member
) -> None:
    report(30, person_id=reviewer.pk)

    remind()

    assert reminded() == [str(second_reviewer.pk)]


def test_one_letter_a_day_however_often_the_clock_looks(
    apply: Callable[..., Application], reviewer: Member
) -> None:
    apply("wren", hours_ago=30)
    for _hour in range(3):
        remind()
    first_day = len(reminded())
    a_day_passes()
    for _hour in range(3):
        remind()

    assert (first_day, len(reminded())) == (1, 2)


def test_no_second_letter_lies_upon_one_that_could_not_be_sent(
    apply: Callable[..., Application], reviewer: Member
) -> None:
    apply("wren", hours_ago=30)
    remind()
    Letter.objects.update(posted_at=timezone.now() - timedelta(days=3))

    remind()

    assert len(reminded()) == 1


@pytest.mark.parametrize("barred", ["suspended", "no longer staff", "stopped"])
def test_who_may_not_decide_or_wants_none_is_left_in_peace(
    barred: str, apply: Callable[..., Application], reviewer: Member
) -> None:
    apply("wren", hours_ago=30)
    now = timezone.now()
    fields = {
        "suspended": {"suspended_at": now}, "no longer staff": {"is_staff": False},
        "stopped": {"reminders_stopped_at": now},
    }  # fmt: skip
    remind()
    before = reminded()
    Member.objects.filter(pk=reviewer.pk).update(**fields[barred])
    with pytest.raises(NotWanted):
        compose(Letter.objects.get())
    a_day_passes()

    remind()

    assert reminded() == before


def test_nothing_goes_out_when_somebody_was_quicker(
    apply: Callable[..., Application], reviewer: Member
) -> None:
    application = apply("wren", hours_ago=30)
    remind()
    decisions.approve(application, reviewer)

    with pytest.raises(NotWanted):
        compose(Letter.objects.get(kind=waiting.REMINDER))


# --- the letter ---------------------------------------------------------------------------------------


def letter_to(member: Member) -> Letter:
    remind()
    return Letter.objects.get(kind=waiting.REMINDER, about=str(member.pk))


def whole_without_token(letter: Letter) -> str:
    return re.sub(r"(/letters/)[^/\s\"]+", r"\1TOKEN", whole(letter))


def test_the_letter_after_a_day(apply: Callable[..., Application], reviewer: Member) -> None:
    apply("wren", hours_ago=30)
    apply("lark", hours_ago=26)

    assert_is_as_kept(whole_without_token(letter_to(reviewer)), "something_waits")


def test_the_letter_after_two_days(apply: Callable[..., Application], reviewer: Member) -> None:
    apply("wren", hours_ago=30)
    apply("lark", hours_ago=50)
    report(60)
    appeal(25)

    assert_is_as_kept(whole_without_token(letter_to(reviewer)), "something_waits_long")


def test_the_letter_tells_nothing_of_anybody(
    apply: Callable[..., Application], reviewer: Member
) -> None:
    application = apply("wren", hours_ago=50, about_me="I keep bees.")
    report(60, words="He wrote to me again.", evidence_until=timezone.localdate())

    mail = compose(letter_to(reviewer))

    told = f"{mail.subject} {mail.body} {mail.alternatives[0][0]}"
    hidden = ("wren", "bees", "TWP", "ICI ", "Northampton", "again.", str(application.pk) + "/")
    assert [word for word in hidden if word in told.replace("wrench", "")] == []


# --- stopping ------------------------------------------------------------------------------------------


def test_the_mail_program_stops_them_by_one_post(
    apply: Callable[..., Application], reviewer: Member
) -> None:
    apply("wren", hours_ago=30)
    mail: EmailMultiAlternatives = compose(letter_to(reviewer))
    url = re.search(r"<https://connect\.example(.*)>", mail.extra_headers["List-Unsubscribe"])[1]
    browser = Client(enforce_csrf_checks=True)

    response = browser.post(url, {"List-Unsubscribe": "One-Click"})

    reviewer.refresh_from_db()
    assert mail.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert response.status_code == 200
    assert reviewer.reminders_stopped_at is not None


def test_opening_the_link_stops_nothing(client: Client, reviewer: Member) -> None:
    response = client.get(f"/letters/{stop_token(reviewer)}/reminders/")

    reviewer.refresh_from_db()
    assert response.status_code == 200
    assert reviewer.reminders_stopped_at is None
    assert reviewer.email not in response.content.decode()


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_forged_link_and_one_of_another_kind_stop_nothing(
    client: Client, method: str, reviewer: Member
) -> None:
    token = stop_token(reviewer)
    forged = token[:-1] + ("A" if token[-1] != "A" else "B")

    answers = {getattr(client, method)(f"/letters/{one}/reminders/") for one in ("x", forged)}

    reviewer.refresh_from_db()
    assert {answer.status_code for answer in answers} == {404}
    assert reviewer.reminders_stopped_at is None


def test_they_are_stopped_and_begun_on_the_first_page(desk: Client, reviewer: Member) -> None:
    desk.post("/admin/reminders/")
    reviewer.refresh_from_db()
    stopped, page = reviewer.reminders_stopped_at, desk.get("/admin/").content.decode()
    desk.post("/admin/reminders/", {"on": "1"})
    reviewer.refresh_from_db()

    assert stopped is not None
    assert "Have them again" in page
    assert reviewer.reminders_stopped_at is None


def test_stopping_twice_is_stopping_once(desk: Client, reviewer: Member) -> None:
    desk.post("/admin/reminders/")
    first = Member.objects.get(pk=reviewer.pk).reminders_stopped_at
    desk.post("/admin/reminders/")

    assert Member.objects.get(pk=reviewer.pk).reminders_stopped_at == first


def test_who_gets_none_has_nothing_to_stop(
    helper: Member, signed_in: Callable[[Member], Client]
) -> None:
    browser = signed_in(helper)

    assert browser.post("/admin/reminders/").status_code == 403
    assert "/admin/reminders/" not in browser.get("/admin/").content.decode()


# --- the applicant ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("hours", "expected"), [(47, 0), (49, 1)])
def test_who_waits_for_two_days_is_told_once(
    apply: Callable[..., Application], hours: int, expected: int
) -> None:
    application = apply("wren", hours_ago=hours)

    tell()
    a_day_passes()
    tell()

    assert posted(waiting.DELAY) == [str(application.pk)] * expected


def test_the_letter_about_a_delay(apply: Callable[..., Application]) -> None:
    apply("wren", hours_ago=49)

    tell()

    assert_is_as_kept(whole(Letter.objects.get()), "application_takes_longer")


@pytest.mark.parametrize("meanwhile", ["approved", "declined", "asked", "withdrawn"])
def test_it_is_dropped_when_something_happened_meanwhile(
    meanwhile: str, apply: Callable[..., Application], reviewer: Member
) -> None:
    application = apply("wren", hours_ago=49)
    tell()
    letter = Letter.objects.get()
    match meanwhile:
        case "approved":
            decisions.approve(application, reviewer)
        case "declined":
            decisions.decline(application, reviewer, Reason.NOT_FILLED, "Please write more.")
        case "asked":
            asking.ask(application, reviewer, "Which town?")
        case "withdrawn":
            application.member.delete()

    with pytest.raises(NotWanted):
        compose(letter)


def test_who_has_just_answered_is_not_told_of_a_delay(
    apply: Callable[..., Application], reviewer: Member
) -> None:
    ask_and_answer(apply("wren", hours_ago=90), reviewer)

    tell()

    assert posted(waiting.DELAY) == []


def test_who_did_not_confirm_is_not_told_of_a_delay(apply: Callable[..., Application]) -> None:
    apply("wren", hours_ago=90, confirmed_at=None)

    tell()

    assert posted(waiting.DELAY) == []
