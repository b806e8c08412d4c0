"""What this room does by the clock."""

from datetime import timedelta

from members.outbox.duties import duty
from search import counting


@duty("recount-facets", every=timedelta(days=1))
def recount_facets() -> None:
    counting.recount()
