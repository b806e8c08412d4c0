"""The drills of the relay in small: the commands have the full numbers (docs/drills.md)."""

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.db import connection

from members.outbox.delivery import LEASE
from members.outbox.models import Letter
from tests.drills import relay, typed
from tests.outbox.crew import crew, environment
from tests.outbox.durable_post import DurablePost, durable_post
from tests.outbox.post_office import PostOffice, smtp_server
from tests.waiting import until

__all__ = ["smtp_server"]
SEED, WRITTEN, WORKERS = 3, 24, 2


@pytest.fixture
def post(tmp_path: Path) -> Iterator[DurablePost]:
    with durable_post(tmp_path / "mail", ponder=relay.PONDER) as post:
        yield post


def cut() -> None:
    """What a crash of the database is to everybody connected; the server of the tests is shared."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
        )


@pytest.mark.django_db(transaction=True)
def test_nothing_is_lost_while_workers_die_and_on_a_day_without_a_mail_server(
    post: DurablePost, tmp_path: Path
) -> None:
    dice, pairs = random.Random(SEED), relay.correspondence(WRITTEN + 4)
    outcome = relay.Outcome(kills=4, crashes=1, workers=WORKERS)
    with crew(WORKERS, environment(tmp_path, post.url), tmp_path) as workers:
        writer = relay.Writer(pairs[:WRITTEN])
        writer.start()
        order = relay.blows(outcome.kills, outcome.crashes, dice)
        relay.strike(order, writer, workers, post, cut, dice)
        writer.join()
        relay.move_clock(LEASE)
        until(relay.all_ended, "letters are stuck")
        outcome.arrived = relay.messages_at(post)
        first = list(relay.wrong(WRITTEN, outcome))
        arrived_later = list(relay.away_for_a_day(pairs[WRITTEN:], WRITTEN, post))
        workers.replace_deserters()

    assert (writer.failure, workers.killed, workers.deserters) == (None, 4, [])
    assert first == []
    assert arrived_later == []
    whole = replace(outcome, arrived=relay.messages_at(post))
    assert len(whole.arrived) == len(outcome.arrived) + 4
    assert list(relay.wrong(WRITTEN + 4, whole)) == []


@pytest.mark.django_db(transaction=True)
def test_the_drill_sees_what_is_lost_doubled_renamed_and_stuck(
    post: DurablePost, tmp_path: Path
) -> None:
    """Or the test above could not fail."""
    pairs = relay.correspondence(4)
    relay.write(pairs, 0)
    with crew(1, environment(tmp_path, post.url), tmp_path):
        until(relay.all_ended, "letters are stuck")
    arrived = sorted(post.letters(), key=lambda one: relay.MARK.search(one.text)[1])
    token = Letter.objects.get(message__body=relay.words(1)).token
    renamed = replace(arrived[1], raw=arrived[1].raw.replace(token.encode(), b"another"))
    to_two = replace(arrived[2], envelope_to=[*arrived[2].envelope_to, "eve@example.org"])
    Letter.objects.filter(message__body=relay.words(3)).update(sent_at=None, crashes=1)

    found = list(relay.wrong(5, relay.Outcome(arrived=[arrived[0], arrived[0], renamed, to_two])))

    starts = [
        "4 messages of 5", "message 3 is lost", "message 4 is lost", "1 letters too many", "letter ",
        "letter ", "letter ",
    ]  # fmt: skip
    assert [one[: len(start)] for one, start in zip(found, starts, strict=True)] == starts


@pytest.mark.django_db
def test_whatever_is_typed_arrives_as_a_mail_of_ours_or_ends(smtp_server: PostOffice) -> None:
    scribbled: dict[str, typed.Typed] = {}
    scribbler = typed.Scribbler(SEED)
    with typed.desk(scribbled):
        sent = typed.post_letters(scribbler, range(80), scribbled)
        messages, refused = typed.post_messages(scribbler, range(80, 120))
        typed.deliver(120)

    assert list(typed.wrong(sent | messages, smtp_server.letters)) == []
    assert 60 < len(smtp_server.letters) < 120 - refused


@pytest.mark.django_db
def test_a_header_of_somebody_else_s_is_found(smtp_server: PostOffice) -> None:
    """Or the test above could not fail."""
    scribbled: dict[str, typed.Typed] = {}
    plain = typed.Typed(1, "marksubject1end", "markname1end", "markwords1end", "bo@example.org")
    with typed.desk(scribbled):
        sent = typed.post_letters(typed.Scribbler(SEED), range(0), scribbled)
        scribbled["1"] = plain
        sent[typed.letters.post(typed.KIND, "1").token] = plain
        typed.deliver(1)
    letter = smtp_server.only()
    added = replace(letter, raw=b"Bcc: eve@example.org markwords1end\r\n" + letter.raw)
    without = replace(letter, raw=letter.raw.replace(b"markwords1end", b"-"))
    to_two = replace(letter, envelope_to=["bo@example.org", "eve@example.org"])

    assert list(typed.wrong(sent, [letter])) == []
    assert [len(list(typed.wrong(sent, [one]))) for one in (added, without, to_two)] == [2, 2, 1]
    assert len(list(typed.wrong(sent, []))) == 1
