"""Every letter about reports and measures as a whole, and to nobody it must not reach."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.utils import timezone

from members.models import Member, Profile
from members.outbox.composing import compose
from members.outbox.letters import NotWanted
from members.outbox.models import Letter
from moderation.models import Concern, Measure, Report
from moderation.reports import appeals, measure_letters, measures, reporting
from tests.moderation.test_letters import assert_is_as_kept, whole

pytestmark = pytest.mark.django_db
A_DAY = datetime(2026, 11, 28, 12, tzinfo=UTC)
WORDS = "We can't have this & <b>more</b>.\n\nPlease read https://connect.example/pledge/ again."


@pytest.fixture(autouse=True)
def site(settings: object) -> None:
    settings.SITE_URL = "https://connect.example"
    settings.STAFF_MAIL = ["staff@connect.example"]


def letter(kind: str) -> str:
    text = whole(Letter.objects.get(kind=kind))
    return re.sub(r"(/appeal/)[0-9a-f-]{36}", r"\1KEY", text)


# --- to the person ---------------------------------------------------------------------------------------


def test_warned(bo: Member, reviewer: Member) -> None:
    measures.warn(bo, reviewer, WORDS)

    assert_is_as_kept(letter("warned"), "warned")


def test_suspended(bo: Member, reviewer: Member) -> None:
    measures.suspend(bo, reviewer, WORDS)

    assert_is_as_kept(letter("suspended"), "suspended")


def test_ended(bo: Member, reviewer: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(appeals, "is_open", lambda _measure: True)  # the day of the file is past
    measure = measures.end(bo, reviewer, WORDS)
    Measure.objects.filter(pk=measure.pk).update(taken_at=A_DAY)

    assert_is_as_kept(letter("ended"), "ended")


def test_reinstated(bo: Member, reviewer: Member) -> None:
    measures.suspend(bo, reviewer, WORDS)
    measures.reinstate(bo, reviewer, WORDS)

    assert_is_as_kept(letter("reinstated"), "reinstated")


def test_appeal_answered(bo: Member, reviewer: Member, second_reviewer: Member) -> None:
    measure = measures.suspend(bo, reviewer, WORDS)
    appeals.appeal(measure, "It was not me.")
    appeals.let_stand(measure, second_reviewer, "We have read it. It stays as it is.")

    assert_is_as_kept(letter("appeal_answered"), "appeal_answered")


@pytest.mark.parametrize("name", measure_letters.NAMES)
def test_every_step_has_a_prepared_letter(name: str) -> None:
    assert_is_as_kept(measure_letters.prepared(name, Concern.MONEY), f"{name}_money")


def test_every_concern_gives_a_letter_that_tells_of_nobody() -> None:
    for concern in ("", *Concern.values):
        for name in measure_letters.NAMES:
            words = measure_letters.prepared(name, concern)
            assert not re.search(r"[{}]|report|complain|told us|wrote to us", words), words


# --- to the staff and to the reporter ------------------------------------------------------------------------


def test_report_waits(told: Report) -> None:
    assert_is_as_kept(letter("report_waits"), "report_waits")


def test_report_waits_when_somebody_is_worried(
    ana: Member, bo: Member, tell: Callable[..., Report]
) -> None:
    tell(ana, bo, concern="worried")

    assert_is_as_kept(letter("report_waits"), "report_waits_worried")


def test_appeal_waits(bo: Member, reviewer: Member) -> None:
    appeals.appeal(measures.suspend(bo, reviewer, WORDS), "It was not me.")

    assert_is_as_kept(letter("appeal_waits"), "appeal_waits")


def test_report_closed(told: Report, reviewer: Member) -> None:
    measures.dismiss(told, reviewer)

    assert_is_as_kept(letter("report_closed"), "report_closed")


def test_report_closed_to_who_was_worried(
    ana: Member, bo: Member, tell: Callable[..., Report], reviewer: Member
) -> None:
    measures.dismiss(tell(ana, bo, concern="worried"), reviewer)

    assert_is_as_kept(letter("report_closed"), "report_closed_worried")


@pytest.mark.parametrize("verb", [measures.warn, measures.suspend, measures.end])
def test_a_reporter_gets_the_same_letter_whatever_was_done(
    told: Report, bo: Member, reviewer: Member, verb: Callable
) -> None:
    verb(bo, reviewer, WORDS, report=told)

    assert_is_as_kept(letter("report_closed"), "report_closed")


def test_a_visitor_is_thanked_at_the_address_they_left(reviewer: Member) -> None:
    report = reporting.receive(words="Bo sells.", reply_to="v@example.net", member=None)
    measures.dismiss(report, reviewer)

    assert compose(Letter.objects.get(kind="report_closed")).to == ["v@example.net"]


# --- and to nobody ------------------------------------------------------------------------------------------


def not_wanted(kind: str) -> str:
    with pytest.raises(NotWanted) as refused:
        compose(Letter.objects.get(kind=kind))
    return refused.value.code


def test_who_is_suspended_meanwhile_gets_no_warning(bo: Member, reviewer: Member) -> None:
    measures.warn(bo, reviewer, WORDS)
    measures.suspend(bo, reviewer, WORDS)

    assert not_wanted("warned") == "not_active"


@pytest.mark.parametrize(
    ("verb", "kind"), [(measures.suspend, "suspended"), (measures.end, "ended")]
)
def test_who_is_let_back_in_before_it_went_gets_only_the_good_news(
    bo: Member, reviewer: Member, verb: Callable, kind: str
) -> None:
    verb(bo, reviewer, WORDS)
    measures.reinstate(bo, reviewer, WORDS)

    assert not_wanted(kind) == "back_in"
    assert compose(Letter.objects.get(kind="reinstated")).to == ["bo@example.org"]


def test_who_is_out_again_gets_only_the_latest(bo: Member, reviewer: Member) -> None:
    measures.suspend(bo, reviewer, WORDS)
    measures.reinstate(bo, reviewer, WORDS)
    latest = measures.suspend(bo, reviewer, WORDS)

    first, second = Letter.objects.filter(kind="suspended").order_by("pk")
    assert not_wanted("reinstated") == "not_active"
    with pytest.raises(NotWanted):
        compose(first)
    assert str(latest.key) in compose(second).body


def test_somebody_erased_gets_no_letter(
    told: Report, bo: Member, ana: Member, reviewer: Member
) -> None:
    measures.suspend(bo, reviewer, WORDS, report=told)
    Member.objects.filter(pk__in=[bo.pk, ana.pk]).delete()

    assert not_wanted("suspended") == "gone"
    assert not_wanted("report_closed") == "gone"


def test_a_reporter_who_is_out_gets_no_letter(told: Report, ana: Member, reviewer: Member) -> None:
    measures.dismiss(told, reviewer)
    Member.objects.filter(pk=ana.pk).update(suspended_at=timezone.now())

    assert not_wanted("report_closed") == "not_active"


def test_a_report_closed_meanwhile_waits_for_nobody(told: Report, reviewer: Member) -> None:
    measures.dismiss(told, reviewer)

    assert not_wanted("report_waits") == "gone"


def test_one_of_the_staff_is_not_told_that_they_are_reported(
    ana: Member, reviewer: Member, make_profile: Callable[..., Profile],
    tell: Callable[..., Report], settings: object,
) -> None:  # fmt: skip
    settings.STAFF_MAIL = ["reviewer@example.org"]
    make_profile(reviewer)
    tell(ana, reviewer)

    assert not_wanted("report_waits") == "about_themselves"


def test_no_subject_tells_what_it_is_about(told: Report, bo: Member, reviewer: Member) -> None:
    measure = measures.warn(bo, reviewer, WORDS, report=told)
    appeals.appeal(measure, "It was not me.")
    measures.suspend(bo, reviewer, WORDS)

    for row in Letter.objects.exclude(kind__in=["report_waits", "warned"]):
        subject = compose(row).subject.lower()
        assert not re.search("twp|ici|drug|withdraw|bo\\b|ana|warn|suspen|money", subject)
