"""What a watcher of the site is told."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from members.outbox.models import Letter


def post(seconds_ago: float, **fields: object) -> None:
    due_at = timezone.now() - timedelta(seconds=seconds_ago)
    Letter.objects.create(kind="password_link", about="1", due_at=due_at, **fields)


@pytest.mark.django_db
def test_all_is_well(client: Client) -> None:
    response = client.get("/healthz")

    assert response.status_code == 200
    assert response.json() == {"database": "ok", "oldest_due_letter_seconds": 0}


@pytest.mark.django_db
def test_a_letter_that_waits_for_more_than_two_minutes_is_an_alarm(client: Client) -> None:
    post(seconds_ago=90)
    assert client.get("/healthz").status_code == 200

    post(seconds_ago=150)

    response = client.get("/healthz")
    assert response.status_code == 503
    assert response.json()["oldest_due_letter_seconds"] == pytest.approx(150, abs=30)


@pytest.mark.django_db
def test_letters_for_later_and_letters_done_with_are_no_alarm(client: Client) -> None:
    now = timezone.now()
    post(seconds_ago=-3600)
    post(seconds_ago=3600, sent_at=now)
    post(seconds_ago=3600, failed_at=now)
    post(seconds_ago=3600, dropped_at=now)

    assert client.get("/healthz").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_away_is_said(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "HOST", "/nowhere")

    response = client.get("/healthz")

    assert response.status_code == 503
    assert response.json() == {"database": "away"}
