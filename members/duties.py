"""What is done by the clock about applications."""

from datetime import timedelta

from members import joining
from members.outbox.duties import duty


@duty("remind-unconfirmed-applications", every=timedelta(hours=6))
def remind_unconfirmed_applications() -> None:
    joining.remind_unconfirmed()


@duty("erase-unconfirmed-applications", every=timedelta(hours=6))
def erase_unconfirmed_applications() -> None:
    joining.erase_unconfirmed()
