"""The page of figures: who may see it, and that each number on it is so."""

import html
import itertools
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from members.communities import ICI, TWP
from members.models import Member, Profile
from moderation import decisions
from moderation.figures import charts
from moderation.figures.counting import WEEKS, Figures, Now, Week, figures
from moderation.figures.masking import Told
from moderation.models import Act, Application, AuditEntry, Decision, Reason, Report, Verdict

pytestmark = pytest.mark.django_db

PAGE = "/admin/figures/"
MARK = "0" * 64
STRANGER = Member()  # whom no report is about


@pytest.fixture
def decide() -> Callable[..., Decision]:
    """`decide(weeks_ago=2, hours=5, reason=…)`: an old decision; approved without a reason."""

    def record(weeks_ago: int = 0, hours: float | None = None, reason: str = "") -> Decision:
        return Decision.objects.create(
            community="twp", verdict=Verdict.DECLINED if reason else Verdict.APPROVED,
            reason=reason, address_mark=MARK if reason else "",
            decided_at=timezone.now() - timedelta(weeks=weeks_ago),
            waited=None if hours is None else timedelta(hours=hours),
        )  # fmt: skip

    return record


def text(client: Client, address: str = PAGE) -> str:
    page = html.unescape(re.sub(r"<[^>]+>", " ", client.get(address).content.decode()))
    return " ".join(page.replace("\xa0", " ").split())


# --- who sees it ------------------------------------------------------------------------------------


def test_reviewers_and_administrators_see_it(
    desk: Client, administrator: Member, signed_in: Callable[[Member], Client]
) -> None:
    assert desk.get(PAGE).status_code == 200
    assert signed_in(administrator).get(PAGE).status_code == 200


def test_staff_without_a_right_and_members_do_not(
    helper: Member, bo: Member, signed_in: Callable[[Member], Client]
) -> None:
    assert signed_in(helper).get(PAGE).status_code == 403
    assert signed_in(bo).get(PAGE).status_code == 302


def test_every_look_is_on_record(desk: Client, reviewer: Member) -> None:
    desk.get(PAGE)

    entry = AuditEntry.objects.get(kind="figures")
    assert (entry.staff_id, entry.act, entry.key) == (reviewer.pk, Act.LOOKED, "")


def test_a_look_that_was_refused_is_no_look(
    helper: Member, signed_in: Callable[[Member], Client]
) -> None:
    signed_in(helper).get(PAGE)

    assert not AuditEntry.objects.filter(kind="figures").exists()


def test_the_first_page_leads_there(
    desk: Client, helper: Member, signed_in: Callable[[Member], Client]
) -> None:
    assert PAGE in desk.get("/admin/").content.decode()
    assert PAGE not in signed_in(helper).get("/admin/").content.decode()


def test_it_names_nobody(desk: Client, ana: Member, apply: Callable[..., Application]) -> None:
    apply("wren", about_me="I keep bees.")

    page = desk.get(PAGE).content.decode()

    assert not re.search(r"wren|ana\b|example\.org|bees|Northampton", page)


# --- what stands open -------------------------------------------------------------------------------


def test_what_waits_is_counted_by_community(
    apply: Callable[..., Application], make_member: Callable, make_profile: Callable
) -> None:
    oldest = apply("wren", hours_ago=50)
    apply("lark", hours_ago=2)
    asked = apply("rook", hours_ago=90)
    Profile.objects.filter(pk=asked.pk).update(asked_at=timezone.now())
    make_profile(make_member("eva", let_in=False), "ici", approved=False, confirmed=False)

    now = figures(STRANGER).now

    assert now == [Now(TWP, 2, oldest.confirmed_at, asked=1), Now(ICI, unconfirmed=1)]


def test_open_reports_are_counted() -> None:
    now = timezone.now()
    hours_ago = now - timedelta(hours=3)
    Report.objects.create(concern="sexual", received_at=hours_ago)
    Report.objects.create(concern="sexual", closed_at=now)

    found = figures(STRANGER)

    assert (found.reports, found.oldest_report) == (1, hours_ago)


def test_a_report_about_oneself_is_counted_to_everybody_else(
    reviewer: Member, second_reviewer: Member
) -> None:
    Report.objects.create(concern="sexual", person_id=reviewer.pk)

    assert [figures(one).reports for one in (reviewer, second_reviewer)] == [0, 1]


# --- what was decided -------------------------------------------------------------------------------


def test_the_weeks_begin_on_mondays_and_end_with_this_one() -> None:
    weeks = figures(STRANGER).weeks

    today = timezone.now().date()
    assert len(weeks) == WEEKS
    assert {week.monday.weekday() for week in weeks} == {0}
    assert weeks[-1].monday <= today < weeks[-1].monday + timedelta(days=7)
    assert {b.monday - a.monday for a, b in itertools.pairwise(weeks)} == {timedelta(days=7)}


def test_decisions_are_counted_by_week(decide: Callable[..., Decision]) -> None:
    decide(0)
    decide(2)
    decide(2, reason=Reason.PROMOTES)
    decide(WEEKS + 1)

    found = figures(STRANGER)

    assert {place: (w.approved, w.declined) for place, w in enumerate(found.weeks) if w.number} == {
        WEEKS - 1: (1, 0), WEEKS - 3: (1, 1),
    }  # fmt: skip
    assert (found.approved, found.declined) == (2, 1)


def test_a_week_begins_with_its_monday_in_utc(decide: Callable[..., Decision]) -> None:
    monday = figures(STRANGER).weeks[-4].monday
    midnight = datetime(monday.year, monday.month, monday.day, tzinfo=UTC)
    first, last = decide(), decide()
    Decision.objects.filter(pk=first.pk).update(decided_at=midnight)
    Decision.objects.filter(pk=last.pk).update(decided_at=midnight - timedelta(seconds=1))

    assert [week.approved for week in figures(STRANGER).weeks[-5:-3]] == [1, 1]


def test_times_are_those_within_which_half_and_nine_in_ten_were_decided(
    decide: Callable[..., Decision],
) -> None:
    for hours in range(11):
        decide(1, hours)

    week = figures(STRANGER).weeks[-2]

    assert (week.half, week.most) == (5 * charts.HOUR, 9 * charts.HOUR)


def test_what_the_clock_closed_says_nothing_of_how_quick_reviewers_are(
    decide: Callable[..., Decision],
) -> None:
    decide(1, 2)
    decide(1, 500, Reason.NO_ANSWER)

    week = figures(STRANGER).weeks[-2]

    assert (week.declined, week.most) == (1, 2 * charts.HOUR)


def test_decisions_of_before_have_no_time(decide: Callable[..., Decision]) -> None:
    decide(1)

    week = figures(STRANGER).weeks[-2]

    assert (week.number, week.half, week.most) == (1, None, None)


def test_reasons_come_with_the_most_frequent_first(decide: Callable[..., Decision]) -> None:
    decide(0, reason=Reason.PROMOTES)
    decide(1, reason=Reason.NOT_FILLED)
    decide(3, reason=Reason.NOT_FILLED)
    decide(WEEKS + 1, reason=Reason.UNDER_AGE)

    assert figures(STRANGER).reasons == [(Reason.NOT_FILLED, 2), (Reason.PROMOTES, 1)]


def test_figures_survive_the_erasure_of_those_they_count(
    wren: Application, apply: Callable[..., Application], reviewer: Member
) -> None:
    decisions.approve(wren, reviewer)
    decisions.decline(apply("lark"), reviewer, Reason.PROMOTES, "Thank you.")
    before = decided(figures(STRANGER))

    Member.objects.exclude(pk=reviewer.pk).delete()

    assert decided(figures(STRANGER)) == before
    assert before[0][-1].number == 2


def decided(found: Figures) -> tuple[list[Week], int, list]:
    return found.weeks, found.approved, found.reasons


# --- members --------------------------------------------------------------------------------------


@pytest.fixture
def settle(make_member: Callable, make_profile: Callable) -> Callable[..., list[Profile]]:
    """`settle(5, berlin)`: so many members there."""

    def make(number: int, cell: object, community: str = "twp") -> list[Profile]:
        names = [f"{cell.country_id.lower()}{community}{place}" for place in range(number)]
        return [make_profile(make_member(name), community, cell=cell) for name in names]

    return make


def test_members_are_counted_by_country(
    settle: Callable[..., list[Profile]], cell: object, berlin: object
) -> None:
    settle(7, cell)
    settle(5, berlin)
    settle(3, berlin, "ici")

    assert figures(STRANGER).members == [
        (TWP, Told(12, (("United States", 7), ("Germany", 5)))), (ICI, Told(None)),
    ]  # fmt: skip


def test_who_rests_left_or_is_suspended_is_not_counted(
    settle: Callable[..., list[Profile]], cell: object, client: Client
) -> None:
    people = settle(7, cell)
    for profile, when in zip(people, ("paused_at", "left_at"), strict=False):
        Profile.objects.filter(pk=profile.pk).update(**{when: timezone.now()})
        profile.listing.delete()

    assert figures(STRANGER).members[0] == (TWP, Told(5, (("United States", 5),)))


@pytest.mark.parametrize("number", [1, 4])
def test_a_country_of_a_few_is_on_the_page_nowhere(
    number: int, desk: Client, settle: Callable, cell: object, berlin: object, boston: object
) -> None:
    settle(8, cell)
    settle(number, berlin)

    page = text(desk)

    assert "Germany" not in page
    assert f"Members of TWP Connect {8 + number} can be found now" in page
    assert f"Elsewhere {8 + number}" in page


# --- the page -----------------------------------------------------------------------------------------


def test_it_is_readable_without_any_figure(desk: Client) -> None:
    page = text(desk)

    assert "Nothing was decided in the last 26 weeks." in page
    assert "Nothing to measure yet." in page
    assert "Members of TWP Connect Fewer than 5." in page


def test_each_chart_has_a_name_a_description_and_the_same_as_a_table(
    desk: Client, decide: Callable[..., Decision]
) -> None:
    decide(1, 5)
    decide(1, 30, Reason.PROMOTES)

    page = desk.get(PAGE).content.decode()

    for name in ("decided", "times"):
        chart = re.search(rf'<svg[^>]*aria-labelledby="{name}-title.*?</svg>', page, re.S)[0]
        assert 'role="img"' in chart
        assert f'<title id="{name}-title">' in chart
        assert f'<desc id="{name}-text">' in chart
    assert page.count("<caption") + page.count("The same as a table") == 3
    assert "Half within Nine of ten within" in text(desk)
    assert "18 hours 28 hours" in text(desk)


def test_numbers_of_drawings_are_written_for_machines(
    desk: Client, decide: Callable[..., Decision], settings: object
) -> None:
    """A decimal comma, as in German, would break each drawing."""
    settings.LANGUAGES = [("en", "English"), ("de", "Deutsch")]
    settings.LANGUAGE_CODE = "de"
    decide(1, 5)

    page = desk.get(PAGE, headers={"accept-language": "de"}).content.decode()

    assert '<html lang="de"' in page
    drawn = re.findall(r' (?:x|y|cx|cy|width|height|d|viewBox)="([^"]*)"', page)
    assert len(drawn) > 10
    assert [one for one in drawn if "," in one] == []


def test_it_costs_eight_queries_whatever_there_is(
    desk: Client,
    apply: Callable[..., Application],
    decide: Callable[..., Decision],
    settle: Callable,
    cell: object,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    settle(6, cell)
    with django_assert_max_num_queries(8) as counted:
        desk.get(PAGE)
    for number in range(3):
        apply(f"wren{number}")
        decide(number, 5)
        decide(number, 5, Reason.PROMOTES)

    with django_assert_num_queries(len(counted)):
        desk.get(PAGE)
