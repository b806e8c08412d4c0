"""`manage.py mailcheck`: what it sends, what it finds, and what it never says."""

import logging
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import StringIO

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from django.core.management import CommandError, call_command

from members.outbox import records
from tests.outbox.name_server import NameServer, name_server
from tests.outbox.post_office import PostOffice, free_port

__all__ = ["name_server"]

ADDRESS = "operator@example.net"
NO_RESOLVER = (
    "MEND: No resolver answered, so nobody knows what the records say. Name one: --resolver."
)
KEY = "v=DKIM1; k=rsa; p=" + "QUJD" * 80
SIGNED = f'"{KEY[:200]}" "{KEY[200:]}"'  # as records have it: pieces of 255 characters at most


def check(*arguments: str) -> tuple[list[str], str]:
    """The lines it writes, and how it ends: "" where all is well."""
    said = StringIO()
    try:
        call_command("mailcheck", *arguments, stdout=said)
    except CommandError as error:
        return said.getvalue().splitlines(), str(error)
    return said.getvalue().splitlines(), ""


def about(subject: str, lines: list[str]) -> str:
    (line,) = [line for line in lines if subject in line]
    return line


@pytest.fixture
def all_well(name_server: NameServer, settings: object) -> NameServer:
    """Every record as it should be."""
    settings.DKIM_SELECTOR = "post"
    name_server.records = {
        ("connect.example", "MX"): ["10 mail.connect.example."],
        ("connect.example", "TXT"): ['"other=thing"', '"v=spf1 a:mail.connect.example -all"'],
        ("post._domainkey.connect.example", "TXT"): [SIGNED],
        ("_dmarc.connect.example", "TXT"): ['"v=DMARC1; p=quarantine"'],
    }
    return name_server


# --- the records -------------------------------------------------------------------------------------


def test_all_is_well(all_well: NameServer) -> None:
    lines, end = check("--resolver", all_well.address)

    assert end == ""
    assert lines == [
        "well: MX of connect.example: letters that do not arrive come back.",
        "well: SPF of connect.example says who may send.",
        "well: DKIM at post._domainkey.connect.example: the key of our signature is there.",
        "well: DMARC at _dmarc.connect.example keeps forgeries out of mailboxes.",
        "All is well.",
    ]


def test_what_is_missing_is_said_with_what_to_enter(
    name_server: NameServer, settings: object
) -> None:
    settings.DKIM_SELECTOR, settings.EMAIL_HOST = "post", "mail.example.org"
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"

    lines, end = check("--resolver", name_server.address)

    assert end == "4 to mend."
    assert "Enter an MX record" in about("MX of connect.example is missing", lines)
    assert "v=spf1 a:mail.example.org -all" in about("SPF of connect.example is missing", lines)
    assert "v=DKIM1; k=rsa; p=…" in about("post._domainkey.connect.example is missing", lines)
    assert "at _dmarc.connect.example: v=DMARC1" in about("DMARC of connect.example", lines)


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (["v=spf1 -all", "v=spf1 a -all"], "is there 2 times, and then none counts"),
        (["v=spf1 +all"], "lets everybody send"),
        (["v=spf1 a:mail.connect.example"], "does not say who may not"),
        (["v=spf1 +all ip4:192.0.2.1"], "put -all in place of its +all"),
        (["v=spf1 a ?all"], "leaves open who may not: put -all in place of its ?all"),
        (["v=spf1 include:_spf.firewall"], "does not say who may not"),
        (["v=spf1 a ~all"], "says who may send"),
        (["v=spf10 -all"], "is missing"),
        (["V=SPF1 redirect=_spf.example.org"], "says who may send"),
    ],
)
def test_spf(all_well: NameServer, texts: list[str], said: str) -> None:
    all_well.records["connect.example", "TXT"] = [f'"{text}"' for text in texts]

    lines, _end = check("--resolver", all_well.address)

    assert said in about("SPF", lines)


@pytest.mark.parametrize(
    ("host", "record"),
    [
        ("mail.example.org", "v=spf1 a:mail.example.org -all"),
        ("9.9.9.9", "v=spf1 ip4:9.9.9.9 -all"),
        ("2620:fe::fe", "v=spf1 ip6:2620:fe::fe -all"),
        ("localhost", "v=spf1 a:… -all, with the name"),
        ("127.0.0.1", "v=spf1 a:… -all, with the name"),
        ("10.0.0.7", "v=spf1 a:… -all, with the name"),
    ],
)
def test_what_is_to_be_entered_can_be_entered(
    name_server: NameServer, settings: object, host: str, record: str
) -> None:
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = records.SMTP, host

    lines, _end = check("--resolver", name_server.address)

    assert f"at connect.example: {record}" in about("SPF of connect.example is missing", lines)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("v=DKIM1; p=", "holds no key"),
        ("v=DKIM1; k=rsa; p=QUJ", "holds no key, or one cut off"),
        ("v=DKIM1; k=rsa", "is missing"),
        ("p=QUJD QUJD", "is there"),
    ],
)
def test_dkim(all_well: NameServer, text: str, said: str) -> None:
    all_well.records["post._domainkey.connect.example", "TXT"] = [f'"{text}"']

    lines, _end = check("--resolver", all_well.address)

    assert said in about("DKIM", lines)


def test_a_selector_may_be_given_and_without_one_that_is_said(
    all_well: NameServer, settings: object
) -> None:
    settings.DKIM_SELECTOR = ""
    given = check("--resolver", all_well.address, "--selector", "post")
    lines, end = check("--resolver", all_well.address)

    assert given[1] == ""
    assert "nobody says which key signs" in about("DKIM", lines)
    assert end == "One thing to mend."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("v=DMARC1; p=none; rua=mailto:x@example.org", "only watches (p=none)"),
        ("v=DMARC1; p=reject", "keeps forgeries out"),
        ("v=DMARC1; sp=none", "says no policy"),
        ("v=DMARC2; p=none", "DMARC of connect.example is missing"),
    ],
)
def test_dmarc(all_well: NameServer, text: str, said: str) -> None:
    all_well.records["_dmarc.connect.example", "TXT"] = [f'"{text}"']

    lines, _end = check("--resolver", all_well.address)

    assert said in about("DMARC", lines)


def test_dmarc_of_a_domain_above_counts_and_both_domains_are_asked(
    all_well: NameServer, settings: object
) -> None:
    settings.DEFAULT_FROM_EMAIL = "Connect <post@news.connect.example>"

    lines, end = check("--resolver", all_well.address)

    assert "DMARC at _dmarc.connect.example keeps" in about("DMARC", lines)
    assert "MEND: SPF of news.connect.example is missing" in about("SPF of news", lines)
    assert "well: SPF of connect.example" in about("SPF of connect", lines)
    assert end == "One thing to mend."


# --- nobody to ask ------------------------------------------------------------------------------------


def test_a_resolver_that_fails_is_no_missing_record(all_well: NameServer) -> None:
    all_well.broken = True

    lines, end = check("--resolver", all_well.address)

    assert lines == [NO_RESOLVER]
    assert end == "One thing to mend."


def test_without_a_network_it_says_so_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "LIFETIME", 0.2)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))

        lines, _end = check("--resolver", f"127.0.0.1:{silent.getsockname()[1]}")

    assert lines == [NO_RESOLVER]


@pytest.mark.parametrize("nonsense", ["abc", "127.0.0.1:abc", "127.0.0.1:99999", "300.1.1.1"])
def test_a_resolver_that_is_none_is_said(nonsense: str) -> None:
    assert check("--resolver", nonsense)[1].startswith("--resolver is an address such as")


# --- the test letter ----------------------------------------------------------------------------------


class Sulky(PostOffice):
    """Refuses who sends."""

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        return f"553 <{address}> may not send"


Serve = Callable[..., PostOffice]


@pytest.fixture
def serve(settings: object) -> Iterator[Serve]:
    """`serve(Sulky())`: the site's mail goes to a server of this kind, with these options."""
    running: list[Controller] = []

    def start(office: PostOffice, **options: object) -> PostOffice:
        controller = Controller(office, hostname="127.0.0.1", port=free_port(), **options)
        controller.start()
        running.append(controller)
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_TIMEOUT = 5
        return office

    yield start
    for controller in running:
        controller.stop()


class Refuses(BaseHTTPRequestHandler):
    """A provider that does not know the key."""

    def do_POST(self) -> None:
        self.send_response(401)
        self.end_headers()
        self.wfile.write(b'{"ErrorCode": 10, "Message": "no such token"}')

    def log_message(self, format: str, *given: object) -> None:
        """Says nothing."""


@pytest.fixture
def provider() -> Iterator[str]:
    """Where a provider answers that refuses its key."""
    server = HTTPServer(("127.0.0.1", 0), Refuses)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_letter_that_is_taken(
    smtp_server: PostOffice, all_well: NameServer, settings: object
) -> None:
    lines, end = check(ADDRESS, "--resolver", all_well.address)

    letter = smtp_server.only()
    assert lines[0] == f"well: The mail server 127.0.0.1, port {settings.EMAIL_PORT}, answers."
    assert lines[1].startswith("well: The test letter was taken.")
    assert end == ""
    assert (letter.envelope_to, letter["Subject"]) == ([ADDRESS], "A test letter")
    assert letter.envelope_from.startswith("bounce+")
    assert letter["Auto-Submitted"] == "auto-generated"


def test_two_test_letters_have_two_names(smtp_server: PostOffice, all_well: NameServer) -> None:
    """A mail program shows one of two with the same."""
    for _time in range(2):
        check(ADDRESS, "--resolver", all_well.address)

    assert len({letter["Message-ID"] for letter in smtp_server.letters}) == 2


def test_nobody_listens(serve: Serve, all_well: NameServer, settings: object) -> None:
    serve(PostOffice())
    settings.EMAIL_PORT = free_port()

    lines, end = check(ADDRESS, "--resolver", all_well.address)

    assert "takes no connection: nobody listens there." in lines[0]
    assert end == "One thing to mend."


def test_no_encryption_where_it_is_asked_for(
    serve: Serve, all_well: NameServer, settings: object
) -> None:
    serve(PostOffice())
    settings.EMAIL_USE_TLS = True

    assert "offers no encryption" in check(ADDRESS, "--resolver", all_well.address)[0][0]


def test_the_wrong_port_for_encryption(
    serve: Serve, all_well: NameServer, settings: object
) -> None:
    serve(PostOffice())
    settings.EMAIL_USE_SSL = True

    assert "smtps:// is for port 465" in check(ADDRESS, "--resolver", all_well.address)[0][0]


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")  # loopback
def test_a_wrong_password(serve: Serve, all_well: NameServer, settings: object) -> None:
    serve(
        PostOffice(), auth_require_tls=False, auth_required=True,
        authenticator=lambda *_: AuthResult(success=False, handled=False),
    )  # fmt: skip
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "connect", "hunter2"

    lines, _end = check(ADDRESS, "--resolver", all_well.address)

    assert "refuses the login (code 535)." in lines[0]
    assert "hunter2" not in " ".join(lines)


def test_the_sender_is_refused(serve: Serve, all_well: NameServer) -> None:
    serve(Sulky())

    lines, _end = check(ADDRESS, "--resolver", all_well.address)

    assert "answers." in lines[0]
    assert "refuses the sender (code 553): bounce+…@connect.example." in lines[1]


def test_the_address_is_refused(smtp_server: PostOffice, all_well: NameServer) -> None:
    smtp_server.at_rcpt = [f"550 <{ADDRESS}> unknown here"]

    lines, _end = check(ADDRESS, "--resolver", all_well.address)

    assert lines[1].startswith("MEND: The address you gave is refused (code 550). If it is right,")


def test_the_letter_is_refused(smtp_server: PostOffice, all_well: NameServer) -> None:
    smtp_server.at_data = ["554 smells of spam"]

    lines, _end = check(ADDRESS, "--resolver", all_well.address)

    assert "read the letter and refuses it (code 554)." in lines[1]
    assert "smells" not in " ".join(lines)


@pytest.mark.parametrize("step", ["at_rcpt", "at_data"])
def test_a_letter_refused_for_now_is_no_mistake_of_anybody(
    smtp_server: PostOffice, all_well: NameServer, step: str
) -> None:
    setattr(smtp_server, step, ["451 4.7.1 come back later"])

    lines, _end = check(ADDRESS, "--resolver", all_well.address)

    assert "does not take the letter now (code 451). Try again" in lines[1]


def test_a_server_that_says_nothing_when_it_has_the_letter(
    smtp_server: PostOffice, all_well: NameServer, settings: object
) -> None:
    settings.EMAIL_TIMEOUT = 0.5
    smtp_server.at_data = [2.0]

    lines, _end = check(ADDRESS, "--resolver", all_well.address)

    assert "said nothing for 0.5 seconds in the middle. Perhaps the letter arrives" in lines[1]


def test_a_port_that_never_greets(all_well: NameServer, settings: object) -> None:
    """As one that waits for encryption to begin: the client calls that "disconnected"."""
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = records.SMTP, "127.0.0.1"
    settings.EMAIL_TIMEOUT = 0.5
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.EMAIL_PORT = silent.getsockname()[1]

        lines, _end = check(ADDRESS, "--resolver", all_well.address)

    assert "does not answer within 0.5 seconds. Look at host and port" in lines[0]
    assert "port 465 answers to smtps:// only" in lines[0]


def test_a_server_that_sends_everybody_away_is_said_with_its_number(
    all_well: NameServer, settings: object
) -> None:
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = records.SMTP, "127.0.0.1"
    with socket.create_server(("127.0.0.1", 0)) as door:
        settings.EMAIL_PORT = door.getsockname()[1]

        def refuse() -> None:
            visitor, _from = door.accept()
            with visitor:
                visitor.sendall(b"554 mail.example.org: not you\r\n")

        thread = threading.Thread(target=refuse)
        thread.start()
        lines, _end = check(ADDRESS, "--resolver", all_well.address)
        thread.join()

    assert "before it began (SMTPConnectError, code 554). Its log says why" in lines[0]
    assert "not you" not in " ".join(lines)


@pytest.mark.parametrize(
    "address", ["nobody", "a@example.org,b@example.org", "a@b.c\nBcc: d@e.org"]
)
def test_what_is_no_address_is_sent_nothing(
    smtp_server: PostOffice, all_well: NameServer, address: str
) -> None:
    lines, _end = check(address, "--resolver", all_well.address)

    assert lines[0] == "MEND: This is not an address that mail can be sent to."
    assert smtp_server.letters == []


def test_the_inbox_of_development_says_that_it_sends_nothing(
    all_well: NameServer, settings: object, tmp_path: object
) -> None:
    settings.EMAIL_BACKEND, settings.INBOX = "connect.inbox.EmailBackend", tmp_path

    assert "nothing is sent" in check(ADDRESS, "--resolver", all_well.address)[0][0]


def test_a_provider_that_refuses_its_key(
    all_well: NameServer, settings: object, provider: str
) -> None:
    settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
    settings.ANYMAIL = {
        "POSTMARK_SERVER_TOKEN": "s3cret", "POSTMARK_API_URL": provider,
        "IGNORE_UNSUPPORTED_FEATURES": True,
    }  # fmt: skip

    lines, _end = check(ADDRESS, "--resolver", all_well.address)

    assert lines[0] == "MEND: The provider refuses the key of CONNECT_MAIL_URL (code 401)."
    assert "s3cret" not in " ".join(lines)


def test_nothing_of_it_stands_in_the_log(
    serve: Serve, all_well: NameServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    serve(Sulky())

    check(ADDRESS, "--resolver", all_well.address)

    ours = [record for record in caplog.records if record.name.startswith(("connect", "members"))]
    assert ours == []
    assert ADDRESS not in caplog.text
