"""What is done by the clock about applications and profiles."""

from datetime import timedelta

from members import account, joining
from members.outbox.duties import duty


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
