"""What a mail provider tells: believed only with the secret and the signature, taken once, and answered
plainly whatever it is."""

import base64
import hashlib
import hmac
import itertools
import json
import random
import sys
from collections.abc import Callable, Iterator
from types import ModuleType

import pytest
from anymail.exceptions import AnymailConfigurationError
from anymail.signals import AnymailTrackingEvent, EventType, RejectReason
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import clear_url_caches, include, path
from django.utils import timezone

from connect.environment import mail_settings
from members.outbox import troubles, webhooks
from members.outbox.faults import Fault
from members.outbox.letters import Mail
from members.outbox.models import Letter, Returned, Trouble
from tests.outbox.conftest import Desk
from tests.outbox.post_office import PostOffice, deliver_all
from tests.outbox.returning import returned

pytestmark = pytest.mark.django_db

SECRET = "connect:24-random-letters-or-more"
SIGNING_KEY = "a-key-of-the-provider"
numbers = itertools.count(1)
Post = Callable[..., HttpResponse]


def with_secret(secret: str) -> dict[str, str]:
    return {"HTTP_AUTHORIZATION": "Basic " + base64.b64encode(secret.encode()).decode()}


@pytest.fixture
def provider(settings: object) -> Iterator[Callable[[str], Client]]:
    """`provider("postmark:?server_token=t")`: the site as it is with this provider."""
    name = "tests.outbox.urls_of_the_provider"

    def set_up(url: str) -> Client:
        found = mail_settings(url)
        settings.ANYMAIL = found["ANYMAIL"] | {"WEBHOOK_SECRET": [SECRET]}
        module = ModuleType(name)
        own = webhooks.urls(found["MAIL_PROVIDER"])
        module.urlpatterns = [path("returns/", include(own)), path("", include("connect.urls"))]
        sys.modules[name] = module
        settings.ROOT_URLCONF = name
        clear_url_caches()
        return Client()

    yield set_up
    sys.modules.pop(name, None)
    clear_url_caches()


@pytest.fixture
def postmark(provider: Callable[[str], Client]) -> Post:
    """`postmark("tracking", {...})`: Postmark tells this."""
    browser = provider("postmark:?server_token=t")

    def post(what: str, event: object, secret: str = SECRET) -> HttpResponse:
        body = event if isinstance(event, bytes) else json.dumps(event).encode()
        return browser.post(
            f"/returns/postmark/{what}/", body, "application/json", **with_secret(secret)
        )

    return post


@pytest.fixture
def letter(desk: Desk, smtp_server: PostOffice) -> Letter:
    """One that went to Bo."""
    row = desk.post()
    deliver_all()
    row.refresh_from_db()
    return row


def bounce(letter: Letter, **changes: object) -> dict[str, object]:
    """As Postmark writes it."""
    return {
        "RecordType": "Bounce", "Type": "HardBounce", "TypeCode": 1, "ID": next(numbers),
        "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483", "Metadata": {"letter": letter.token},
        "Email": "bo@example.org", "From": "post@connect.example", "Inactive": True,
        "BouncedAt": "2026-11-28T10:00:00.0000000-05:00", "Subject": "A message for you",
        "Details": "smtp;550 5.1.1 The email account bo@example.org does not exist.",
        "Description": "The server was unable to deliver your message (ex: unknown user).",
    } | changes  # fmt: skip


def kept() -> tuple[int, int, int]:
    came_back = Letter.objects.filter(bounced_at__isnull=False).count()
    return came_back, Trouble.objects.count(), Returned.objects.count()


# --- believed, and taken once ---------------------------------------------------------------------


def test_a_bounce_is_told(postmark: Post, letter: Letter) -> None:
    assert postmark("tracking", bounce(letter)).status_code == 200

    letter.refresh_from_db()
    assert letter.last_code == "returned hard 5.1.1"
    assert troubles.is_refused("bo@example.org")


def test_the_same_event_again_is_answered_and_ignored(postmark: Post, letter: Letter) -> None:
    event = bounce(letter)
    postmark("tracking", event)
    troubles.confirm("bo@example.org")
    Letter.objects.update(sent_at=timezone.now())  # even were it not too old to tell anything new

    assert postmark("tracking", event).status_code == 200

    assert not troubles.is_refused("bo@example.org")
    assert Returned.objects.count() == 1


@pytest.mark.parametrize("secret", ["", "connect:", "connect:guessed", SECRET + "x", "\x00:\udcff"])
def test_without_the_secret_nothing_is_believed(
    postmark: Post, letter: Letter, secret: str, caplog: pytest.LogCaptureFixture
) -> None:
    response = postmark("tracking", bounce(letter), secret.encode("utf-8", "replace").decode())

    assert (response.status_code, response.content) == (400, b"")
    assert kept() == (0, 0, 0)
    assert "bo@" not in caplog.text


def test_without_any_authorization_nothing_is_believed(
    provider: Callable[[str], Client], letter: Letter
) -> None:
    browser = provider("postmark:?server_token=t")

    response = browser.post(
        "/returns/postmark/tracking/", json.dumps(bounce(letter)), "application/json"
    )

    assert response.status_code == 400
    assert kept() == (0, 0, 0)


def test_no_other_provider_may_tell_us_anything(provider: Callable[[str], Client]) -> None:
    browser = provider("postmark:?server_token=t")

    for other in ("mailgun", "sendgrid", "amazon_ses", "brevo", "mandrill"):
        response = browser.post(f"/returns/{other}/tracking/", "{}", "application/json")
        assert response.status_code == 404, other


def test_without_a_provider_there_are_no_webhooks() -> None:
    assert webhooks.urls("") == []
    assert Client().post("/returns/postmark/tracking/", **with_secret(SECRET)).status_code == 404


def test_looking_at_a_webhook_shows_nothing(provider: Callable[[str], Client]) -> None:
    browser = provider("postmark:?server_token=t")

    answers = [browser.generic(m, "/returns/postmark/tracking/") for m in ("GET", "HEAD", "PUT")]

    assert [(answer.status_code, answer.content) for answer in answers] == [
        (405, b""), (200, b""), (405, b""),
    ]  # fmt: skip


# --- the provider's own signature -----------------------------------------------------------------


def mailgun_event(letter: Letter, key: str = SIGNING_KEY) -> dict[str, object]:
    """As Mailgun writes and signs it. It keeps our Message-ID."""
    token, timestamp = f"token-{next(numbers)}", "1795860000"
    signature = hmac.new(key.encode(), f"{timestamp}{token}".encode(), hashlib.sha256).hexdigest()
    return {
        "signature": {"token": token, "timestamp": timestamp, "signature": signature},
        "event-data": {
            "event": "failed", "severity": "permanent", "reason": "bounce", "timestamp": 1795860000.1,
            "recipient": "bo@example.org", "user-variables": {},
            "message": {"headers": {"message-id": f"{letter.token}@connect.example"}},
            "delivery-status": {"code": 550, "message": "550 5.1.1 No such user bo@example.org"},
        },
    }  # fmt: skip


@pytest.fixture
def mailgun(provider: Callable[[str], Client]) -> Post:
    browser = provider(f"mailgun:?api_key=k&webhook_signing_key={SIGNING_KEY}")

    def post(event: object, secret: str = SECRET) -> HttpResponse:
        return browser.post(
            "/returns/mailgun/tracking/", json.dumps(event), "application/json",
            **with_secret(secret),
        )  # fmt: skip

    return post


def test_signed_as_the_provider_signs_it_is_believed(mailgun: Post, letter: Letter) -> None:
    assert mailgun(mailgun_event(letter)).status_code == 200
    assert troubles.is_refused("bo@example.org")


def test_with_another_signature_it_is_not(mailgun: Post, letter: Letter) -> None:
    assert mailgun(mailgun_event(letter, "another key")).status_code == 400
    assert kept() == (0, 0, 0)


def test_a_signature_does_not_stand_in_for_the_secret(mailgun: Post, letter: Letter) -> None:
    assert mailgun(mailgun_event(letter), secret="connect:guessed").status_code == 400
    assert kept() == (0, 0, 0)


def test_a_provider_that_must_sign_needs_its_key(settings: object) -> None:
    settings.ANYMAIL = {"MAILERSEND_API_TOKEN": "t"}

    with pytest.raises(AnymailConfigurationError, match="MAILERSEND_SIGNING_SECRET"):
        webhooks.urls("mailersend")


def test_mail_that_comes_in_may_be_left_out(settings: object) -> None:
    settings.ANYMAIL = {"MAILERSEND_API_TOKEN": "t", "MAILERSEND_SIGNING_SECRET": "s"}

    assert [one.name for one in webhooks.urls("mailersend")] == ["mailersend_tracking_webhook"]


# --- what it means --------------------------------------------------------------------------------

SOFT, HARD, LETTER = Fault.SOFT, Fault.HARD, Fault.LETTER
MEANS = [
    (EventType.BOUNCED, {"mta_response": "550 5.1.1 unknown"}, HARD),
    (EventType.BOUNCED, {"mta_response": "552 5.2.2 full", "reject_reason": RejectReason.BOUNCED}, SOFT),
    (EventType.BOUNCED, {"reject_reason": RejectReason.BOUNCED}, HARD),
    (EventType.BOUNCED, {"reject_reason": RejectReason.TIMED_OUT}, SOFT),
    (EventType.BOUNCED, {"reject_reason": RejectReason.SPAM}, SOFT),
    (EventType.BOUNCED, {"reject_reason": None}, SOFT),
    # each provider's own word for a bounce that is none for ever
    (EventType.BOUNCED, {"reject_reason": "bounced", "esp_event": {"Type": "SoftBounce"}}, SOFT),
    (EventType.BOUNCED, {"reject_reason": "bounced", "esp_event": {"event": "soft_bounce"}}, SOFT),
    (EventType.BOUNCED, {"reject_reason": "bounced", "esp_event": {"type": "activity.soft_bounced"}}, SOFT),
    (EventType.BOUNCED, {"reject_reason": "bounced", "esp_event": {"hard_bounce": False}}, SOFT),
    (EventType.BOUNCED, {"reject_reason": "bounced", "description": "Transient: General"}, SOFT),
    (EventType.BOUNCED, {"reject_reason": "bounced", "esp_event": {"hard_bounce": True}}, HARD),
    (EventType.REJECTED, {"reject_reason": RejectReason.INVALID}, HARD),
    (EventType.REJECTED, {"reject_reason": RejectReason.BLOCKED}, SOFT),
    (EventType.FAILED, {}, LETTER),
    (EventType.COMPLAINED, {}, Fault.COMPLAINT),
    *(
        (kind, {}, None)
        for kind in (
            EventType.QUEUED, EventType.SENT, EventType.DEFERRED, EventType.DELIVERED,
            EventType.AUTORESPONDED, EventType.OPENED, EventType.UNSUBSCRIBED, EventType.UNKNOWN,
        )
    ),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "details", "fault"), MEANS)
def test_each_event_means_something_for_the_address(
    kind: str, details: dict[str, object], fault: Fault | None
) -> None:
    notice = webhooks._notice_of(AnymailTrackingEvent(event_type=kind, **details))

    assert (notice.fault if notice else None) is fault


def test_a_complaint_is_told(postmark: Post, letter: Letter) -> None:
    event = bounce(letter, RecordType="SpamComplaint", Type="SpamComplaint", TypeCode=512)

    postmark("tracking", event)

    assert troubles.of("bo@example.org").complained_at is not None
    letter.refresh_from_db()
    assert letter.bounced_at is None


def test_mail_to_our_envelope_is_read_as_from_a_pipe(postmark: Post, letter: Letter) -> None:
    raw = returned("postfix_no_such_user", letter.token).decode()
    event = {
        "FromFull": {"Email": "mailer-daemon@mx.connect.example", "Name": "", "MailboxHash": ""},
        "OriginalRecipient": "somebody@inbound.postmark.example", "MessageID": "22c74902",
        "Headers": [], "RawEmail": raw,
    }  # fmt: skip

    assert postmark("inbound", event).status_code == 200

    assert troubles.is_refused("bo@example.org")


# --- forged, broken, about nobody -----------------------------------------------------------------


def test_a_token_nobody_has_leaves_nothing(postmark: Post, letter: Letter) -> None:
    for metadata in ({"letter": "0" * 26}, {"letter": "x"}, {"letter": None}, {}, [], "x", None):
        event = bounce(letter, Metadata=metadata)
        assert postmark("tracking", event).status_code in (200, 400)

    assert kept() == (0, 0, 0)


def test_a_message_id_of_another_domain_is_not_ours(mailgun: Post, letter: Letter) -> None:
    event = mailgun_event(letter)
    event["event-data"]["message"]["headers"]["message-id"] = f"{letter.token}@example.com"

    assert mailgun(event).status_code == 200
    assert kept() == (0, 0, 0)


def test_of_somebody_erased_nothing_is_kept(postmark: Post, letter: Letter) -> None:
    troubles.forget("bo@example.org")

    assert postmark("tracking", bounce(letter)).status_code == 200

    assert not Trouble.objects.exists()


BODIES = [
    b"", b"null", b"[]", b"{}", b"[[[", b'"x"', b"1", b"\xff\xfe", b"x" * 100_000,
    b"[" * 100_000, b"{" * 50_000, b'{"RecordType": "Bounce"}', b'{"RecordType": ["Bounce"]}',
    b'{"RecordType": "Bounce", "Type": {}, "Metadata": 1, "Details": []}',
    b'{"RecordType": "Bounce", "BouncedAt": "yesterday"}', b'{"RecordType": "Bounce", "BouncedAt": 5}',
    b'{"FromFull": 1, "Headers": 2, "ToFull": 3}', b'{"FromFull": {}, "Headers": [{}], "RawEmail": 7}',
    b'{"Headers": [], "RawEmail": "\\u0000\\ud800"}', random.Random(2).randbytes(100_000),
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(BODIES)))
@pytest.mark.parametrize("what", ["tracking", "inbound"])
def test_no_body_breaks_a_webhook_or_leaves_anything(
    postmark: Post, what: str, number: int
) -> None:
    response = postmark(what, BODIES[number])

    assert response.status_code in (200, 400)
    assert response.content == b""
    assert kept() == (0, 0, 0)


def test_a_body_of_a_megabyte_is_refused(postmark: Post) -> None:
    assert postmark("tracking", b"x" * 1_000_000).status_code == 400


@pytest.mark.django_db(transaction=True)
def test_while_the_database_does_not_answer_it_is_to_be_told_again(
    postmark: Post, letter: Letter, caplog: pytest.LogCaptureFixture
) -> None:
    aside = connection.copy()
    with aside.cursor() as holding, connection.cursor() as ours:
        holding.execute("begin")
        holding.execute("select 1 from outbox_letter for update")
        ours.execute("set lock_timeout = '50ms'")

        answer = postmark("tracking", bounce(letter))

        ours.execute("reset lock_timeout")
        holding.execute("rollback")
    aside.close()
    assert answer.status_code == 503
    assert kept() == (0, 0, 0)
    assert "bo@" not in caplog.text
    assert postmark("tracking", bounce(letter)).status_code == 200
    assert troubles.is_refused("bo@example.org")


def test_nothing_of_an_event_is_kept_or_logged(
    postmark: Post, letter: Letter, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")

    postmark("tracking", bounce(letter))
    postmark("tracking", bounce(letter, Metadata={}))
    postmark("tracking", b"not what it should be, about bo@example.org")

    rows = [*Letter.objects.values(), *Trouble.objects.values(), *Returned.objects.values()]
    for words in ("bo@", "does not exist", "883953f4", "unable to deliver"):
        assert words not in caplog.text + repr(rows)
    assert "returned" in caplog.text


def test_a_second_address_in_the_letter_changes_nothing(
    postmark: Post, letter: Letter, desk: Desk
) -> None:
    """Whom it is about says our row, not the event: a provider may be told of a forwarding."""
    desk.mail = Mail(to="ana@example.org", context={"words": "Hello."})

    postmark("tracking", bounce(letter, Email="ana@example.org"))

    assert troubles.is_refused("bo@example.org")
    assert not troubles.is_refused("ana@example.org")
