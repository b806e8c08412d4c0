"""A process that dies in the middle of a verb: all of it is done, or nothing.

The connection to the database breaks before the first statement, before the second, and so on: to
the database that is what a killed process looks like.
"""

from collections.abc import Callable, Iterator
from itertools import count

import pytest
from django.db import connection
from django.utils import timezone

from members.models import Answer, DrugExperience, Listing, Member, Profile
from members.outbox.models import Letter
from moderation import decisions
from moderation.applications import asking, claims, notes, undoing
from moderation.models import Application, AuditEntry, Claim, Decision, Note, Question, Reason

pytestmark = pytest.mark.django_db(transaction=True)
ALL = (
    Member, Profile, Answer, DrugExperience, Listing, Letter, AuditEntry, Claim, Decision, Note,
    Question,
)  # fmt: skip

Verb = Callable[[Application, Member], object]


class Killed(BaseException):
    """No error a verb could catch."""


def killed_at(statement: int) -> Callable[..., object]:
    """For `execute_wrapper`: the connection is gone when this statement, from 1 on, should run."""
    numbers = count(1)

    def run(execute: Callable, sql: str, params: object, many: bool, context: dict) -> object:
        if next(numbers) == statement:
            context["connection"].connection.close()
            raise Killed
        return execute(sql, params, many, context)

    return run


def rows() -> dict[str, list[tuple]]:
    return {model.__name__: sorted(map(repr, model.objects.values_list())) for model in ALL}


def asked(application: Application, reviewer: Member) -> None:
    asking.ask(application, reviewer, "Why?")


def offered(application: Application, reviewer: Member) -> None:
    asking.offer(application, reviewer, "Come over.")


def approved(application: Application, reviewer: Member) -> None:
    decisions.approve(application, reviewer)


def declined(application: Application, reviewer: Member) -> None:
    decisions.decline(application, reviewer, Reason.PROMOTES, "Not this time.")


def late(application: Application, reviewer: Member) -> None:
    asked(application, reviewer)
    Question.objects.update(asked_at=timezone.now() - asking.CLOSED_AFTER)


def claimed(application: Application, reviewer: Member) -> None:
    claims.claim(application.pk, Member.objects.get(email="robin@example.org"))


def nothing(application: Application, reviewer: Member) -> None:
    pass


VERBS: dict[str, tuple[Verb, Verb]] = {
    "approve": (nothing, approved),
    "approve what was asked": (asked, approved),
    "decline": (nothing, declined),
    "undo an approval": (approved, undoing.undo),
    "undo a refusal": (declined, undoing.undo),
    "send now": (approved, undoing.send_now),
    "reopen": (declined, undoing.reopen),
    "ask": (nothing, asked),
    "offer": (nothing, offered),
    "answer": (asked, lambda application, _reviewer: asking.answer(application, "Because.")),
    "agree": (offered, lambda application, _reviewer: asking.agree(application)),
    "remind": (late, lambda _application, _reviewer: asking.remind()),
    "close": (late, lambda _application, _reviewer: asking.close()),
    "take over": (claimed, claims.take_over),
    "note": (nothing, lambda one, reviewer: notes.write(one, reviewer, "Seems tired.")),
}


def killed_everywhere(verb: Verb, application: Application, reviewer: Member) -> Iterator[int]:
    """Try the verb, killed before each of its statements in turn, until it comes to its end; gives
    the numbers of the statements before which it was killed."""
    for statement in count(1):
        try:
            with connection.execute_wrapper(killed_at(statement)):
                verb(application, reviewer)
        except Killed:
            connection.close()
            yield statement
        else:
            return


@pytest.mark.parametrize("name", VERBS)
def test_killed_before_any_of_its_statements_a_verb_has_done_nothing(
    name: str,
    wren: Application,
    reviewer: Member,
    second_reviewer: Member,
    answer: Callable[..., Answer],
    take: Callable[..., DrugExperience],
) -> None:
    answer(wren, "interest", "friendship")
    answer(wren, "stage", "reducing")
    take(wren, "sertraline", "reducing")
    prepare, verb = VERBS[name]
    prepare(wren, reviewer)
    before = rows()

    killed = 0
    for killed in killed_everywhere(verb, wren, reviewer):
        assert rows() == before, f"killed before statement {killed}"

    assert killed > 2
    assert rows() != before
