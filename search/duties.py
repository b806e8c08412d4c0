"""What this room does by the clock."""

import logging
from datetime import timedelta

from members import duties as _first  # noqa: F401 (done in this order: mended, then counted)
from members.outbox.duties import duty
from members.outbox.failures import place_of
from search import alerts, counting

logger = logging.getLogger(__name__)


@duty("recount-facets", every=timedelta(days=1))
def recount_facets() -> None:
    counting.recount()


@duty("look-for-new-people", every=timedelta(hours=1))
def look_for_new_people() -> None:
    """Each search once a day, whenever its day is over: see search.alerts."""
    for member in alerts.due():
        try:
            alerts.look(member)
        except Exception as error:
            logger.error("looking for new people: %s at %s", type(error).__name__, place_of(error))
            alerts.postpone(member)
