"""What is done by the clock about applications and profiles."""

import logging
from datetime import timedelta

from members import account, erasing, joining, listing, looking
from members.models import Listing
from members.outbox.duties import duty

logger = logging.getLogger(__name__)


@duty("remind-unconfirmed-applications", every=timedelta(hours=6))
def remind_unconfirmed_applications() -> None:
    joining.remind_unconfirmed()


@duty("erase-unconfirmed-applications", every=timedelta(hours=6))
def erase_unconfirmed_applications() -> None:
    joining.erase_unconfirmed()


@duty("erase-profiles-that-left", every=timedelta(hours=1))
def erase_profiles_that_left() -> None:
    for profile in account.left_long_ago():
        account.erase_left(profile)


@duty("clear-expired-sessions", every=timedelta(days=1))
def clear_expired_sessions() -> None:
    erasing.forget_ended_sessions()


@duty("forget-areas", every=timedelta(hours=1))
def forget_areas() -> None:
    erasing.forget_areas()


@duty("tell-visits", every=timedelta(days=7))
def tell_visits() -> None:
    account.tell_visits()


@duty("list-the-rested-again", every=timedelta(hours=1))
def list_the_rested_again() -> None:
    listing.wake_the_rested()


@duty("mend-listings", every=timedelta(days=1))
def mend_listings() -> None:
    """Every verb keeps the search rows true; should one have failed to, this is where it shows."""
    level = logging.WARNING if Listing.objects.exists() else logging.INFO  # none yet: an upgrade
    if mended := listing.refresh_all():
        logger.log(level, "%d search rows were not as their profiles.", mended)


@duty("forget-looking", every=timedelta(hours=1))
def forget_looking() -> None:
    looking.forget()
