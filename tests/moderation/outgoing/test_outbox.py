"""The page on which administrators look after outgoing mail."""

import html
import re
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from members.models import Member, Profile
from members.outbox import mending
from members.outbox.models import Duty, Letter, Trouble
from members.relay import sending
from moderation.models import AuditEntry
from moderation.outgoing import reading
from moderation.outgoing.reading import Standing

pytestmark = pytest.mark.django_db
OUTBOX = "/admin/moderation/outgoingletter/"


@pytest.fixture
def office(administrator: Member, signed_in: Callable[[Member], Client]) -> Client:
    return signed_in(administrator)


def make(kind: str = "message", **fields: object) -> Letter:
    return Letter.objects.create(kind=kind, about="1", **fields)


def one_of_each() -> dict[str, Letter]:
    now, later = timezone.now(), timezone.now() + timedelta(hours=3)
    return {
        "due": make(due_at=now - timedelta(minutes=7)),
        "again": make("password_link", due_at=later, last_code="soft SMTPDataError 451"),
        "waiting": make("approved", due_at=later),
        "failed": make("offer", failed_at=now, last_code="own KeyError"),
        "dropped": make("declined", dropped_at=now, last_code="gone"),
        "sent": make("new_people", sent_at=now),
    }


def page(client: Client, query: str = "") -> str:
    """What is read on it, without the tags."""
    response = client.get(f"{OUTBOX}?{query}")
    assert response.status_code == 200
    plain = html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode()))
    return " ".join(plain.replace("\xa0", " ").split())


def listed(client: Client, query: str = "") -> list[int]:
    text = client.get(f"{OUTBOX}?{query}").content.decode()
    rows = re.findall(r'<li class="outgoing-letter">(.*?)</li>', text, re.DOTALL)
    return [int(re.search(r'class="quiet">(\d+)<', row)[1]) for row in rows]


def act(client: Client, do: str, *picked: Letter, shown: tuple[Letter, ...] = ()) -> str:
    sent = {"do": do, "pick": [row.pk for row in picked], "shown": [row.pk for row in shown]}
    response = client.post(f"{OUTBOX}?state=failed", sent, follow=True)
    assert response.status_code == 200
    plain = html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode()))
    return " ".join(plain.split())


# --- what it shows ----------------------------------------------------------------------------------


@pytest.mark.parametrize("standing", Standing.values)
def test_each_state_lists_its_letters(office: Client, standing: str) -> None:
    letters = one_of_each()

    assert listed(office, f"state={standing}") == [letters[standing].pk]


def test_the_tabs_count_and_say_the_code_and_how_long_the_oldest_waits(office: Client) -> None:
    one_of_each()

    text = page(office, "state=again")

    assert "Due 1 Trying again 1 For later 1 Failed 1 Dropped 1 Sent today 1" in text
    assert "Trying again: soft SMTPDataError 451" in text
    assert "The oldest due letter has been due for 7 minutes." in text


def test_it_says_that_the_mail_server_is_away_and_how_to_ask_why(office: Client) -> None:
    now = timezone.now()
    begun = {"first_tried_at": now - timedelta(minutes=7), "due_at": now + timedelta(hours=1)}
    make(last_code="away ConnectionRefusedError", **begun)

    said = "The mail server has taken no letter for 7 minutes. Ask why: python manage.py mailcheck"
    assert said in page(office)


def test_it_opens_with_what_failed_and_else_with_what_is_due(office: Client) -> None:
    letters = one_of_each()
    with_failed = listed(office)
    Letter.objects.filter(failed_at__isnull=False).delete()

    assert (with_failed, listed(office)) == ([letters["failed"].pk], [letters["due"].pk])


def test_a_kind_narrows_the_list_and_the_counts(office: Client) -> None:
    letters = one_of_each()
    make("offer")

    assert listed(office, "state=failed&kind=offer") == [letters["failed"].pk]
    assert "Due 1 Trying again 0 For later 0 Failed 1" in page(office, "kind=offer")


def test_what_was_sent_yesterday_is_not_of_today(office: Client) -> None:
    make(sent_at=timezone.now() - timedelta(days=1))

    assert listed(office, "state=sent") == []


def test_it_says_when_each_duty_ended_well_and_which_are_late(office: Client) -> None:
    now = timezone.now()
    for name, ago in (("mend-listings", timedelta(hours=2)), ("forget-looking", timedelta(days=1))):
        Duty.objects.create(
            name=name, period=timedelta(days=1), started_at=now, succeeded_at=now - ago
        )

    text = page(office)

    assert "mend-listings ended well 2 hours ago" in text
    assert "forget-looking late ended well 1 day ago" in text
    assert "1 is late" in text


def test_it_counts_the_addresses_from_which_mail_came_back(office: Client) -> None:
    now = timezone.now()
    Trouble.objects.create(mark="a" * 64, times=1, paused_until=now + timedelta(days=1))
    Trouble.objects.create(mark="b" * 64, refused_at=now)
    Trouble.objects.create(mark="c" * 64, times=1, paused_until=now - timedelta(days=1))
    make(sent_at=now, bounced_at=now)

    text = page(office, "state=sent")

    assert "1 address rests for some days, as mail came back from it." in text
    assert "1 address gets nothing until its owner shows that mail arrives." in text
    assert "Sent today, came back" in text


def test_it_says_that_the_worker_is_dead(office: Client) -> None:
    Duty.objects.create(
        name="mend-listings", period=timedelta(days=1),
        started_at=timezone.now() - timedelta(minutes=6),
    )  # fmt: skip

    assert "The worker does nothing." in page(office)


def test_nothing_of_whom_or_what_stands_on_it(office: Client, ana: Member, bo: Member) -> None:
    sender, recipient = (Profile.objects.get(member=one, community="twp") for one in (ana, bo))
    message = sending.write(sender, recipient, "Would you like to meet for tea?", uuid4())
    Letter.objects.update(failed_at=timezone.now(), last_code="own KeyError")

    text = office.get(OUTBOX).content.decode()

    assert "message" in text
    for told in (
        "bo@example.org", "ana@example.org", "meet for tea", "A message for you",
        str(message.pk), message.letter.token, str(bo.pk),
    ):  # fmt: skip
        assert told not in text


@pytest.mark.parametrize(
    "query",
    [
        "state=nonsense", "kind=nonsense", "page=0", "page=99999999999", "page=abc", "number=abc",
        "number=99999999999999999999", "number=-1", "number=%00", "kind=%00", "state=%00",
    ],
)  # fmt: skip
def test_nonsense_shows_the_page_all_the_same(office: Client, query: str) -> None:
    one_of_each()

    assert "Outgoing mail" in page(office, query)


# --- what can be done --------------------------------------------------------------------------------


def test_trying_again_is_done_once_said_and_written_into_the_log(
    office: Client, administrator: Member
) -> None:
    row = make(failed_at=timezone.now(), last_code="own KeyError")
    first = act(office, "again", row)
    second = act(office, "again", row)

    row.refresh_from_db()
    entry = AuditEntry.objects.get()
    assert (row.failed_at, row.due_at <= timezone.now()) == (None, True)
    assert "1 letter is tried again now." in first
    assert "1 letter was left alone" in second
    assert (entry.staff_id, entry.act, entry.kind, entry.key) == (
        administrator.pk, "tried_again", "outgoing", str(row.pk),
    )  # fmt: skip


def test_several_are_dropped_at_once_and_can_be_taken_back(office: Client) -> None:
    rows = [make(failed_at=timezone.now(), last_code="own KeyError") for _ in range(3)]

    said = act(office, "drop", rows[0], rows[1])
    back = act(office, "again", rows[0])

    left = Letter.objects.filter(dropped_at__isnull=False).values_list("pk", "last_code")
    assert "2 letters are dropped and will not be sent." in said
    assert "1 letter is tried again now." in back
    assert list(left) == [(rows[1].pk, mending.BY_HAND)]
    assert AuditEntry.objects.count() == 3


def test_all_on_the_page_are_tried_again_with_one_button(office: Client) -> None:
    rows = tuple(make(failed_at=timezone.now(), last_code="own KeyError") for _ in range(3))

    said = act(office, "again:all", shown=rows)

    assert "3 letters are tried again now." in said


def test_nothing_ticked_is_said(office: Client) -> None:
    make(failed_at=timezone.now(), last_code="own KeyError")

    assert "Please tick letters first. Nothing was changed." in act(office, "drop")


@pytest.mark.parametrize(
    "sent", [{"do": "burn", "pick": "1"}, {"do": "drop", "pick": "abc"}, {"pick": "1"}, {}]
)
def test_nonsense_changes_nothing(office: Client, sent: dict[str, str]) -> None:
    row = make()

    response = office.post(OUTBOX, sent)

    row.refresh_from_db()
    assert (response.status_code, row.dropped_at) == (302, None)


def test_what_is_over_cannot_be_ticked(office: Client) -> None:
    one_of_each()

    shown = {
        state: 'name="pick"' in office.get(f"{OUTBOX}?state={state}").content.decode()
        for state in Standing.values
    }

    assert shown == {
        "due": True, "again": True, "waiting": True, "failed": True, "dropped": False,
        "sent": False,
    }  # fmt: skip


def test_the_log_leads_to_the_letter(office: Client) -> None:
    row = make(failed_at=timezone.now(), last_code="own KeyError")
    act(office, "drop", row)

    log = office.get("/admin/moderation/auditentry/").content.decode()

    assert f"{OUTBOX}?number={row.pk}" in log
    assert listed(office, f"number={row.pk}") == [row.pk]


# --- whom it is for ----------------------------------------------------------------------------------


def test_a_reviewer_neither_sees_it_nor_changes_anything(desk: Client) -> None:
    row = make()

    answers = desk.get(OUTBOX).status_code, desk.post(OUTBOX, {"do": "drop", "pick": row.pk})

    row.refresh_from_db()
    assert (answers[0], answers[1].status_code, row.dropped_at) == (403, 403, None)
    assert "Outgoing mail" not in desk.get("/admin/").content.decode()


def test_the_first_page_of_administrators_says_what_is_wrong(office: Client) -> None:
    well = office.get("/admin/").content.decode()
    make(due_at=timezone.now() - timedelta(minutes=7))

    assert "All letters go out." in well
    assert "A letter has been due for 7 minutes." in office.get("/admin/").content.decode()


# --- how quick it is ---------------------------------------------------------------------------------


def test_it_asks_at_most_eight_questions_for_one_letter_and_for_a_hundred(office: Client) -> None:
    asked = []
    for number in (1, 100):
        Letter.objects.bulk_create(
            Letter(kind="message", about="1", failed_at=timezone.now()) for _ in range(number)
        )
        with CaptureQueriesContext(connection) as queries:
            office.get(OUTBOX)
        asked.append(len(queries))

    assert asked[0] == asked[1] <= 8


def test_counts_end_at_a_thousand(office: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "COUNTED", 3)
    Letter.objects.bulk_create(Letter(kind="message", about="1") for _ in range(5))

    assert "Due 3+" in page(office, "state=due")


@pytest.mark.parametrize("standing", ["failed", "dropped", "sent", "due"])
def test_an_index_finds_what_a_page_lists_among_many_that_were_sent(standing: str) -> None:
    long_ago = timezone.now() - timedelta(days=30)
    Letter.objects.bulk_create(
        Letter(kind="message", about="1", sent_at=long_ago) for _ in range(5000)
    )
    one_of_each()
    with connection.cursor() as cursor:
        cursor.execute("analyze outbox_letter")

    rows = reading.letters(standing).order_by(
        *reading.ORDER.get(Standing(standing), reading.AS_THEY_GO_OUT)
    )[:100]

    assert "Seq Scan" not in rows.explain()
