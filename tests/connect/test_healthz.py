"""What a watcher of the site is told."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from members.outbox import alarm, duties
from members.outbox.models import Duty, Letter


def post(seconds_ago: float, **fields: object) -> None:
    due_at = timezone.now() - timedelta(seconds=seconds_ago)
    Letter.objects.create(kind="password_link", about="1", due_at=due_at, **fields)


@pytest.mark.django_db
def test_all_is_well(client: Client) -> None:
    response = client.get("/healthz")

    assert response.status_code == 200
    assert response.json() == {
        "database": "ok", "worker": "ok", "oldest_due_letter_seconds": 0,
        "mail_server_away_seconds": 0, "dead_letters": 0, "seconds_since_duties_succeeded": {}, "duties_overdue": [],
    }  # fmt: skip


@pytest.mark.django_db
def test_a_letter_that_waits_for_more_than_two_minutes_is_an_alarm(client: Client) -> None:
    post(seconds_ago=90)
    assert client.get("/healthz").status_code == 200

    post(seconds_ago=150)

    response = client.get("/healthz")
    assert response.status_code == 503
    assert response.json()["oldest_due_letter_seconds"] == pytest.approx(150, abs=30)


@pytest.mark.django_db
def test_a_mail_server_that_is_away_for_more_than_two_minutes_is_an_alarm(client: Client) -> None:
    """What it was to take waits for the next try, so that no letter is overdue."""
    now = timezone.now()
    away = {"last_code": "away ConnectionRefusedError"}
    post(seconds_ago=-240, first_tried_at=now - timedelta(seconds=90), **away)
    assert client.get("/healthz").status_code == 200

    post(seconds_ago=-240, first_tried_at=now - timedelta(seconds=150), **away)

    response = client.get("/healthz")
    assert response.status_code == 503
    assert response.json()["mail_server_away_seconds"] == pytest.approx(150, abs=30)


@pytest.mark.django_db
def test_what_other_servers_say_of_letters_is_not_told_to_everybody(client: Client) -> None:
    """On a quiet site a sender would read off it what became of their message."""
    now = timezone.now()
    post(3600, failed_at=now, last_code="soft SMTPRecipientsRefused 452")
    for code in ("soft SMTPRecipientsRefused 452", "hard SMTPRecipientsRefused 550") * 3:
        failed_at = now if code.startswith("hard") else None
        tried = now - timedelta(minutes=9)
        post(-240, first_tried_at=tried, last_code=code, failed_at=failed_at)

    response = client.get("/healthz")

    told = response.json()
    assert response.status_code == 200
    assert (told["mail_server_away_seconds"], told["dead_letters"]) == (0, 0)
    assert len(alarm.what_is_wrong()) == 2


@pytest.mark.django_db
def test_letters_for_later_and_letters_done_with_are_no_alarm(client: Client) -> None:
    now = timezone.now()
    post(seconds_ago=-3600)
    post(seconds_ago=3600, sent_at=now)
    post(seconds_ago=3600, failed_at=now, last_code="hard SMTPRecipientsRefused 550")
    post(seconds_ago=3600, dropped_at=now, last_code="blocked")

    assert client.get("/healthz").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    "code", ["own KeyError", "away ConnectionRefusedError", "soft SMTPSenderRefused 553"]
)
def test_a_letter_that_died_of_a_fault_of_ours_is_an_alarm_for_a_day(
    client: Client, code: str
) -> None:
    post(seconds_ago=3600, failed_at=timezone.now(), last_code=code)
    young = client.get("/healthz")
    Letter.objects.update(failed_at=timezone.now() - timedelta(hours=25))

    assert (young.status_code, young.json()["dead_letters"]) == (503, 1)
    assert client.get("/healthz").status_code == 200


@pytest.mark.django_db
def test_a_worker_that_is_dead_is_said_by_the_web(client: Client) -> None:
    did("mend-listings", succeeded=timedelta(hours=1))
    at_work = client.get("/healthz").json()["worker"]
    Duty.objects.update(started_at=timezone.now() - timedelta(minutes=6))

    response = client.get("/healthz")

    assert (at_work, response.json()["worker"], response.status_code) == ("ok", "silent", 503)


# --- duties ----------------------------------------------------------------------------------------

HOURLY = "forget-looking"


def did(name: str, *, succeeded: timedelta | None, entered: timedelta = timedelta(days=9)) -> None:
    """The duty came into the list, began, and last ended well so long ago."""
    now = timezone.now()
    Duty.objects.create(
        name=name, period=timedelta(hours=1), entered_at=now - entered, started_at=now,
        succeeded_at=None if succeeded is None else now - succeeded,
    )  # fmt: skip


@pytest.mark.django_db
def test_it_says_how_long_ago_each_duty_ended_well(client: Client) -> None:
    did(HOURLY, succeeded=timedelta(minutes=5))

    told = client.get("/healthz").json()["seconds_since_duties_succeeded"]

    assert told == {HOURLY: pytest.approx(300, abs=30)}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("hours", "status", "overdue"), [(2.9, 200, []), (3.1, 503, [HOURLY])]
)  # of a duty done every hour
def test_a_duty_that_missed_three_periods_is_an_alarm(
    client: Client, hours: float, status: int, overdue: list[str]
) -> None:
    did(HOURLY, succeeded=timedelta(hours=hours))

    response = client.get("/healthz")

    assert (response.status_code, response.json()["duties_overdue"]) == (status, overdue)


@pytest.mark.django_db
def test_a_daily_duty_has_three_days(client: Client) -> None:
    did("mend-listings", succeeded=timedelta(days=2))

    assert client.get("/healthz").status_code == 200


@pytest.mark.django_db
def test_a_duty_that_always_failed_is_an_alarm_after_three_periods(client: Client) -> None:
    did(HOURLY, succeeded=None, entered=timedelta(hours=2))
    young = client.get("/healthz").status_code
    Duty.objects.update(entered_at=timezone.now() - timedelta(hours=4))

    response = client.get("/healthz")

    assert (young, response.status_code) == (200, 503)
    assert response.json()["seconds_since_duties_succeeded"] == {HOURLY: None}


@pytest.mark.django_db
def test_a_duty_of_an_older_version_is_no_alarm(client: Client) -> None:
    did("what-nobody-does-any-more", succeeded=timedelta(days=400))

    assert client.get("/healthz").status_code == 200


@pytest.mark.django_db
def test_all_duties_done_is_well(client: Client) -> None:
    for name in duties.DUTIES:
        duties._note(duties.DUTIES[name], started_at=timezone.now(), succeeded_at=timezone.now())

    response = client.get("/healthz")

    assert response.status_code == 200
    assert set(response.json()["seconds_since_duties_succeeded"]) == set(duties.DUTIES)


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_away_is_said(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "HOST", "/nowhere")

    response = client.get("/healthz")

    assert response.status_code == 503
    assert response.json() == {"database": "away"}
