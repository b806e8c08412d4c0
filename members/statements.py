"""Questions that cost little to put together and to plan.

Django puts a statement together anew for every question, and that takes longer than the database
takes to answer it. Where one question is asked about one row after the other, as the worker does
about each letter, it is put together once a second: written as usual, as a query set, for values that
are filled in later:

    @Statement
    def _seen(viewer: Slot, profile: Slot) -> QuerySet:
        return Profile.objects.seen_by(viewer).filter(pk=profile).values_list("pk")

    _seen(member.pk, profile.pk)

What a query set reads from the clock while it is put together is a second old at most.
"""

from collections.abc import Callable, Iterable
from functools import update_wrapper
from inspect import signature
from typing import NamedTuple

from django.db import connection
from django.db.models import Expression, F, QuerySet, Value
from django.db.models.lookups import Exact
from django.utils import timezone


class AnyOf(Exact):
    """Whether the key of a row is among these: `rows.filter(AnyOf(keys))`.

    `pk__in` sends one value for each: a statement for every number of them, each planned anew.
    """

    def __init__(self, keys: "Iterable[int] | Slot") -> None:
        given = keys if isinstance(keys, Slot) else Value(list(keys))
        super().__init__(F("pk"), given)

    def get_rhs_op(self, connection: object, rhs: str) -> str:
        return f"= any({rhs}::bigint[])"


class Slot(Expression):
    """The place of a value, in a query set whose values come later."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number

    def as_sql(self, compiler: object, connection: object) -> tuple[str, list["Slot"]]:
        return "%s", [self]


class Written(NamedTuple):
    moment: object
    sql: str
    values: tuple[object, ...]


class Statement:
    """Of a function from slots to a query set of tuples (`values_list`)."""

    def __init__(self, build: Callable[..., QuerySet]) -> None:
        self._build = build
        self._slots = [Slot(number) for number in range(len(signature(build).parameters))]
        self._written: Written | None = None
        update_wrapper(self, build)

    def __call__(self, *given: object) -> list[tuple]:
        """Ask, with a value for each slot in their order. Rows as the database gives them."""
        with connection.cursor() as cursor:
            cursor.execute(*self.filled_in(*given))
            return cursor.fetchall()

    def filled_in(self, *given: object) -> tuple[str, list[object]]:
        """The words and all their values, to be asked as a part of something else."""
        if len(given) != len(self._slots):
            raise TypeError(f"{self.__name__} takes {len(self._slots)} values, not {len(given)}")
        written = self._now()
        values = [given[v.number] if isinstance(v, Slot) else v for v in written.values]
        return written.sql, values

    def _now(self) -> Written:
        # Both, as the day of a query set is that of the time zone.
        moment = (timezone.now().replace(microsecond=0), timezone.get_current_timezone_name())
        written = self._written
        if written is None or written.moment != moment:
            written = Written(moment, *self._build(*self._slots).query.sql_with_params())
            self._written = written
        return written
