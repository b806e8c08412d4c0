"""A letter goes out through a real mail server and comes back: what becomes of it, of the next ones to
the same address, and of nothing else."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from members.outbox import letters, troubles
from members.outbox.letters import KINDS, Kind, Mail
from members.outbox.marks import mark_of
from members.outbox.models import Letter, Returned, Trouble
from tests.outbox.conftest import Desk
from tests.outbox.post_office import PostOffice, deliver_all, make_all_due
from tests.outbox.returning import SAYS_NOTHING, give_back, pipe, returned
from tests.outbox.test_troubles import let_pass

pytestmark = pytest.mark.django_db


@pytest.fixture
def send(desk: Desk, smtp_server: PostOffice) -> Callable[[], Letter]:
    """`send()`: a letter to Bo, gone as far as it goes."""

    def out() -> Letter:
        row = desk.post()
        deliver_all()
        row.refresh_from_db()
        return row

    return out


@pytest.fixture
def asked(desk: Desk) -> Iterator[None]:
    """Letters of the desk are now such as their reader asks for."""
    KINDS["test"] = Kind("test", "test", desk.compose, asked=True)
    return


def test_it_comes_back_to_the_envelope_it_went_out_in(
    send: Callable[[], Letter], smtp_server: PostOffice
) -> None:
    row = send()
    envelope = smtp_server.only().envelope_from

    assert pipe(returned("postfix_no_such_user", row.token, envelope=envelope)) == 0

    row.refresh_from_db()
    assert row.bounced_at is not None
    assert row.last_code == "returned hard 5.1.1"
    assert troubles.is_refused("bo@example.org")


def test_the_address_may_be_told_by_the_mail_server(
    send: Callable[[], Letter], smtp_server: PostOffice
) -> None:
    row = send()
    raw = returned("postfix_no_such_user", row.token, envelope="somebody@connect.example")

    pipe(raw)
    before = Trouble.objects.count()
    pipe(raw, smtp_server.only().envelope_from)

    assert (before, Trouble.objects.count()) == (0, 1)


def test_after_a_soft_bounce_the_next_letter_waits_for_the_end_of_the_pause(
    send: Callable[[], Letter], smtp_server: PostOffice
) -> None:
    give_back("postfix_mailbox_full", send())

    row = send()

    assert row.sent_at is None
    assert (row.due_at, row.last_code) == (Trouble.objects.get().paused_until, "paused")
    assert len(smtp_server.letters) == 1


def test_a_letter_that_waited_has_its_five_days_still_before_it(
    send: Callable[[], Letter], smtp_server: PostOffice
) -> None:
    for _time in range(3):  # the last pause is four days
        give_back("postfix_mailbox_full", send())
        let_pass(timedelta(days=4))
    give_back("postfix_mailbox_full", send())
    row = send()
    let_pass(timedelta(days=9))
    make_all_due()
    smtp_server.at_rcpt = ["451 later"]

    deliver_all()

    row.refresh_from_db()
    assert (row.failed_at, row.last_code) == (None, "soft SMTPRecipientsRefused 451")


def test_when_the_pause_is_over_it_goes_out(
    send: Callable[[], Letter], smtp_server: PostOffice
) -> None:
    give_back("postfix_mailbox_full", send())
    row = send()

    let_pass(timedelta(days=1, minutes=1))
    make_all_due()
    deliver_all()

    row.refresh_from_db()
    assert row.sent_at is not None
    assert len(smtp_server.letters) == 2


def test_after_a_hard_bounce_the_next_letter_waits_until_its_owner_has_spoken(
    send: Callable[[], Letter], smtp_server: PostOffice
) -> None:
    give_back("exim_no_such_user", send())
    row = send()
    waited = (row.sent_at, row.last_code)

    troubles.confirm("bo@example.org")
    deliver_all()

    row.refresh_from_db()
    assert waited == (None, "refused")
    assert row.sent_at is not None
    assert len(smtp_server.letters) == 2


def test_after_five_days_of_waiting_it_is_given_up(
    send: Callable[[], Letter], smtp_server: PostOffice
) -> None:
    give_back("exim_no_such_user", send())
    row = send()
    assert row.due_at - timezone.now() > timedelta(days=4, hours=23)
    Letter.objects.filter(pk=row.pk).update(first_tried_at=timezone.now() - timedelta(days=5))

    make_all_due()
    deliver_all()

    row.refresh_from_db()
    assert row.failed_at is not None
    assert len(smtp_server.letters) == 1


def test_waiting_costs_no_try_and_is_no_fault_of_the_mail_server(
    send: Callable[[], Letter], smtp_server: PostOffice
) -> None:
    give_back("exim_no_such_user", send())

    row = send()

    assert smtp_server.connections == 1
    assert (row.crashes, row.failed_at) == (0, None)


@pytest.mark.parametrize("name", ["postfix_mailbox_full", "exim_no_such_user"])
def test_what_its_reader_asks_for_goes_out_all_the_same(
    send: Callable[[], Letter], smtp_server: PostOffice, name: str, asked: None
) -> None:
    give_back(name, send())

    assert send().sent_at is not None
    assert len(smtp_server.letters) == 2


def test_letters_to_others_go_on(
    send: Callable[[], Letter], smtp_server: PostOffice, desk: Desk
) -> None:
    give_back("exim_no_such_user", send())
    desk.mail = Mail(to="ana@example.org", context={"words": "Hello."})

    assert send().sent_at is not None


def test_whoever_has_another_address_by_then_gets_what_waited(
    send: Callable[[], Letter], smtp_server: PostOffice, desk: Desk
) -> None:
    give_back("exim_no_such_user", send())
    row = send()
    desk.mail = Mail(to="bo.new@example.org", context={"words": "Hello."})

    troubles.forget("bo@example.org")
    deliver_all()

    row.refresh_from_db()
    assert row.sent_at is not None
    assert smtp_server.letters[-1].envelope_to == ["bo.new@example.org"]


def test_a_letter_too_large_says_nothing_of_its_address(send: Callable[[], Letter]) -> None:
    row = send()
    raw = returned("postfix_mailbox_full", row.token).replace(b"5.2.2", b"5.3.4")

    pipe(raw)

    row.refresh_from_db()
    assert row.bounced_at is not None
    assert not Trouble.objects.exists()


@pytest.mark.parametrize("name", SAYS_NOTHING)
def test_what_is_no_bounce_changes_nothing(send: Callable[[], Letter], name: str) -> None:
    row = send()

    give_back(name, row)

    row.refresh_from_db()
    assert row.bounced_at is None
    assert (Trouble.objects.count(), Returned.objects.count()) == (0, 0)


def test_the_same_report_twice_is_taken_once(send: Callable[[], Letter]) -> None:
    row = send()
    give_back("exim_no_such_user", row)
    troubles.confirm("bo@example.org")
    Letter.objects.update(sent_at=timezone.now())  # even were it not too old to tell anything new

    give_back("exim_no_such_user", row)

    assert not troubles.is_refused("bo@example.org")
    assert Returned.objects.count() == 1


# --- refused at the door --------------------------------------------------------------------------


def test_no_such_mailbox_said_at_once_counts_as_well(
    send: Callable[[], Letter], smtp_server: PostOffice
) -> None:
    smtp_server.at_rcpt = ["550 5.1.1 <bo@example.org>: user unknown"]

    row = send()

    assert row.failed_at is not None
    assert troubles.is_refused("bo@example.org")


@pytest.mark.parametrize(
    "answer",
    ["550 relay access denied", "554 5.7.1 access denied", "552 5.2.2 full", "451 4.3.0 no"],
)
def test_other_refusals_at_the_door_are_between_us_and_our_mail_server(
    send: Callable[[], Letter], smtp_server: PostOffice, answer: str
) -> None:
    smtp_server.at_rcpt = [answer]

    send()

    assert not Trouble.objects.exists()


# --- complaints -----------------------------------------------------------------------------------


def test_a_complaint_stops_what_the_letter_has_of_its_own(
    send: Callable[[], Letter], monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped: list[str] = []
    monkeypatch.setitem(letters.COMPLAINTS, "test", stopped.append)
    row = send()

    give_back("complaint", row)
    give_back("complaint", row)

    row.refresh_from_db()
    assert stopped == ["1"]
    assert row.bounced_at is None
    assert not Trouble.objects.exists()


def test_a_complaint_about_another_letter_refuses_the_address(
    send: Callable[[], Letter], smtp_server: PostOffice
) -> None:
    give_back("complaint", send())

    assert troubles.of("bo@example.org").complained_at is not None
    assert send().last_code == "refused"


def test_two_things_cannot_be_stopped_by_one_complaint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letters, "COMPLAINTS", {})
    letters.complaint("test")(str)

    with pytest.raises(ValueError, match="stops two things"):
        letters.complaint("test")(str)


# --- what is kept ---------------------------------------------------------------------------------


def everything_kept() -> str:
    with connection.cursor() as cursor:
        rows = []
        for table in ("outbox_letter", "outbox_trouble", "outbox_returned"):
            cursor.execute(f"select * from {table}")  # noqa: S608
            rows += cursor.fetchall()
    return repr(rows)


@pytest.mark.parametrize("name", ["postfix_no_such_user", "exim_in_plain_words", "complaint"])
def test_of_the_mail_nothing_is_kept_or_logged(
    send: Callable[[], Letter], name: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")

    give_back(name, send())

    assert mark_of("bo@example.org") in everything_kept()
    for words in ("bo@", "Ana wrote", "unknown", "No such user", "bounce+", "MAILER-DAEMON"):
        assert words.lower() not in (everything_kept() + caplog.text).lower()
    assert "returned" in caplog.text


def test_of_somebody_erased_nothing_is_kept(send: Callable[[], Letter]) -> None:
    row = send()
    troubles.forget("bo@example.org")

    give_back("postfix_no_such_user", row)

    assert mark_of("bo@example.org") not in everything_kept()
    assert not Trouble.objects.exists()


def test_a_token_nobody_has_leaves_nothing(send: Callable[[], Letter]) -> None:
    row = send()
    Letter.objects.all().delete()

    give_back("postfix_no_such_user", row)

    assert (Trouble.objects.count(), Returned.objects.count()) == (0, 0)


def test_a_letter_that_did_not_go_out_cannot_come_back(desk: Desk) -> None:
    row = desk.post()

    give_back("postfix_no_such_user", row)

    assert (Trouble.objects.count(), Returned.objects.count()) == (0, 0)


def test_whoever_knows_only_the_name_of_a_letter_returns_nothing(
    send: Callable[[], Letter],
) -> None:
    """A sender reads it in the answer they got."""
    row = send()

    pipe(
        returned("postfix_no_such_user", row.token, envelope=f"bounce+{row.token}@connect.example")
    )
    pipe(returned("complaint", row.token, envelope=f"bounce+{row.token}@connect.example"))

    row.refresh_from_db()
    assert row.bounced_at is None
    assert not Trouble.objects.exists()
