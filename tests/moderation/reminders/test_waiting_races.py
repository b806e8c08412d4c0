"""Two workers, or a worker and somebody at the console, at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from members.models import Member
from members.outbox.models import Letter
from moderation.models import Application
from moderation.reminders import waiting

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    ("verb", "kind"),
    [(waiting.remind, waiting.REMINDER), (waiting.tell_of_delay, waiting.DELAY)],
)
def test_four_at_once_post_one_letter_each(
    verb: Callable[[], None], kind: str, apply: Callable[..., Application], reviewer: Member
) -> None:
    apply("wren", hours_ago=50)
    together = Barrier(4)

    def do(_number: int) -> None:
        try:
            together.wait()
            verb()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(do, range(4)))

    assert Letter.objects.filter(kind=kind).count() == 1
