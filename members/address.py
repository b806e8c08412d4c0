"""A member's own address: whether mail arrives there, and how its owner shows that it does."""

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models import Member
from members.outbox import letters, troubles
from members.outbox.addresses import can_be_written_to
from members.outbox.marks import mark_of
from members.outbox.models import Letter, Trouble

TEST = "address_test"
TESTS_A_DAY = 3
DAY = timedelta(days=1)
LINK_LASTS = timedelta(days=14)
SALT = "members.address"


class Enough(Exception):
    """As many test letters as a day holds were sent to this address."""


def refuse_undeliverable_address(address: str) -> None:
    """Raises ValidationError where no letter of ours would ever go."""
    if not can_be_written_to(address):
        raise ValidationError(
            _("We cannot write to this address. Please give another one."), code="undeliverable"
        )


def trouble_of(member: Member) -> Trouble | None:
    """What came back from the member's address, while their letters wait for it."""
    return troubles.of(member.email)


@transaction.atomic
def send_test(member: Member) -> None:
    """Send a letter whose link shows that mail arrives; not a second one while one waits.

    Raises Enough.
    """
    Member.objects.select_for_update(no_key=True).get(pk=member.pk)  # two presses of the button
    lately = Letter.objects.filter(kind=TEST, about=str(member.pk))
    if lately.unsent().exists():
        return
    if lately.filter(posted_at__gt=timezone.now() - DAY).count() >= TESTS_A_DAY:
        raise Enough
    letters.post(TEST, member.pk)


def link_of(member: Member) -> str:
    """Absolute address of the page with the button. It is about this address of theirs alone."""
    token = signing.dumps([str(member.pk), mark_of(member.email)], salt=SALT)
    return settings.SITE_URL + reverse("address_letters:arrived", args=[token])


def reader_of(token: str) -> Member | None:
    """Whose letter it was; None for a forged or old link, or when they have another address now."""
    try:
        key, mark = signing.loads(token, salt=SALT, max_age=LINK_LASTS)
    except signing.BadSignature:
        return None
    member = Member.objects.filter(pk=key).first()
    return member if member and mark_of(member.email) == mark else None


def confirm(member: Member) -> None:
    """Mail arrives: whatever waits for the member goes out."""
    troubles.confirm(member.email)
