"""What an outsider, a sender, a neighbour or the other community could learn, and must not."""

import itertools
import smtplib
from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from members import account, blocking
from members.models import Member, Profile
from members.outbox.envelopes import envelope_of
from members.outbox.models import Letter
from members.places.models import Cell
from members.relay.models import Message
from tests.attack.crowd import Crowd, told
from tests.attack.test_hostile import reauthenticated
from tests.attack.test_roles import ask, rows
from tests.forms import fields_of
from tests.members.applying import filled_in
from tests.outbox.post_office import PostOffice, deliver_all, make_all_due
from tests.outbox.returning import pipe, returned

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_counted(db: None) -> None:
    cache.clear()


# --- who has an account ----------------------------------------------------------------------------

STATES = (
    "nobody", "unconfirmed", "applicant", "declined", "passwordless", "bo", "paused", "left",
    "suspended", "reviewer",
)  # fmt: skip


def sent_for(path: str, data: dict[str, object], email: str) -> tuple[int, dict[str, str], bytes]:
    """What a fresh browser gets; the address it typed itself is taken out."""
    browser = Client()
    with transaction.atomic():
        response = browser.post(path, data)
        transaction.set_rollback(True)
    status, headers, body = told(response)
    return status, headers, body.replace(email.encode(), b"-")


@pytest.mark.parametrize(
    ("path", "status", "data"),
    [
        ("/twp/join/", 302, lambda email: filled_in(email=email)),
        ("/ici/join/", 302, lambda email: filled_in("ici", email=email)),
        ("/twp/join/", 302, lambda email: filled_in(email=email.upper())),
        ("/accounts/login/", 200, lambda email: {"login": email, "password": "not-the-password"}),
        ("/accounts/password/reset/", 302, lambda email: {"email": email}),
        ("/accounts/signup/", 200, lambda email: {"email": email, "password1": "a-long-password"}),
        ("/contact/", 302, lambda email: {
            **filled_in(email=None), "about": "account", "reply_to": email,
            "body": "I would like to know how long it takes.",
        }),
    ],
)  # fmt: skip
def test_no_answer_tells_whether_somebody_is_known(
    path: str, status: int, data: Callable[[str], dict[str, object]], crowd: Crowd
) -> None:
    answers = {}
    for name in STATES:
        email = f"{name}@example.org"
        answers[name] = sent_for(path, data(email), email)

    assert answers["nobody"][0] == status
    assert {name for name in STATES if answers[name] != answers["nobody"]} == set()


def test_no_answer_to_correcting_an_address_tells_whether_it_is_known(crowd: Crowd) -> None:
    path = f"/application/{crowd.ids['unconfirmed']}/correct/"
    answers = {}
    for name in set(STATES) - {"unconfirmed"}:
        email = f"{name}@example.org"
        data = {"email": email, "shown_at": filled_in()["shown_at"]}
        answers[name] = sent_for(path, data, email)

    assert {name for name in answers if answers[name] != answers["nobody"]} == set()


def test_a_member_who_asks_for_another_address_does_not_learn_whose_it_is(
    crowd: Crowd, browsers: dict[str, Client]
) -> None:
    reauthenticated(browsers["both"])
    answers = {}
    for name in STATES:
        email = f"{name}@example.org"
        with transaction.atomic():
            response = browsers["both"].post("/accounts/email/", {"action_add": "", "email": email})
            page = browsers["both"].get(response["Location"])
            transaction.set_rollback(True)
        answers[name] = [
            (status, headers, body.replace(email.encode(), b"-"))
            for status, headers, body in (told(response), told(page))
        ]

    assert {name for name in STATES if answers[name] != answers["nobody"]} == set()


LETTERS = {
    "nobody": "application_received", "unconfirmed": "application_known",
    "applicant": "application_known", "declined": "application_known",
    "passwordless": "application_known", "bo": "application_known",
    "paused": "application_known", "left": "application_known", "suspended": "application_known",
    "reviewer": "application_known",
}  # fmt: skip


def test_what_is_so_stands_in_the_mail_to_the_address_itself(
    crowd: Crowd, smtp_server: PostOffice
) -> None:
    Message.objects.all().delete()
    for name in STATES:
        Letter.objects.all().delete()
        smtp_server.letters.clear()
        Client().post("/twp/join/", filled_in(email=f"{name}@example.org"))
        deliver_all()

        assert [letter.kind for letter in Letter.objects.all()] == [LETTERS[name]], name
        arrived = [letter.envelope_to for letter in smtp_server.letters]
        assert arrived == ([] if name == "suspended" else [[f"{name}@example.org"]])


# --- the recipient's address ------------------------------------------------------------------------

HIDDEN = "well.veiled@somewhere.example"
HIDDEN_TOO = "veiled.anew@elsewhere.example"


# Each is told before the letter goes out; what happens after that, if anything does, it gives back.
Afterwards = Callable[[], None] | None


def refused(office: PostOffice, bo: Member, ana: Member) -> None:
    office.at_rcpt = [f"550 5.1.1 <{HIDDEN}>: unknown here"]


def refused_after_data(office: PostOffice, bo: Member, ana: Member) -> None:
    office.at_data = [f"554 5.7.1 {HIDDEN} takes no such mail"]


def deferred(office: PostOffice, bo: Member, ana: Member) -> None:
    office.at_rcpt = [f"451 4.7.1 <{HIDDEN}>: come back later"] * 3


def full(office: PostOffice, bo: Member, ana: Member) -> None:
    office.at_rcpt = [f"452 4.2.2 <{HIDDEN}>: mailbox is full"]
    office.at_data = [f"552 5.2.2 {HIDDEN} is over its quota"]


def timed_out(office: PostOffice, bo: Member, ana: Member) -> None:
    """The mail is taken, and the answer comes too late."""
    django_settings.EMAIL_TIMEOUT = 0.3  # seconds; as long as the post office is there
    office.at_data = [1.0]


def delivered(office: PostOffice, bo: Member, ana: Member) -> None:
    pass


def late_bounce(office: PostOffice, bo: Member, ana: Member) -> Afterwards:
    """The next mail server takes it and gives it back later, as RFC 5321 says: to the envelope."""

    def give_back() -> None:
        for one in (one for one in office.letters[:] if one.envelope_to == [HIDDEN]):
            words = f"<{HIDDEN}> does not exist here.\n\n{one.raw.decode()}"
            send(office, "", one.envelope_from, "Undelivered mail returned to sender", words)
            report = returned("postfix_no_such_user", Letter.objects.get(kind="message").token)
            assert pipe(report.replace(b"bo@example.org", HIDDEN.encode())) == 0
        assert Letter.objects.filter(bounced_at__isnull=False).exists()

    return give_back


def auto_reply(office: PostOffice, bo: Member, ana: Member) -> Afterwards:
    """Two machines answer for somebody on holiday: one keeps to RFC 3834 and writes to whoever
    answers are to go to, the other writes to the envelope, whatever the letter says."""

    def answer() -> None:
        for one in (one for one in office.letters[:] if one.envelope_to == [HIDDEN]):
            words = f"{HIDDEN} is away until Monday."
            if not {"Auto-Submitted", "X-Auto-Response-Suppress"} & set(one.message.keys()):
                send(office, HIDDEN, one["Reply-To"], "On holiday", words)
            send(office, HIDDEN, one.envelope_from, "On holiday", words)

    return answer


def send(office: PostOffice, sender: str, to: str, subject: str, words: str) -> None:
    """A mail of somebody else's, into the same post office."""
    head = f"From: {sender or 'mailer-daemon@somewhere.example'}\nTo: {to}\nSubject: {subject}"
    with smtplib.SMTP("127.0.0.1", django_settings.EMAIL_PORT) as line:
        line.sendmail(sender, [to], f"{head}\n\n{words}".encode())


def blocked(office: PostOffice, bo: Member, ana: Member) -> None:
    blocking.block(bo, Profile.objects.get(member=ana, community="twp"))


def paused(office: PostOffice, bo: Member, ana: Member) -> None:
    account.rest(Profile.objects.get(member=bo))


def left(office: PostOffice, bo: Member, ana: Member) -> None:
    account.leave(Profile.objects.get(member=bo))


def suspended(office: PostOffice, bo: Member, ana: Member) -> None:
    Member.objects.filter(pk=bo.pk).update(suspended_at=timezone.now())


def address_changed(office: PostOffice, bo: Member, ana: Member) -> None:
    Member.objects.filter(pk=bo.pk).update(email=HIDDEN_TOO)


def address_nobody_can_write_to(office: PostOffice, bo: Member, ana: Member) -> None:
    Member.objects.filter(pk=bo.pk).update(email="wéll.veiled@somewhere.example")


def deleted(office: PostOffice, bo: Member, ana: Member) -> None:
    bo.delete()


OUTCOMES = [
    delivered, refused, refused_after_data, deferred, full, timed_out, late_bounce, auto_reply,
    blocked, paused, left, suspended, address_changed, address_nobody_can_write_to, deleted,
]  # fmt: skip
PAGES_OF_A_SENDER = (
    "/account/", "/account/messages/", "/account/messages/?show=sent", "/account/safety/",
    "/account/twp/", "/twp/members/", "/twp/members/bo/", "/twp/members/bo/write/",
    "/twp/members/bo/block/", "/accounts/email/", "/accounts/sessions/", "/ici/members/",
)  # fmt: skip


def own_pages() -> list[str]:
    """My Account as the table of addresses has it, so that what is new there (an export) is read."""
    return [r.path for r in rows() if r.path.startswith("/account/") and "{" not in r.path]


def write_to_bo(browser: Client) -> str:
    """Where the page after sending stands."""
    form = fields_of(browser.get("/twp/members/bo/write/").content.decode(), "body")
    form["body"] = ["Hello, I read your profile and would like to write with you."]
    return browser.post("/twp/members/bo/write/", form)["Location"]


def raw(response: HttpResponse) -> bytes:
    headers = "\n".join(f"{name}: {value}" for name, value in response.items())
    return headers.encode() + response.content


@pytest.fixture
def to_hidden(bo: Member) -> Member:
    Member.objects.filter(pk=bo.pk).update(email=HIDDEN)
    bo.refresh_from_db()
    return bo


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_nothing_the_sender_gets_and_no_log_holds_the_recipient_s_address(
    outcome: Callable[[PostOffice, Member, Member], Afterwards],
    ana: Member,
    to_hidden: Member,
    signed_in: Callable[[Member], Client],
    smtp_server: PostOffice,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(0)
    browser = signed_in(ana)
    after = write_to_bo(browser)
    afterwards = outcome(smtp_server, to_hidden, ana)
    got = []
    for turn in range(3):
        make_all_due()
        deliver_all()
        if afterwards and not turn:
            afterwards()
        got += [raw(browser.get(page)) for page in (after, *PAGES_OF_A_SENDER)]
        got.append(
            raw(browser.post("/twp/members/bo/write/", {"body": "A second message to you."}))
        )
    got += [raw(browser.get(page)) for page in own_pages()]
    got += [one.raw for one in smtp_server.letters if ana.email in one.envelope_to]

    for hidden in (HIDDEN, HIDDEN_TOO, "veiled"):
        assert [piece for piece in got if hidden.encode() in piece] == []
        assert hidden not in caplog.text
    assert "letter" in caplog.text


def test_what_is_sent_back_comes_to_us_under_the_name_of_the_letter(
    ana: Member,
    to_hidden: Member,
    signed_in: Callable[[Member], Client],
    smtp_server: PostOffice,
) -> None:
    """Or the test above shows nothing of bounces and of machines that answer."""
    write_to_bo(signed_in(ana))
    afterwards = [outcome(smtp_server, to_hidden, ana) for outcome in (late_bounce, auto_reply)]
    deliver_all()
    for happens in afterwards:
        happens()

    ours = envelope_of(Letter.objects.get(kind="message").token)
    letter, *sent_back = smtp_server.letters
    assert letter.envelope_to == [HIDDEN]
    assert {address for one in sent_back for address in one.envelope_to} == {ours}
    assert all(HIDDEN.encode() in one.raw for one in sent_back)


def test_the_page_after_sending_is_the_same_however_the_message_fares(
    ana: Member,
    to_hidden: Member,
    signed_in: Callable[[Member], Client],
    smtp_server: PostOffice,
) -> None:
    browser = signed_in(ana)
    after = write_to_bo(browser)
    before = told(browser.get(after))
    different = []
    for outcome in OUTCOMES:
        if outcome is deleted:
            continue  # what was written to an erased person is erased with them: see below
        with transaction.atomic():
            smtp_server.letters.clear()
            afterwards = outcome(smtp_server, to_hidden, ana)
            for turn in range(2):
                make_all_due()
                deliver_all()
                if afterwards and not turn:
                    afterwards()
                if told(browser.get(after)) != before:
                    different.append(outcome.__name__)
            smtp_server.at_rcpt, smtp_server.at_data = [], []
            transaction.set_rollback(True)

    assert different == []
    assert before[0] == 200


def test_what_was_written_to_somebody_erased_is_as_if_it_had_never_been(
    ana: Member,
    to_hidden: Member,
    signed_in: Callable[[Member], Client],
    smtp_server: PostOffice,
) -> None:
    browser = signed_in(ana)
    never = told(browser.get(f"/twp/members/bo/write/{uuid4()}/"))
    sent_before = told(browser.get("/account/messages/?show=sent"))
    after = write_to_bo(browser)

    deleted(smtp_server, to_hidden, ana)
    deliver_all()

    assert told(browser.get(after)) == never
    assert told(browser.get("/account/messages/?show=sent")) == sent_before
    assert smtp_server.letters == []


def test_a_block_and_a_full_mailbox_look_alike_in_the_list_of_messages(
    ana: Member,
    to_hidden: Member,
    signed_in: Callable[[Member], Client],
    smtp_server: PostOffice,
) -> None:
    """Whether the name is a link tells no more than the profile's own page does."""
    browser = signed_in(ana)
    write_to_bo(browser)
    lists = {}
    for outcome in (blocked, paused, left, suspended):
        with transaction.atomic():
            outcome(smtp_server, to_hidden, ana)
            deliver_all()
            lists[outcome.__name__] = told(browser.get("/account/messages/?show=sent"))
            transaction.set_rollback(True)

    assert len({body for _status, _headers, body in lists.values()}) == 1


# --- the place --------------------------------------------------------------------------------------

PIN, NEIGHBOUR = (
    ("42.3271", "-72.6437"),
    ("42.3199", "-72.6302"),
)  # one cell, some hundred metres apart
TYPED = "nOrThAmPtOn, mAsSaChUsEtTs"
QUESTIONS = [
    f"?{place}&within={within}&unit={unit}"
    for place, within, unit in itertools.product(
        ("", "place=Boston", "place=Springfield, Massachusetts"), ("10", "25", "500"), ("km", "mi")
    )
]


def pinned(browser: Client, pin: tuple[str, str]) -> None:
    """Edit one's own profile, as the form was, with another pin."""
    form = fields_of(browser.get("/account/twp/edit/").content.decode(), "about_me")
    form |= {"place_latitude": [pin[0]], "place_longitude": [pin[1]], "interest": ["friendship"]}
    assert browser.post("/account/twp/edit/", form).status_code == 302


def test_two_pins_in_one_cell_give_the_same_bytes_to_every_question(
    ana: Member,
    bo: Member,
    stranger: Member,
    known_towns: None,
    signed_in: Callable[[Member], Client],
) -> None:
    browsers = [signed_in(ana), signed_in(bo)]
    seen = []
    for pin in (PIN, NEIGHBOUR):
        pinned(browsers[0], pin)
        browsers[0].get("/account/twp/")  # takes the words "is saved" off the session
        pages = ["/twp/members/ana/", "/account/twp/", "/account/twp/edit/"]
        pages += [f"/twp/members/{question}" for question in QUESTIONS]
        seen.append([told(browser.get(page)) for browser in browsers for page in pages])

    assert [i for i, (one, other) in enumerate(zip(*seen, strict=True)) if one != other] == []
    assert seen[0][0][0] == 200


def everything_kept() -> Iterator[str]:
    """Every row of every table as text, also those of sessions and of the cache, as they are inside."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith("places_") and table != "places_cell":
                continue  # the gazetteer: where towns are, the same for everybody
            cursor.execute(f'select t::text from "{table}" t')  # noqa: S608
            yield from (row[0] for row in cursor.fetchall())
        cursor.execute("select session_data from members_session")
        for (data,) in cursor.fetchall():
            yield str(Client().session.decode(data))


def test_the_decimals_of_a_pin_are_kept_nowhere(
    ana: Member, known_towns: None, signed_in: Callable[[Member], Client], caplog: object
) -> None:
    caplog.set_level(0)
    browser = signed_in(ana)
    pin = {"place_latitude": PIN[0], "place_longitude": PIN[1]}

    pinned(browser, PIN)
    browser.post("/places/area", {"lat": PIN[0], "lng": PIN[1], "width": "town"})
    Client().post("/twp/join/", filled_in(place_typed=None, **pin))
    wrong = Client().post("/twp/join/", filled_in(place_typed=None, email="wrong", **pin))
    for page in ("/account/twp/", "/account/twp/edit/", "/twp/members/", "/twp/members/ana/"):
        kept = browser.get(page).content.decode()
        assert not any(number in kept for number in PIN)

    assert Profile.objects.filter(username="eva").exists()
    assert not any(number in wrong.content.decode() for number in PIN)
    found = [row for row in everything_kept() for number in PIN if number in row]
    assert found == []
    assert not any(number in caplog.text for number in PIN)


def test_the_name_of_a_town_as_it_was_typed_is_kept_nowhere(
    ana: Member, known_towns: None, signed_in: Callable[[Member], Client], caplog: object
) -> None:
    caplog.set_level(0)
    browser = signed_in(ana)

    Client().post("/twp/join/", filled_in(place_typed=TYPED))
    Client().post("/twp/join/", filled_in(place_typed=TYPED, email="wrong"))
    Client().get("/places/suggest", {"typed": TYPED})
    browser.get("/twp/members/", {"place": TYPED})
    browser.get("/nothing/", {"place": TYPED})

    assert Profile.objects.filter(username="eva").exists()
    assert [row for row in everything_kept() if TYPED in row] == []
    assert TYPED not in caplog.text


def test_a_cell_says_the_same_to_everybody_in_it(
    ana: Member, known_towns: None, signed_in: Callable[[Member], Client]
) -> None:
    browser = signed_in(ana)
    asked = [
        browser.post("/places/area", {"lat": pin[0], "lng": pin[1], "width": "town"}).content
        for pin in (PIN, NEIGHBOUR)
    ]

    assert asked[0] == asked[1]
    assert Cell.objects.count() <= 1  # asking keeps nothing: this is the cell of the cast


# --- the other community -------------------------------------------------------------------------------

NAMES_IN_TWP = ("ana", "bo", "dana", "paused", "suspended", "left", "applicant", "unknown-to-all")


def what_cleo_gets(crowd: Crowd, browser: Client) -> list[tuple[str, object]]:
    """Every page of the site, and everything she may send that names somebody."""
    got = []
    for row in rows():
        own = ("/application/", "/letters/", "/appeal/")  # links of one person, by mail
        if row.path.startswith(("/admin/", "/mail/", "/healthz", *own)):
            continue
        path = row.path.format(**crowd.ids)
        got += [
            (f"{method} {path}", told(ask(browser, method, path))) for method in ("GET", "POST")
        ]
    for name in NAMES_IN_TWP:
        for path in ("write/", "block/", "report/", f"write/{uuid4()}/", ""):
            for slug in ("twp", "ici"):
                at = f"/{slug}/members/{name}/{path}"
                got += [
                    (f"{m} {at.split('-')[0]}", told(ask(browser, m, at))) for m in ("GET", "POST")
                ]
        for path, form in (
            ("/twp/join/", filled_in(email=None, username=name)),
            ("/account/ici/edit/", {"username": name, "interest": "friendship"}),
        ):
            with transaction.atomic():
                response = browser.post(path, form)
                page = browser.get(response.get("Location", "/account/"))
                transaction.set_rollback(True)
            got += [(f"{path} as {name}", told(one)) for one in (response, page)]
    return got


def test_cleo_gets_the_same_bytes_whether_or_not_anybody_is_in_twp(
    crowd: Crowd, browsers: dict[str, Client]
) -> None:
    """A world in which nobody ever joined TWP, and the one there is, are one to a member of ICI."""
    Profile.objects.update(applied_at=timezone.now() - timedelta(days=3))
    browser = browsers["ici"]
    with_twp = what_cleo_gets(crowd, browser)
    with transaction.atomic():
        Message.objects.all().delete()
        Profile.objects.filter(community="twp").delete()
        Member.objects.filter(profiles=None, is_staff=False).delete()
        without_twp = what_cleo_gets(crowd, browser)
        transaction.set_rollback(True)

    assert Profile.objects.filter(community="twp").count() > 5
    different = [
        name for (name, one), (_, other) in zip(with_twp, without_twp, strict=True) if one != other
    ]
    assert different == []


def test_nothing_cleo_reads_names_a_face_in_twp(
    crowd: Crowd, browsers: dict[str, Client], in_ici: Profile
) -> None:
    """Ana is in both: from ICI only her face there shows, also where the two met."""
    Profile.objects.filter(member=in_ici.member, community="twp").update(
        username="Zebra-In-Twp", username_key="zebra-in-twp", about_me="zebra words in twp"
    )
    browser = browsers["ici"]
    form = fields_of(browser.get("/ici/members/ana-in-ici/write/").content.decode(), "body")
    browser.post("/ici/members/ana-in-ici/write/", form | {"body": ["Hello Ana, how are you now?"]})
    blocking.block(crowd.people["ici"], in_ici)

    told_of = [
        row.path
        for row in rows()
        if not row.path.startswith(("/mail/", "/letters/"))  # what others got by mail
        for body in [ask(browser, "GET", row.path.format(**crowd.ids)).content.lower()]
        if b"zebra" in body
    ]

    assert told_of == []
