"""When somebody was last here, as roughly as others need to know."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

A_YEAR = 366  # days, counted back: on 1 January nobody is suddenly "longer ago"


def seen_words(seen_on: date | None) -> str:
    """Say "seen this month", "seen this year" or "seen longer ago"; nothing for the never seen."""
    today = timezone.localdate()
    if seen_on is None:
        return ""
    if (seen_on.year, seen_on.month) == (today.year, today.month):
        return _("seen this month")
    if (today - seen_on).days <= A_YEAR:
        return _("seen this year")
    return _("seen longer ago")


def months_of_this_year() -> list[date]:
    """Give the first days of the months of which seen_words says "this year" or "this month"."""
    today = timezone.localdate()
    firsts = [date(today.year - back // 12, 12 - back % 12, 1) for back in range(24)]
    return [first for first in firsts if first <= today and (today - first).days <= A_YEAR]
