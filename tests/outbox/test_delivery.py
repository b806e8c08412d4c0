"""What becomes of a letter: sent, put off, given up, dropped, and never lost."""

import smtplib
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.db import connection
from django.utils import timezone

from members.outbox import delivery
from members.outbox.letters import Mail, NotWanted
from members.outbox.models import Letter
from tests.outbox.conftest import Desk
from tests.outbox.post_office import PostOffice, deliver_all, free_port, make_all_due

pytestmark = pytest.mark.django_db


def waits(row: Letter) -> timedelta:
    """How long from now until it is tried again."""
    return row.due_at - timezone.now()


def test_what_is_due_is_sent_and_marked(desk: Desk, smtp_server: PostOffice) -> None:
    row = desk.post()

    deliver_all()

    row.refresh_from_db()
    assert row.sent_at is not None
    assert (row.attempts, row.crashes, row.last_code) == (1, 0, "")
    assert smtp_server.only().envelope_to == ["bo@example.org"]


def test_nothing_goes_out_before_it_is_due(desk: Desk, smtp_server: PostOffice) -> None:
    row = desk.post()
    Letter.objects.update(due_at=timezone.now() + timedelta(minutes=10))

    deliver_all()

    row.refresh_from_db()
    assert (row.sent_at, smtp_server.letters) == (None, [])


def test_a_letter_goes_out_once(desk: Desk, smtp_server: PostOffice) -> None:
    desk.post()

    deliver_all()
    make_all_due()
    deliver_all()

    assert len(smtp_server.letters) == 1


def test_more_urgent_letters_go_first(desk: Desk, smtp_server: PostOffice) -> None:
    later, sooner = desk.post("later"), desk.post("sooner")
    Letter.objects.filter(pk=sooner.pk).update(priority=1)

    delivery.deliver_one()

    later.refresh_from_db()
    sooner.refresh_from_db()
    assert (later.sent_at is None, sooner.sent_at is None) == (True, False)


def test_letters_share_one_connection(desk: Desk, smtp_server: PostOffice) -> None:
    for number in range(3):
        desk.post(str(number))

    deliver_all()

    assert (len(smtp_server.letters), smtp_server.connections) == (3, 1)


def test_a_letter_nobody_wants_any_more_is_dropped(desk: Desk, smtp_server: PostOffice) -> None:
    desk.error = NotWanted("blocked")
    row = desk.post()

    deliver_all()

    row.refresh_from_db()
    assert row.dropped_at is not None
    assert (row.last_code, smtp_server.letters) == ("blocked", [])


def test_what_was_erased_since_is_dropped(desk: Desk, smtp_server: PostOffice) -> None:
    desk.error = Letter.DoesNotExist()
    row = desk.post()

    deliver_all()

    row.refresh_from_db()
    assert (row.dropped_at is not None, row.last_code) == (True, "gone")


def test_not_now_is_tried_again_after_a_minute(desk: Desk, smtp_server: PostOffice) -> None:
    smtp_server.at_rcpt = ["451 bo@example.org try later"]
    row = desk.post()

    deliver_all()

    row.refresh_from_db()
    assert row.last_code == "soft SMTPRecipientsRefused 451"
    assert timedelta(seconds=50) < waits(row) < timedelta(seconds=70)


def test_a_full_mailbox_at_the_end_of_the_mail_is_tried_again(
    desk: Desk, smtp_server: PostOffice
) -> None:
    smtp_server.at_data = ["452 full"]
    row = desk.post()

    deliver_all()
    make_all_due()
    deliver_all()

    row.refresh_from_db()
    assert (row.sent_at is not None, row.attempts) == (True, 2)


def test_no_such_user_ends_it_at_once(desk: Desk, smtp_server: PostOffice) -> None:
    smtp_server.at_rcpt = ["550 bo@example.org does not exist"]
    row = desk.post()

    deliver_all()

    row.refresh_from_db()
    assert (row.failed_at is not None, row.attempts) == (True, 1)
    assert row.last_code == "hard SMTPRecipientsRefused 550"


def test_words_of_a_mail_server_are_neither_kept_nor_logged(
    desk: Desk, smtp_server: PostOffice, caplog: pytest.LogCaptureFixture
) -> None:
    smtp_server.at_rcpt = ["451 <bo@example.org> later", "550 <bo@example.org> unknown"]
    desk.post()

    deliver_all()
    make_all_due()
    deliver_all()

    row = Letter.objects.values().get()
    assert "bo@" not in caplog.text + repr(row)
    assert "letter" in caplog.text


def test_a_silence_after_the_mail_is_tried_again_under_the_same_name(
    desk: Desk, smtp_server: PostOffice, settings: object
) -> None:
    settings.EMAIL_TIMEOUT = 0.3
    smtp_server.at_data = [1.0]
    row = desk.post()

    deliver_all()
    make_all_due()
    deliver_all()

    row.refresh_from_db()
    names = [letter["Message-ID"] for letter in smtp_server.letters]
    assert row.sent_at is not None
    assert names == [f"<{row.token}@connect.example>"] * 2


def test_the_log_says_where_in_our_code_a_question_to_the_database_broke(
    desk: Desk, smtp_server: PostOffice, caplog: pytest.LogCaptureFixture
) -> None:
    desk.before = lambda: connection.cursor().execute("select nothing from nowhere")
    row = desk.post()

    deliver_all()

    assert f"letter {row.pk} (test): own ProgrammingError at tests/outbox/" in caplog.text
    assert "nowhere" not in caplog.text


def test_a_server_away_is_waited_for(desk: Desk, smtp_server: PostOffice, settings: object) -> None:
    settings.EMAIL_PORT = free_port()
    row = desk.post()

    deliver_all()

    row.refresh_from_db()
    assert (row.failed_at, row.last_code) == (None, "away ConnectionRefusedError")


def test_when_the_server_is_back_what_waited_for_it_goes_out(
    desk: Desk, smtp_server: PostOffice, settings: object
) -> None:
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, free_port()
    desk.post("long ago")
    deliver_all()
    Letter.objects.update(due_at=timezone.now() + timedelta(hours=4))
    settings.EMAIL_PORT = port

    desk.post("new")
    deliver_all()

    assert len(smtp_server.letters) == 2


class Provider(BaseHTTPRequestHandler):
    """Postmark, as far as a letter needs it; with the wrong key it refuses."""

    def do_POST(self) -> None:
        is_known = self.headers["X-Postmark-Server-Token"] == "right"
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200 if is_known else 401)
        self.end_headers()
        self.wfile.write(
            b'[{"ErrorCode": 0, "Message": "OK", "MessageID": "1", "To": "bo@example.org"}]'
        )

    def log_message(self, format: str, *given: object) -> None:
        """Says nothing."""


@pytest.fixture
def provider(settings: object) -> Iterator[dict[str, object]]:
    """The settings of a provider that answers, and takes the letters."""
    server = HTTPServer(("127.0.0.1", 0), Provider)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
    settings.ANYMAIL = {
        "IGNORE_UNSUPPORTED_FEATURES": True,
        "POSTMARK_API_URL": f"http://127.0.0.1:{server.server_port}/",
        "POSTMARK_SERVER_TOKEN": "right",
    }
    yield settings.ANYMAIL
    delivery.post.hang_up()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"POSTMARK_API_URL": "http://127.0.0.1:1/"}, "away AnymailRequestsAPIError"),
        ({"POSTMARK_SERVER_TOKEN": "wrong"}, "away AnymailRequestsAPIError 401"),
    ],
)
def test_a_provider_away_or_with_another_key_is_waited_for_like_a_server(
    desk: Desk, provider: dict[str, object], settings: object, wrong: dict[str, str], code: str
) -> None:
    settings.ANYMAIL = provider | wrong
    row = desk.post("long ago")
    deliver_all()
    row.refresh_from_db()
    Letter.objects.update(due_at=timezone.now() + timedelta(hours=4))
    settings.ANYMAIL = provider

    desk.post("new")
    deliver_all()

    assert row.last_code == code
    assert not Letter.objects.unsent().exists()


def test_who_was_put_off_for_its_own_sake_is_not_pulled_forward(
    desk: Desk, smtp_server: PostOffice
) -> None:
    smtp_server.at_rcpt = ["451 later"]
    row = desk.post("put off")
    deliver_all()
    delivery.post._was_away.set()

    desk.post("new")
    deliver_all()

    row.refresh_from_db()
    assert (row.sent_at, len(smtp_server.letters)) == (None, 1)


def test_after_five_days_of_trying_it_is_given_up(desk: Desk, smtp_server: PostOffice) -> None:
    smtp_server.at_rcpt = ["451 later"]
    row = desk.post()
    Letter.objects.update(first_tried_at=timezone.now() - timedelta(days=5, minutes=1))

    deliver_all()

    row.refresh_from_db()
    assert row.failed_at is not None


def test_a_worker_that_was_off_for_a_week_gives_up_nothing(
    desk: Desk, smtp_server: PostOffice
) -> None:
    smtp_server.at_rcpt = ["451 later"]
    row = desk.post()
    week_ago = timezone.now() - timedelta(days=7)
    Letter.objects.update(posted_at=week_ago, due_at=week_ago)

    deliver_all()

    row.refresh_from_db()
    assert row.failed_at is None


def test_a_mistake_of_ours_is_tried_eight_times(desk: Desk, smtp_server: PostOffice) -> None:
    desk.error = KeyError("secret words")
    row = desk.post()

    for _ in range(8):
        make_all_due()
        deliver_all()

    row.refresh_from_db()
    assert (row.failed_at is not None, row.attempts) == (True, 8)
    assert row.last_code == "own KeyError"


def test_a_broken_query_in_a_letter_does_not_undo_the_mark(
    desk: Desk, smtp_server: PostOffice
) -> None:
    desk.before = lambda: list(Letter.objects.extra(where=["nonsense = 1"]))
    row = desk.post()

    deliver_all()

    row.refresh_from_db()
    assert (row.last_code, row.attempts, row.crashes) == ("own ProgrammingError", 1, 0)


def test_a_letter_of_a_worker_that_died_is_free_after_its_lease(
    desk: Desk, smtp_server: PostOffice
) -> None:
    row = desk.post()
    delivery._claim()  # and here the worker died

    deliver_all()
    during_the_lease = len(smtp_server.letters)
    make_all_due()
    deliver_all()

    row.refresh_from_db()
    assert (during_the_lease, row.attempts, row.crashes) == (0, 2, 0)
    assert smtp_server.only()["Message-ID"] == f"<{row.token}@connect.example>"


def test_a_letter_that_kills_its_worker_five_times_is_given_up(
    desk: Desk, smtp_server: PostOffice
) -> None:
    row = desk.post()
    for _ in range(5):
        delivery._claim()
        make_all_due()

    deliver_all()

    row.refresh_from_db()
    assert (row.failed_at is not None, row.last_code) == (True, "own crashed 5")
    assert smtp_server.letters == []


def test_a_claim_taken_over_by_another_worker_is_left_alone(
    desk: Desk, smtp_server: PostOffice
) -> None:
    desk.post()
    (slow,) = delivery._claim()
    make_all_due()
    delivery._claim()

    assert delivery._lock(slow) is None


def test_two_addresses_are_never_written_to(desk: Desk, smtp_server: PostOffice) -> None:
    desk.mail = Mail(to="bo@example.org, eve@example.org", context={"words": "Hello."})
    row = desk.post()

    deliver_all()

    row.refresh_from_db()
    assert (row.last_code, smtp_server.letters) == ("hard CannotBeWritten recipient", [])


def test_a_wrong_password_of_the_site_costs_no_letter(desk: Desk, smtp_server: PostOffice) -> None:
    error = smtplib.SMTPAuthenticationError(535, b"no")

    assert delivery.classify(error) is delivery.Failure.SOFT
