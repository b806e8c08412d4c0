"""The page on which administrators read the audit log."""

import html
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from members.models import Choice, Member
from moderation import audit
from moderation.log import logbook
from moderation.models import (
    Act,
    Application,
    AuditEntry,
    Decision,
    Kind,
    LetterText,
    Report,
    StaffMessage,
)
from tests.moderation.factors import give_app, log_in, newest_code

pytestmark = pytest.mark.django_db

LOG = "/admin/moderation/auditentry/"


@pytest.fixture
def office(administrator: Member, signed_in: Callable[[Member], Client]) -> Client:
    return signed_in(administrator)


def lines(client: Client, query: str = "") -> list[str]:
    """The entries shown, without their time."""
    page = client.get(LOG + query).content.decode()
    found = re.findall(r'<li class="log-line">(.*?)</li>', page, re.DOTALL)
    plain = (
        html.unescape(re.sub(r"<time.*?</time>|<[^>]+>", " ", one, flags=re.DOTALL))
        for one in found
    )
    return [" ".join(one.split()) for one in plain]


def links(client: Client, query: str = "") -> set[str]:
    page = client.get(LOG + query).content.decode()
    found = re.findall(r'<li class="log-line">.*?</li>', page, re.DOTALL)
    return set(re.findall(r'href="(/[^"]+)"', " ".join(found)))


def many(number: int, **fields: object) -> None:
    """As many entries, a second apart, the newest last."""
    start = datetime(2026, 3, 1, 12, tzinfo=UTC)
    AuditEntry.objects.bulk_create(
        AuditEntry(
            **{
                "act": Act.LOOKED, "kind": Kind.APPLICATION, "key": str(one),
                "at": start + timedelta(seconds=one),
            }
            | fields
        )
        for one in range(number)
    )  # fmt: skip


# --- what it says -----------------------------------------------------------------------------------


def test_an_entry_says_who_did_what_to_what(
    office: Client, reviewer: Member, wren: Application, bo: Member
) -> None:
    audit.note(reviewer, Act.LOOKED, wren)
    audit.note(reviewer, Act.SUSPENDED, bo)
    audit.note(None, Act.ANSWERED, wren)

    assert lines(office) == [
        f"nobody of the staff · the applicant answered · application {wren.pk} TWP Connect "
        f"all about member {str(wren.member_id)[:8]}",
        f"reviewer · suspended · member {str(bo.pk)[:8]} all about member {str(bo.pk)[:8]}",
        f"reviewer · looked · application {wren.pk} TWP Connect "
        f"all about member {str(wren.member_id)[:8]}",
    ]


def test_it_leads_to_what_is_still_there(
    office: Client, reviewer: Member, wren: Application
) -> None:
    message = StaffMessage.objects.create(about="other", body="Hello")
    choice = Choice.objects.first()
    letter = LetterText(name="approved")
    for thing in (wren, wren.member, message, choice, letter):
        audit.note(reviewer, Act.LOOKED, thing)

    assert links(office) == {
        f"/admin/moderation/application/{wren.pk}/change/",
        f"/admin/members/member/{wren.member_id}/change/",
        f"/admin/moderation/staffmessage/{message.pk}/change/",
        f"/admin/members/choice/{choice.pk}/change/",
        "/admin/moderation/lettertext/approved/change/",
    }


def test_of_what_is_gone_the_bare_number_is_left(
    office: Client, reviewer: Member, wren: Application
) -> None:
    audit.note(reviewer, Act.LOOKED, wren)
    key, person = wren.pk, str(wren.member_id)[:8]
    wren.member.delete()
    reviewer.delete()

    assert links(office) == set()
    assert lines(office) == [
        f"somebody who has left · looked · application {key} TWP Connect "
        f"all about {person}, who is erased"
    ]


def test_it_shows_no_address_and_no_name(
    office: Client, reviewer: Member, apply: Callable[..., Application]
) -> None:
    marked = apply("marker-address", username="marker-name", about_me="marker words")
    for thing in (marked, marked.member):
        audit.note(reviewer, Act.LOOKED, thing)

    page = office.get(LOG).content.decode()

    assert "marker" not in page
    assert "@example.org" not in page


# --- choosing ------------------------------------------------------------------------------------------


@pytest.fixture
def mixed(reviewer: Member, second_reviewer: Member, wren: Application, bo: Member) -> None:
    audit.note(reviewer, Act.LOOKED, wren)
    audit.note(second_reviewer, Act.APPROVED, wren)
    audit.note(reviewer, Act.SUSPENDED, bo)
    many(1, kind=Kind.FIGURES, key="", community="ici")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?act=approved", ["robin · approved"]),
        ("?kind=member", ["reviewer · suspended"]),
        ("?community=ici", ["nobody of the staff · looked"]),
        ("?until=2026-03-01", ["nobody of the staff · looked"]),
        ("?since=2026-03-01&until=2026-03-01", ["nobody of the staff · looked"]),
        ("?until=2026-02-28", []),
        ("?act=approved&kind=member", []),
        ("?kind=application&act=looked", ["reviewer · looked"]),
    ],
)
def test_entries_are_chosen(query: str, found: list[str], office: Client, mixed: None) -> None:
    shown = lines(office, query)

    assert len(shown) == len(found)
    assert all(line.startswith(beginning) for line, beginning in zip(shown, found, strict=True))


def test_entries_of_one_of_the_staff(office: Client, mixed: None, second_reviewer: Member) -> None:
    assert len(lines(office, f"?who={second_reviewer.pk}")) == 1
    page = office.get(f"{LOG}?who={second_reviewer.pk}").content.decode()
    assert f'<option value="{second_reviewer.pk}" selected>robin</option>' in page


def test_entries_about_one_person(office: Client, mixed: None, wren: Application) -> None:
    assert len(lines(office, f"?person={wren.member_id}")) == 2


def test_a_members_page_leads_to_what_the_staff_did_about_them(office: Client, bo: Member) -> None:
    page = office.get(f"/admin/members/member/{bo.pk}/change/").content.decode()
    assert f'href="/admin/members/member/{bo.pk}/history/"' in page
    assert "What the staff did here" in page

    response = office.get(f"/admin/members/member/{bo.pk}/history/")

    assert response["Location"] == f"{LOG}?person={bo.pk}"


def test_a_word_leads_to_what_was_done_to_it(office: Client) -> None:
    choice = Choice.objects.first()
    audit.note(None, Act.CHANGED, choice)
    many(1, kind=Kind.WORD, key="drug 1")

    response = office.get(f"/admin/members/choice/{choice.pk}/history/")

    assert response["Location"] == f"{LOG}?kind=word&key=choice+{choice.pk}"
    assert len(lines(office, f"?kind=word&key=choice+{choice.pk}")) == 1


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("?person=ana@example.org", "This is not a member’s key."),
        ("?who=somebody", "Please choose one of those shown."),
        ("?act=ate", "Please choose one of those shown."),
        ("?kind=spoon", "Please choose one of those shown."),
        ("?since=31.3.2026", "This is not a day."),
        ("?until=2026-02-31", "This is not a day."),
    ],
)
def test_nonsense_is_said_and_the_rest_is_shown(
    query: str, said: str, office: Client, mixed: None
) -> None:
    page = office.get(LOG + query).content.decode()

    assert said in html.unescape(page)
    assert len(lines(office, query)) == 4
    assert html.escape(query.split("=")[1]) in page or "<select" in page


@pytest.mark.parametrize(
    "before",
    ["", "x", "2026-03-01,1", "2026-03-01T12:00:00+00:00", "2026-99-99T00:00:00+00:00,1",
     "2026-03-01T12:00:00+00:00,-1", "2026-03-01T12:00:00+00:00,٣", "\0,1", "9" * 400,
     "2026-03-01T12:00:00+00:00," + "9" * 40],
)  # fmt: skip
def test_a_place_that_makes_no_sense_shows_the_newest(
    before: str, office: Client, mixed: None
) -> None:
    response = office.get(LOG, {"before": before, "key": "\0", "who": "\0"})

    assert response.status_code == 200
    assert len(response.context["page"].lines) == 4


# --- pages ----------------------------------------------------------------------------------------------


def test_page_by_page_every_entry_comes_once(office: Client) -> None:
    many(logbook.PAGE * 2 + 1)
    AuditEntry.objects.bulk_create(  # many of one moment
        AuditEntry(
            act=Act.LOOKED, kind=Kind.FIGURES, key=str(n), at=datetime(2026, 3, 2, tzinfo=UTC)
        )
        for n in range(logbook.PAGE + 5)
    )

    keys, address = [], LOG
    while address:
        context = office.get(address).context
        keys += [line.entry.pk for line in context["page"].lines]
        address = LOG + context["older"] if context["page"].older else ""

    assert keys == list(AuditEntry.objects.order_by("-at", "-pk").values_list("pk", flat=True))


def test_what_was_chosen_stays_on_the_next_page(office: Client) -> None:
    many(logbook.PAGE + 1)
    many(3, kind=Kind.FIGURES)

    older = office.get(f"{LOG}?kind=application").context["older"]

    assert lines(office, older) == ["nobody of the staff · looked · application 0"]


def test_any_number_of_rows_costs_the_same_few_queries(
    settings: object,
    administrator: Member,
    reviewer: Member,
    wren: Application,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    settings.STAFF_SECOND_FACTOR, settings.MFA_TOTP_TOLERANCE = True, 1
    give_app(administrator)
    browser = log_in(administrator, newest_code())
    browser.post("/account/policies/")
    message = StaffMessage.objects.create(about="other", body="Hello")
    for number in (1, 3, logbook.PAGE * 2):
        for thing in (wren, wren.member, message):
            audit.note(reviewer, Act.LOOKED, thing)
        many(number, staff_id=uuid4(), person_id=uuid4())

        with django_assert_num_queries(5):
            browser.get(LOG)


def test_nothing_is_counted_and_nothing_skipped(office: Client) -> None:
    """Either would read the whole log, which grows for ever."""
    many(logbook.PAGE * 2)
    before = str(logbook.Place(datetime(2026, 3, 2, tzinfo=UTC), 1))

    with CaptureQueriesContext(
        connection,
    ) as asked:
        office.get(LOG, {"before": before, "act": "looked"})

    text = " ".join(query["sql"] for query in asked.captured_queries).upper()
    assert "COUNT(" not in text
    assert "OFFSET" not in text


@pytest.mark.parametrize(
    "asked",
    [
        {}, {"act": Act.EXPORTED}, {"kind": Kind.LETTER}, {"who": uuid4()}, {"person": uuid4()},
        {"kind": Kind.APPLICATION, "key": "7"}, {"since": datetime(2026, 3, 1)},
    ],
)  # fmt: skip
def test_an_index_finds_what_is_asked(asked: dict[str, object]) -> None:
    many(3000)
    with connection.cursor() as cursor:
        cursor.execute("analyze moderation_auditentry")

    place = logbook.Place(datetime(2026, 3, 1, 13, tzinfo=UTC), 1)
    rows = (
        logbook.narrow(AuditEntry.objects.all(), **asked)
        .filter(at__lte=place.at)
        .order_by("-at", "-pk")[:51]
    )

    assert "Seq Scan" not in rows.explain()


# --- who may, and what not ---------------------------------------------------------------------------------


def test_only_administrators_read_it(desk: Client, bo: Member, wren: Application) -> None:
    assert desk.get(LOG).status_code == 403
    assert "auditentry" not in desk.get("/admin/").content.decode()
    page = desk.get(f"/admin/moderation/application/{wren.pk}/change/").content.decode()
    assert "What the staff did here" not in page


def test_who_may_not_read_the_log_gets_no_history_either(desk: Client) -> None:
    decision = Decision.objects.create(community="twp", verdict="approved")
    page = f"/admin/moderation/decision/{decision.pk}"

    assert "history/" not in desk.get(f"{page}/change/").content.decode()
    assert desk.get(f"{page}/history/").status_code == 403


@pytest.mark.parametrize(
    "below", ["add/", "{pk}/", "{pk}/change/", "{pk}/delete/", "{pk}/history/"]
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_admin_has_no_page_to_write_into_it(
    below: str, method: str, office: Client, reviewer: Member, bo: Member
) -> None:
    audit.note(reviewer, Act.LOOKED, bo)
    address = LOG + below.format(pk=AuditEntry.objects.get().pk)

    response = getattr(office, method)(address, {"post": "yes", "act": "changed"})

    assert response.status_code in (302, 404)
    assert AuditEntry.objects.get().act == Act.LOOKED


def test_posting_to_the_log_is_refused(office: Client) -> None:
    many(1)
    data = {"action": "delete_selected", "_selected_action": AuditEntry.objects.get().pk}

    assert office.post(LOG, data).status_code == 405
    assert AuditEntry.objects.count() == 1


def test_a_report_leads_to_its_page(office: Client, reviewer: Member, told: Report) -> None:
    audit.note(reviewer, Act.LOOKED, told)

    assert links(office, "?act=looked") == {f"/admin/moderation/report/{told.pk}/change/"}


def test_nobody_reads_of_a_report_about_themselves(
    office: Client, reviewer: Member, administrator: Member, told: Report
) -> None:
    about_me = Report.objects.create(
        concern="money", person_id=administrator.pk, evidence_until=timezone.localdate()
    )
    for report in (told, about_me):
        audit.note(reviewer, Act.LOOKED, report)

    for query in ("?act=looked", f"?person={administrator.pk}", f"?key={about_me.pk}"):
        assert f"/admin/moderation/report/{about_me.pk}/change/" not in links(office, query)
