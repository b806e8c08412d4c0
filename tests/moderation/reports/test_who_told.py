"""Who told is never told to the other, and what was done is never told to whoever told."""

import logging
import re
from collections.abc import Callable

import pytest
from django.contrib.admin.models import LogEntry
from django.core import serializers
from django.test import Client

from members.models import Member, Profile
from members.outbox.composing import compose
from members.outbox.letters import NotWanted
from members.outbox.models import Letter
from members.relay.models import Message
from moderation.models import AuditEntry, Report
from moderation.reports import appeals, measures
from tests.moderation.reports.test_reports_desk import QUEUE, at

pytestmark = pytest.mark.django_db
SignedIn = Callable[[Member], Client]
Tell = Callable[..., Report]

MARK = "marked-words of the reporter"
WORDS = "Please stop asking people for money."
OF_ANA = ("ana@example.org", MARK, "ana-in-ici")


def letters_to(address: str) -> list[str]:
    found = []
    for row in Letter.objects.all():
        try:
            mail = compose(row)
        except NotWanted:
            continue
        if mail.to == [address]:
            found.append(f"{mail.subject}\n{mail.body}\n{mail.alternatives[0][0]}")
    return found


@pytest.fixture
def all_done(
    ana: Member, bo: Member, write: Callable[..., Message], tell: Tell, reviewer: Member,
    second_reviewer: Member,
) -> Report:  # fmt: skip
    """Ana told of Bo, who was warned, suspended, answered, and was let back in."""
    report = tell(ana, bo, words=MARK, message=write(bo, ana))
    measures.note(report, reviewer, f"Asked ana@example.org about it: {MARK}")
    measures.warn(bo, reviewer, WORDS, concern="money", report=report)
    measure = measures.suspend(bo, reviewer, WORDS, concern="money")
    appeals.appeal(measure, "It was not me.")
    measures.reinstate(bo, second_reviewer, "Come back.")
    return report


PAGES_OF_BO = (
    "/account/", "/account/warning/", "/account/twp/", "/account/messages/", "/account/safety/",
    "/account/messages/?show=sent", "/twp/members/", "/twp/members/bo/",
)  # fmt: skip


def test_no_page_and_no_letter_tells_the_person_who_told(
    all_done: Report, bo: Member, signed_in: SignedIn
) -> None:
    browser = signed_in(bo)
    seen = [browser.get("/account/warning/").content.decode()]
    browser.post("/account/warning/")
    seen += [browser.get(path).content.decode() for path in PAGES_OF_BO]
    seen += [Client().get(f"/appeal/{m.key}/").content.decode() for m in bo.measures.all()]
    letters = letters_to("bo@example.org")

    assert WORDS in seen[0]
    assert len(letters) >= 2
    # that Ana is a member, and that Bo wrote to her, Bo knows
    told = [
        w for page in seen + letters for w in (MARK, "ana-in-ici", "ana@example.org") if w in page
    ]
    assert told == []
    assert not [letter for letter in letters if re.search(r"\bana\b|report", letter)]


def test_no_page_and_no_letter_tells_the_reporter_what_was_done(
    all_done: Report, ana: Member, signed_in: SignedIn
) -> None:
    browser = signed_in(ana)
    pages = [
        browser.get(path).content.decode()
        for path in ("/account/", "/account/messages/", "/account/safety/", "/account/reported/")
    ]
    letters = letters_to("ana@example.org")

    assert len([letter for letter in letters if "We have read what you wrote" in letter]) == 1
    for text in pages + letters:
        assert not [word for word in ("warned", "suspended", WORDS, "Come back") if word in text]


def test_a_profile_looks_the_same_to_its_owner_before_and_after_a_report(
    ana: Member, bo: Member, tell: Tell, signed_in: SignedIn
) -> None:
    """Nothing counts up, and no date moves, for whoever watches their own pages."""
    browser = signed_in(bo)
    member = Member.objects.values().get(pk=bo.pk)
    pages = ("/account/", "/account/twp/", "/account/safety/", "/twp/members/bo/")
    before = [browser.get(path).content for path in pages]

    tell(ana, bo)

    assert Member.objects.values().get(pk=bo.pk) == member
    assert [len(browser.get(path).content) for path in pages] == [len(page) for page in before]


def test_one_of_the_staff_finds_nowhere_what_was_said_about_themselves(
    ana: Member, bo: Member, reviewer: Member, administrator: Member,
    make_profile: Callable[..., Profile], tell: Tell, signed_in: SignedIn,
) -> None:  # fmt: skip
    make_profile(reviewer)
    about_me = tell(ana, reviewer, words=MARK)
    measure = measures.warn(reviewer, administrator, WORDS)
    measures.acknowledge(reviewer)
    tell(ana, bo, words="Of somebody else.")
    desk = signed_in(reviewer)

    listed = desk.get(QUEUE).content.decode()
    first = " ".join(desk.get("/admin/").content.decode().split())

    assert "Of somebody else." in listed
    assert MARK not in listed
    assert "report waits. It came" in first
    assert desk.get(at(about_me)).status_code == desk.post(at(about_me)).status_code == 404
    assert desk.get(at(measure)).status_code == 404
    assert "Warning" not in desk.get("/admin/moderation/measure/").content.decode()
    assert desk.get(f"{QUEUE}999999/change/").status_code == 404


def test_the_logs_hold_ids_alone(
    all_done: Report, ana: Member, bo: Member, desk: Client, caplog: pytest.LogCaptureFixture
) -> None:
    """What a thief of the logs would learn: whom of the staff, what, and a number."""
    with caplog.at_level(logging.DEBUG):
        desk.get(at(all_done))
        desk.post(at(all_done), {"do": "note", "words": MARK})
        letters_to("bo@example.org")

    rows = serializers.serialize("json", [*AuditEntry.objects.all(), *LogEntry.objects.all()])
    rows += serializers.serialize("json", Letter.objects.all())
    written = caplog.text + rows
    assert AuditEntry.objects.count() >= 5
    assert not [word for word in (*OF_ANA, WORDS, "bo@example.org") if word in written]
    assert str(ana.pk) not in rows


def test_the_audit_log_never_names_the_reporter(all_done: Report, ana: Member) -> None:
    assert not AuditEntry.objects.filter(person_id=ana.pk).exists()
    assert not AuditEntry.objects.filter(staff_id=ana.pk).exists()


def test_members_and_visitors_reach_no_page_of_the_staff(
    all_done: Report, ana: Member, bo: Member, cleo: Member, signed_in: SignedIn
) -> None:
    measure = bo.measures.first()
    for browser in (Client(), signed_in(ana), signed_in(cleo)):
        for path in (QUEUE, at(all_done), at(measure), "/admin/moderation/measure/"):
            page = browser.get(path, follow=True)
            assert MARK not in page.content.decode()
            assert WORDS not in page.content.decode()


def test_a_report_leads_nowhere_into_the_other_face_of_the_person(
    ana: Member, cleo: Member, tell: Tell, desk: Client
) -> None:
    """Reported in ICI, the reviewers read nothing of TWP on the page, and the member's letter
    names no community."""
    report = tell(cleo, ana, "ici")

    html = desk.get(at(report)).content.decode()

    assert "about ana-in-ici" in desk.get(QUEUE).content.decode()
    assert "TWP" not in html.split('id="content"')[1]


def test_a_reporter_who_blocks_too_leaves_no_trace_with_the_other(
    ana: Member, bo: Member, tell: Tell, signed_in: SignedIn
) -> None:
    tell(ana, bo, block_as="bo")

    assert signed_in(bo).get("/twp/members/ana/").status_code == 404
    assert letters_to("bo@example.org") == []
