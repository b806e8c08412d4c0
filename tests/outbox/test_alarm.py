"""The alarm: what raises it, whom it reaches and how often, and what it does not say."""

from collections.abc import Iterator
from datetime import timedelta
from io import StringIO

import pytest
from aiosmtpd.controller import Controller
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from members.outbox import alarm, duties
from members.outbox.models import Alarm, Duty, Letter, Trouble
from tests.outbox.post_office import PostOffice, free_port

pytestmark = pytest.mark.django_db
SMTP = "django.core.mail.backends.smtp.EmailBackend"
LATE = "A letter has been due for 7 minutes. Look whether the worker runs, and what its log says."
AWAY = (
    "The mail server has taken no letter for 7 minutes. Ask why: python manage.py mailcheck ADDRESS. "
    "Once that is mended, try the letters again."
)


@pytest.fixture
def another_way(settings: object) -> Iterator[PostOffice]:
    """A mail server that is not the one all other mail goes by."""
    office = PostOffice()
    controller = Controller(office, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.ALARM_ROUTE = SMTP, {"host": "127.0.0.1", "port": controller.port}
    settings.ALARM_MAIL_TO = ["operator@example.net"]
    yield office
    controller.stop()


def waits(minutes: float) -> None:
    due_at = timezone.now() - timedelta(minutes=minutes)
    Letter.objects.create(kind="password_link", about="1", due_at=due_at)


def dead(kind: str, code: str, hours_ago: float = 0) -> None:
    failed_at = timezone.now() - timedelta(hours=hours_ago)
    Letter.objects.create(kind=kind, about="1", failed_at=failed_at, last_code=code)


def tried(code: str, minutes_ago: float = 7, **fields: object) -> None:
    """A letter that was tried, and waits for its next try or ended."""
    now = timezone.now()
    Letter.objects.create(
        kind="message", about="1", last_code=code, first_tried_at=now - timedelta(minutes=minutes_ago),
        **{"due_at": now + timedelta(hours=4), **fields},
    )  # fmt: skip


def hours_pass(hours: float) -> None:
    for row in Alarm.objects.all():
        for name in ("raised_at", "tried_at"):
            if when := getattr(row, name):
                setattr(row, name, when - timedelta(hours=hours))
        row.save()


# --- what raises it ----------------------------------------------------------------------------------


def test_all_is_well_and_nothing_is_said(another_way: PostOffice) -> None:
    waits(minutes=4)
    dead("message", "hard SMTPRecipientsRefused 550")
    dead("message", "own KeyError", hours_ago=25)

    alarm.watch_the_mail()

    assert (alarm.what_is_wrong(), another_way.letters) == ([], [])


def test_a_letter_that_waits_for_more_than_five_minutes() -> None:
    waits(minutes=7)

    assert alarm.what_is_wrong() == [LATE]


def test_letters_that_died_of_a_fault_of_ours_or_were_given_up() -> None:
    dead("message", "own KeyError")
    dead("message", "soft SMTPDataError 451")
    dead("password_link", "away ConnectionRefusedError")
    dead("password_link", "hard SMTPRecipientsRefused 550")

    assert alarm.what_is_wrong() == [
        "3 letters of the last day cannot be sent: message 2, password_link 1. Their codes and the "
        "worker’s log say why. Once that is mended, try them again."
    ]


@pytest.mark.parametrize(
    "code", ["away ConnectionRefusedError", "away SMTPAuthenticationError 535", "soft SMTPSenderRefused 553"]
)  # fmt: skip
def test_a_mail_server_that_is_away_or_wants_nothing_of_us(code: str) -> None:
    """Its letters wait for their next try, so that none is overdue."""
    tried(code)

    assert alarm.what_is_wrong() == [AWAY]


def test_a_mail_server_is_away_since_the_last_letter_it_took() -> None:
    tried("away ConnectionRefusedError", minutes_ago=600)
    tried("", sent_at=timezone.now() - timedelta(minutes=7.5))

    assert alarm.what_is_wrong() == [AWAY]


def test_three_letters_refused_and_none_sent_since_are_no_chance() -> None:
    now = timezone.now()
    tried("", minutes_ago=60, sent_at=now - timedelta(hours=1))
    tried("hard SMTPRecipientsRefused 550", failed_at=now)
    tried("soft SMTPDataError 451", minutes_ago=2)
    two = alarm.what_is_wrong()
    tried("hard SMTPDataError 554", minutes_ago=1, failed_at=now)

    assert (two, alarm.what_is_wrong()) == ([], [AWAY])


def test_letters_refused_for_what_is_wrong_with_them_or_their_address_say_nothing_of_the_server() -> (
    None
):
    now = timezone.now()
    Trouble.objects.create(mark="a", refused_at=now)
    for _time in range(3):
        tried("hard SMTPRecipientsRefused 550", failed_at=now, sent_to="a")
        tried("hard CannotBeWritten subject", failed_at=now)
        tried("refused", sent_to="a")
    tried("soft SMTPDataError 451")

    assert alarm.what_is_wrong() == []


def test_a_mail_server_that_takes_others_is_not_away() -> None:
    for _time in range(3):
        tried("soft SMTPDataError 451")
    tried("", sent_at=timezone.now())

    assert alarm.what_is_wrong() == []


def test_duties_that_are_late_and_a_worker_that_is_dead() -> None:
    now = timezone.now()
    row = Duty.objects.create(
        name="mend-listings", period=timedelta(days=1), started_at=now,
        succeeded_at=now - timedelta(days=4),
    )  # fmt: skip
    late = alarm.what_is_wrong()
    Duty.objects.filter(pk=row.pk).update(started_at=now - timedelta(minutes=6))

    assert late == [
        "These duties have not ended well for three of their periods: mend-listings. The worker’s log "
        "says where they break off."
    ]
    assert alarm.what_is_wrong() == [
        "The worker does nothing: it sends no letter and does no duty. Start it: python manage.py worker"
    ]


# --- how it is said ----------------------------------------------------------------------------------


def test_it_goes_another_way_at_once_and_says_numbers_and_kinds_only(
    another_way: PostOffice, smtp_server: PostOffice, caplog: pytest.LogCaptureFixture
) -> None:
    waits(minutes=7)
    dead("message", "own KeyError")

    alarm.watch_the_mail()

    mail = another_way.only()
    assert (mail.envelope_to, mail["Subject"]) == (
        ["operator@example.net"],
        "The site’s mail needs somebody",
    )
    assert mail.text.replace("\r", "") == (
        f"{LATE}\n\n"
        "1 letter of the last day cannot be sent: message 1. Its code and the worker’s log say why. "
        "Once that is mended, try it again.\n\n"
        "More stands in README.md. The letters are at:\n\n"
        "http://127.0.0.1:8000/admin/moderation/outgoingletter/\n"
    )
    assert "alarm: A letter has been due for 7 minutes." in caplog.text
    assert smtp_server.letters == []
    assert Letter.objects.unsent().count() == 1  # no letter of its own


def test_it_is_said_again_after_four_hours_and_not_before(another_way: PostOffice) -> None:
    waits(minutes=7)

    for hours in (0, 3.9, 0.2):
        hours_pass(hours)
        alarm.watch_the_mail()

    assert len(another_way.letters) == 2


def test_an_alarm_that_did_not_get_out_is_tried_again_in_ten_minutes(
    another_way: PostOffice, caplog: pytest.LogCaptureFixture
) -> None:
    another_way.at_rcpt = ["550 <operator@example.net> is nobody"]
    waits(minutes=7)

    for hours in (0, 0.1, 0.1):
        hours_pass(hours)
        alarm.watch_the_mail()

    assert len(another_way.letters) == 1
    assert "its mail: SMTPRecipientsRefused" in caplog.text
    assert "operator@" not in caplog.text


def test_without_another_way_the_log_says_it_as_seldom(caplog: pytest.LogCaptureFixture) -> None:
    waits(minutes=7)

    alarm.watch_the_mail()
    alarm.watch_the_mail()

    assert caplog.text.count("alarm: A letter has been due") == 1


def test_an_alarm_has_one_row() -> None:
    Alarm.objects.create(name=Alarm.MAIL)

    with pytest.raises(IntegrityError, match="alarm_has_one_row"), transaction.atomic():
        Alarm.objects.create(name=Alarm.MAIL)


def test_the_worker_watches_every_minute() -> None:
    assert duties.DUTIES["watch-the-mail"].every == timedelta(minutes=1)


# --- for cron, when the worker is dead -----------------------------------------------------------------


def test_the_command_says_that_all_is_well() -> None:
    said = StringIO()

    call_command("alarm", stdout=said)

    assert said.getvalue() == "All is well: letters go out, and the duties are done.\n"


def test_the_command_raises_the_same_alarm_and_ends_with_an_error(another_way: PostOffice) -> None:
    waits(minutes=7)

    with pytest.raises(CommandError, match="due for 7 minutes") as failed:
        call_command("alarm")

    assert failed.value.returncode == 1
    assert len(another_way.letters) == 1


def test_tables_that_are_not_there_are_no_database_that_is_away() -> None:
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute("alter table outbox_letter rename to elsewhere")
        with (
            pytest.raises(CommandError, match=r"Run: python manage\.py migrate"),
            transaction.atomic(),
        ):
            call_command("alarm")
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_away_is_said_with_where_to_look(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "HOST", "/nowhere")

    with pytest.raises(CommandError, match=r"The database is away\. Look whether it runs"):
        call_command("alarm")


def test_worker_and_command_together_say_it_once(another_way: PostOffice) -> None:
    waits(minutes=7)

    alarm.watch_the_mail()
    with pytest.raises(CommandError):
        call_command("alarm")

    assert len(another_way.letters) == 1
