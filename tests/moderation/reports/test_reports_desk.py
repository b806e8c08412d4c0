"""The staff's queue of reports, and one report or measure on one page."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from members import account
from members.models import Member, Profile
from members.relay.models import Message
from moderation.models import Act, AuditEntry, Measure, Report
from moderation.reports import appeals, measures, reporting
from tests.forms import fields_of

pytestmark = pytest.mark.django_db
SignedIn = Callable[[Member], Client]
Tell = Callable[..., Report]

QUEUE = "/admin/moderation/report/"
WORDS = "Please stop asking people for money."


def at(subject: Report | Measure) -> str:
    return f"/admin/moderation/{subject._meta.model_name}/{subject.pk}/change/"


def rows(client: Client, query: str = "") -> list[int]:
    return [report.pk for report in client.get(QUEUE + query).context["cl"].result_list]


def received(report: Report, **ago: int) -> None:
    when = timezone.now() - timedelta(**ago)
    Report.objects.filter(pk=report.pk).update(received_at=when)


# --- the queue --------------------------------------------------------------------------------------------


def test_the_oldest_comes_first_and_before_it_who_somebody_fears_for(
    ana: Member, bo: Member, stranger: Member, tell: Tell, desk: Client
) -> None:
    young, old, worried = tell(ana, bo), tell(ana, stranger), tell(bo, stranger, concern="worried")
    received(old, hours=9)

    assert rows(desk) == [worried.pk, old.pk, young.pk]


def test_a_row_says_how_long_what_and_about_whom(
    ana: Member, bo: Member, tell: Tell, desk: Client
) -> None:
    received(tell(ana, bo, words="Bo asks for money."), hours=26)

    html = desk.get(QUEUE).content.decode()

    for words in (
        "1\xa0day, 2\xa0hours",
        "TWP Connect",
        "Asks for money",
        "about bo",
        "Bo asks for money.",
    ):
        assert words in html, words
    assert "ana" not in html.split('class="queue"')[1].split("</ol>")[0]


def test_a_row_tells_the_earlier_record_also_of_who_came_back(
    ana: Member, bo: Member, stranger: Member, tell: Tell, desk: Client, reviewer: Member
) -> None:
    measures.warn(bo, reviewer, WORDS, report=tell(stranger, bo))
    tell(ana, bo)
    Profile.objects.filter(member=bo).delete()

    html = desk.get(QUEUE).content.decode()

    assert "1 other report" in html
    assert "1 earlier measure" in html


def test_the_filters(
    ana: Member, bo: Member, cleo: Member, tell: Tell, desk: Client, reviewer: Member
) -> None:
    money, threat = tell(ana, bo), tell(ana, bo, concern="threat")
    in_ici = tell(ana, cleo, "ici", concern="worried")
    visitors = reporting.receive(words="Bo sells.", reply_to="v@example.net", member=None)
    measures.dismiss(threat, reviewer)

    assert set(rows(desk)) == {money.pk, in_ici.pk, visitors.pk}
    assert rows(desk, "?state=closed") == [threat.pk]
    assert rows(desk, "?state=worried") == [in_ici.pk]
    assert rows(desk, "?community=ici") == [in_ici.pk]
    assert rows(desk, "?community=none") == [visitors.pk]
    assert rows(desk, "?concern=money") == [money.pk]
    assert rows(desk, "?state=nonsense&community=x&concern=y") == rows(desk)


def test_the_tabs_count(
    ana: Member, bo: Member, tell: Tell, desk: Client, reviewer: Member
) -> None:
    tell(ana, bo)
    tell(ana, bo, concern="worried")
    measures.dismiss(tell(ana, bo), reviewer)

    spec = desk.get(QUEUE).context["cl"].filter_specs[0]

    counted = {str(c["display"]): c["count"] for c in spec.choices(desk.get(QUEUE).context["cl"])}
    assert counted == {"to do": 2, "worried": 1, "closed": 1}


def test_what_people_answered_stands_above(
    bo: Member, desk: Client, second_reviewer: Member
) -> None:
    measure = measures.suspend(bo, second_reviewer, WORDS)
    assert at(measure) not in desk.get(QUEUE).content.decode()

    appeals.appeal(measure, "It was not me.")

    assert at(measure) in desk.get(QUEUE).content.decode()


def test_three_rows_cost_as_much_as_one(
    ana: Member, bo: Member, stranger: Member, dana: Member, tell: Tell, desk: Client,
    reviewer: Member, django_assert_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    def fill(person: Member, reporter: Member) -> None:
        tell(reporter, person)
        measure = measures.warn(person, reviewer, WORDS, report=tell(reporter, person))
        appeals.appeal(measure, "It was not me.")

    fill(bo, ana)
    with django_assert_num_queries(8, exact=False) as one:
        desk.get(QUEUE)
    fill(stranger, ana)
    fill(dana, bo)

    with django_assert_num_queries(len(one.captured_queries)):
        desk.get(QUEUE)


def test_nobody_waits_and_the_page_says_so(desk: Client) -> None:
    assert "No report waits" in desk.get(QUEUE).content.decode()


def test_the_first_page_says_what_waits(
    ana: Member, bo: Member, tell: Tell, desk: Client, reviewer: Member
) -> None:
    tell(ana, bo)
    tell(ana, bo, concern="worried")
    appeals.appeal(measures.warn(bo, reviewer, WORDS), "It was not me.")

    html = " ".join(desk.get("/admin/").content.decode().split())

    assert "reports wait." in html
    assert "1 of them: somebody fears for a person." in html
    assert "1 person answered what was done about them." in html


# --- one report ---------------------------------------------------------------------------------------------


@pytest.fixture
def shown(ana: Member, bo: Member, write: Callable[..., Message], tell: Tell) -> Report:
    Profile.objects.filter(member=bo).update(about_me="I sell honey.")
    return tell(ana, bo, words="Bo sells.", message=write(bo, ana, "Buy my honey, it heals."))


def test_a_page_has_all_that_a_decision_needs(
    shown: Report, bo: Member, stranger: Member, tell: Tell, desk: Client, reviewer: Member
) -> None:
    measures.warn(bo, reviewer, WORDS, concern="money", report=tell(stranger, bo))
    Profile.objects.filter(member=bo).update(about_me="I am kind.")

    html = desk.get(at(shown)).content.decode()

    for words in (
        "Bo sells.", "By ana.", "Buy my honey, it heals.", "I sell honey.", "I am kind.",
        "Warning", "Other reports", "They are in the community.",
    ):  # fmt: skip
        assert words in html, words


def test_a_page_costs_few_queries(
    shown: Report, bo: Member, stranger: Member, tell: Tell, desk: Client, reviewer: Member,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    with django_assert_num_queries(8, exact=False) as one:
        desk.get(at(shown))
    for _number in range(3):
        measures.note(tell(stranger, bo), reviewer, "Looked.")

    with django_assert_num_queries(len(one.captured_queries)):
        desk.get(at(shown))


def test_reviewers_read_no_address_administrators_do(
    reviewer: Member, administrator: Member, signed_in: SignedIn
) -> None:
    report = reporting.receive(words="Bo sells.", reply_to="v@example.net", member=None)

    pages = [signed_in(who).get(at(report)).content.decode() for who in (reviewer, administrator)]

    assert ["v@example.net" in page for page in pages] == [False, True]


def test_every_look_is_in_the_log(told: Report, bo: Member, desk: Client, reviewer: Member) -> None:
    measure = measures.warn(bo, reviewer, WORDS, report=told)

    desk.get(at(told))
    desk.get(at(measure))

    looks = AuditEntry.objects.filter(act=Act.LOOKED).order_by("pk")
    assert list(looks.values_list("staff_id", "kind", "key", "person_id")) == [
        (reviewer.pk, "report", str(told.pk), bo.pk), (reviewer.pk, "member", str(bo.pk), bo.pk),
    ]  # fmt: skip


def press(client: Client, subject: Report | Measure, step: str, **said: str) -> str:
    """Press a button with its letter as it stands on the page, but for what is `said`."""
    html = client.get(at(subject)).content.decode()
    form = html.split(f'value="{step}"')[0].rsplit("<form", 1)[1] if step != "dismiss" else ""
    sent = fields_of(f"<form{form}</form>", "words") if 'name="words"' in form else {}
    page = client.post(at(subject), sent | {"do": step} | said, follow=True)
    assert page.status_code == 200
    return " ".join(page.content.decode().split())


def test_a_warning_goes_out_as_it_was_prepared(told: Report, desk: Client) -> None:
    html = press(desk, told, "warn")

    assert "The member is warned. The letter is on its way." in html
    measure = Measure.objects.get()
    assert measure.words.startswith("We write to you about this: asking people for money.")
    assert measure.concern == "money"


def test_a_letter_goes_out_as_it_was_changed(told: Report, desk: Client) -> None:
    press(desk, told, "suspend", words="Short & clear.", concern="promotes")

    measure = Measure.objects.get()
    assert (measure.step, measure.words, measure.concern) == (
        "suspend",
        "Short & clear.",
        "promotes",
    )


def test_a_membership_ends_only_when_asked_twice(told: Report, bo: Member, desk: Client) -> None:
    words = 'Once & "for all".\nGoodbye.'
    html = press(desk, told, "end", words=words)

    assert "End this membership?" in html
    assert not Measure.objects.exists()
    again = desk.post(at(told), {"do": "end", "words": words, "concern": "money"})
    sure = fields_of(again.content.decode(), "sure")
    desk.post(at(told), sure | {"do": "end"})

    assert Measure.objects.get().words == words
    bo.refresh_from_db()
    assert bo.suspended_at is not None


def test_a_note_stays_on_the_page(told: Report, desk: Client) -> None:
    html = press(desk, told, "note", words="Asked a colleague.")

    assert "The note is kept." in html
    assert "Asked a colleague." in html


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"do": "warn", "words": "", "concern": "money"}, "Please write a few words."),
        ({"do": "warn", "words": "Hm.", "concern": "boring"}, "Please choose one of the answers"),
        (
            {"do": "end", "words": " ", "concern": "money", "sure": "yes"},
            "Please write a few words.",
        ),
        ({"do": "suspend", "words": "x" * 5001, "concern": "money"}, "Please shorten it to 5000"),
        ({"do": "dance"}, "Please press one of the buttons."),
        ({}, "Please press one of the buttons."),
        ({"do": "stays", "words": "Hm."}, "Please press one of the buttons."),
        (
            {"do": "name", "username": "ana", "community": "twp"},
            "Whom this report is about is settled.",
        ),
    ],
)
def test_nonsense_does_nothing_and_is_said(
    told: Report, desk: Client, sent: dict[str, str], sentence: str
) -> None:
    html = desk.post(at(told), sent, follow=True).content.decode()

    assert sentence in html
    assert not Measure.objects.exists()


def test_what_was_typed_is_kept_when_something_is_wrong(told: Report, desk: Client) -> None:
    html = desk.post(
        at(told), {"do": "warn", "words": "My words.", "concern": "x"}
    ).content.decode()

    assert "My words." in html
    assert '<details class="panel act " open>' in html


def test_a_stale_page_says_who_was_first(
    told: Report, bo: Member, desk: Client, second_reviewer: Member
) -> None:
    measures.suspend(bo, second_reviewer, WORDS, report=told)

    html = desk.post(
        at(told), {"do": "warn", "words": WORDS, "concern": "money"}, follow=True
    ).content.decode()

    assert "Robin has suspended this member in the meantime. Nothing was changed." in html
    assert Measure.objects.count() == 1


def test_a_person_erased_meanwhile_is_said_to_be_gone(
    told: Report, bo: Member, desk: Client
) -> None:
    Member.objects.filter(pk=bo.pk).delete()

    html = desk.post(at(told), {"do": "warn", "words": WORDS, "concern": "money"}, follow=True)

    assert "This member has left and is erased. Nothing was done." in html.content.decode()
    assert "They are gone, and their account is erased." in desk.get(at(told)).content.decode()


def test_the_buttons_fit_how_the_person_stands(
    told: Report, bo: Member, ana: Member, tell: Tell, desk: Client, reviewer: Member
) -> None:
    def buttons(report: Report) -> list[str]:
        html = desk.get(at(report)).content.decode()
        every = ("note", "warn", "suspend", "end", "reinstate", "dismiss")
        return [step for step in every if f'value="{step}"' in html]

    other = tell(ana, bo)
    assert buttons(told) == ["note", "warn", "suspend", "end", "dismiss"]
    measures.suspend(bo, reviewer, WORDS, report=other)
    assert buttons(told) == ["note", "end", "reinstate", "dismiss"]
    assert buttons(other) == ["note", "reinstate"]
    measures.end(bo, reviewer, WORDS)
    assert buttons(told) == ["note", "reinstate", "dismiss"]


def test_a_report_from_the_contact_form_gets_its_person_and_then_its_buttons(
    bo: Member, desk: Client
) -> None:
    report = reporting.receive(words="Bo sells.", reply_to="v@example.net", member=None)
    html = desk.get(at(report)).content.decode()
    assert 'value="warn"' not in html

    wrong = desk.post(at(report), {"do": "name", "community": "twp", "username": "nobody"})
    right = desk.post(at(report), {"do": "name", "community": "twp", "username": "bo"}, follow=True)

    assert "Nobody is called so there." in wrong.content.decode()
    assert 'value="warn"' in right.content.decode()


def test_a_report_of_one_of_the_staff_is_left_to_an_administrator(
    ana: Member, reviewer: Member, second_reviewer: Member, administrator: Member,
    make_profile: Callable[..., Profile], tell: Tell, signed_in: SignedIn,
) -> None:  # fmt: skip
    make_profile(second_reviewer)
    report = tell(ana, second_reviewer)

    html = signed_in(reviewer).get(at(report)).content.decode()
    refused = signed_in(reviewer).post(
        at(report), {"do": "warn", "words": WORDS, "concern": "money"}
    )

    assert "Only an administrator can do something about them." in html
    assert 'value="warn"' not in html
    assert refused.status_code == 403
    assert 'value="warn"' in signed_in(administrator).get(at(report)).content.decode()


def test_an_erased_report_still_opens(told: Report, bo: Member, desk: Client) -> None:
    Report.objects.update(evidence_until=timezone.localdate())
    reporting.erase_evidence()
    account.leave(bo.profiles.get())

    html = desk.get(at(told)).content.decode()

    assert "Erased after a year." in html
    assert "about somebody whose name is erased" in desk.get(QUEUE).content.decode()


def test_what_people_typed_stays_text(
    ana: Member, bo: Member, tell: Tell, desk: Client, second_reviewer: Member
) -> None:
    probe = '<script>alert("x")</script> {{ 7|add:7 }} \' " &'
    report = tell(ana, bo, words=probe)
    measure = measures.warn(bo, second_reviewer, probe)
    appeals.appeal(measure, probe)

    for path in (QUEUE, at(report), at(measure)):
        html = desk.get(path).content.decode()
        assert "<script>alert" not in html
        assert "{{ 7|add:7 }}" in html or path == QUEUE


# --- one measure ----------------------------------------------------------------------------------------------


def test_an_answer_is_read_and_answered_on_one_page(
    bo: Member, desk: Client, second_reviewer: Member
) -> None:
    measure = measures.suspend(bo, second_reviewer, WORDS, concern="money")
    appeals.appeal(measure, "It was not me.")

    html = desk.get(at(measure)).content.decode()
    said = press(desk, measure, "stays", words="We have read it. It stays.")

    assert "It was not me." in html
    assert [s for s in ("stays", "reinstate", "end") if f'value="{s}"' in html] == [
        "stays", "reinstate", "end",
    ]  # fmt: skip
    assert "It stays as it is. The letter is on its way." in said
    measure.refresh_from_db()
    assert measure.appeal_answer == "We have read it. It stays."


def test_who_convinces_is_let_back_in(bo: Member, desk: Client, second_reviewer: Member) -> None:
    measure = measures.end(bo, second_reviewer, WORDS, concern="money")
    appeals.appeal(measure, "It was not me.")

    press(desk, measure, "reinstate")

    bo.refresh_from_db()
    assert bo.suspended_at is None
    assert not Measure.objects.appealed().exists()


def test_a_measure_costs_few_queries(
    bo: Member, desk: Client, second_reviewer: Member,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    measure = measures.suspend(bo, second_reviewer, WORDS)
    appeals.appeal(measure, "It was not me.")

    with django_assert_num_queries(8, exact=False):
        desk.get(at(measure))


def test_a_measure_of_nobody_opens(desk: Client, reviewer: Member) -> None:
    report = reporting.receive(words="Somebody sells.", reply_to="", member=None)
    measure = measures.dismiss(report, reviewer)

    assert desk.get(at(measure)).status_code == 200
    assert desk.get("/admin/moderation/measure/").status_code == 200


def test_the_record_of_measures_filters_what_waits(
    bo: Member, ana: Member, desk: Client, second_reviewer: Member
) -> None:
    measure = measures.suspend(bo, second_reviewer, WORDS)
    measures.warn(ana, second_reviewer, WORDS)
    appeals.appeal(measure, "It was not me.")

    page = desk.get("/admin/moderation/measure/?answer=waits")

    assert [row.pk for row in page.context["cl"].result_list] == [measure.pk]
