"""From a row to a mail: a fixed list of headers, nothing that cannot be carried."""

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection

from connect.environment import mail_settings
from members.outbox.composing import CannotBeWritten, compose
from members.outbox.envelopes import envelope_of
from members.outbox.letters import Mail
from tests.outbox.conftest import Desk

pytestmark = pytest.mark.django_db


def mail(**changes: object) -> Mail:
    return Mail(**{"to": "bo@example.org", "context": {"words": "Hello."}} | changes)


@pytest.mark.parametrize(
    "subject", ["two\nlines", "two\r\nBcc: eve@example.org", "two\u2028lines", "  two \t lines "]
)
def test_a_subject_is_one_line(desk: Desk, subject: str) -> None:
    desk.mail = mail(context={"subject": subject})

    message = compose(desk.post())

    parsed = message.message()
    assert "\n" not in message.subject
    assert parsed["Bcc"] is None
    assert len(message.recipients()) == 1


@pytest.mark.parametrize("subject", ["\x00", "a\x07b", "a\ud800b"])
def test_a_subject_of_control_characters_is_refused(desk: Desk, subject: str) -> None:
    desk.mail = mail(context={"subject": subject})

    with pytest.raises(CannotBeWritten, match="subject"):
        compose(desk.post())


def test_a_lone_surrogate_in_the_words_is_refused_by_name(desk: Desk) -> None:
    desk.mail = mail(context={"words": "half a \ud83d smile"})

    with pytest.raises(CannotBeWritten, match="encoding"):
        compose(desk.post())


@pytest.mark.parametrize(
    "address",
    [
        "", "nobody", "a@example.org,b@example.org", "a@example.org\nBcc: b@example.org",
        "a@example.org b@example.org", "Ana <a@example.org>", "ä@example.org", "a@\ud800.org",
        "=?utf-8?q?a?=@example.org",
    ],
)  # fmt: skip
def test_what_is_not_one_plain_address_is_refused(desk: Desk, address: str) -> None:
    desk.mail = mail(to=address)

    with pytest.raises(CannotBeWritten, match="recipient"):
        compose(desk.post())


def test_an_apostrophe_in_plain_text_stays_one(desk: Desk) -> None:
    desk.mail = mail(context={"words": "It's <b>plain</b>", "subject": "It's you & me"})

    message = compose(desk.post())

    assert (message.subject, message.body) == ("It's you & me", "It's <b>plain</b>\n")
    assert message.alternatives[0].content == "<p>It&#x27;s &lt;b&gt;plain&lt;/b&gt;</p>"


def test_a_provider_is_told_to_follow_nobody(desk: Desk, settings: object) -> None:
    settings.EMAIL_BACKEND = "anymail.backends.test.EmailBackend"
    row = desk.post()
    message = compose(row)

    message.send()

    sent = message.anymail_test_params
    assert (sent["track_opens"], sent["track_clicks"]) == (False, False)
    assert sent["envelope_sender"] == envelope_of(row.token)
    assert sent["metadata"] == {"letter": row.token}
    assert sent["from"].addr_spec == "post@connect.example"


def test_a_provider_with_an_envelope_of_its_own_takes_the_letter(
    desk: Desk, settings: object
) -> None:
    """Postmark refuses an envelope sender unless told to let it pass."""
    for name, value in mail_settings("postmark:?server_token=t").items():
        setattr(settings, name, value)
    backend = get_connection()

    payload = backend.build_message_payload(compose(desk.post()), {})

    assert payload.data["From"] == "Connect <post@connect.example>"
    assert payload.data["TrackOpens"] is False


def test_a_100_kb_word_is_carried(desk: Desk) -> None:
    desk.mail = mail(context={"words": "x" * 100_000})

    raw = compose(desk.post()).message().as_bytes(linesep="\r\n")

    assert max(map(len, raw.split(b"\r\n"))) <= 998


def as_it_arrives(message: EmailMultiAlternatives) -> EmailMessage:
    return message_from_bytes(message.message().as_bytes(), policy=policy.default)


def test_plain_mail_bears_a_name_in_sender_and_subject(desk: Desk) -> None:
    desk.mail = mail(plain="TWP Connect", context={"subject": "News for you"})

    message = compose(desk.post()).message()

    assert message["Subject"] == "TWP Connect: News for you"
    assert message["From"] == "TWP Connect <post@connect.example>"


def test_a_name_with_signs_of_its_own_stays_one_name(desk: Desk) -> None:
    desk.mail = mail(plain='Grüße, "Connect" <eve@example.org>')

    message = as_it_arrives(compose(desk.post()))

    (sender,) = message["From"].addresses
    assert sender.addr_spec == "post@connect.example"
    assert sender.display_name == 'Grüße, "Connect" <eve@example.org>'


def test_an_answer_that_nobody_reads_goes_to_an_address_that_says_so(desk: Desk) -> None:
    desk.mail = mail(no_answer=True)

    message = as_it_arrives(compose(desk.post()))

    (reader,) = message["Reply-To"].addresses
    assert reader.addr_spec == "no-answer@connect.example"
    assert reader.display_name == "Nobody reads this: please use the link in the letter"
