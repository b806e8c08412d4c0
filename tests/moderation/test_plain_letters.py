"""Who chose plain mail gets it from every room, and nobody else does."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.utils import timezone

from members.models import Member
from members.outbox.letters import KINDS, Mail
from members.relay import replying, sending
from members.relay.models import Reply
from moderation import decisions
from moderation.models import Application, Decision, Measure
from moderation.reports import measures, reporting

pytestmark = pytest.mark.django_db
ORGANISATION = "Inner Compass Initiative"


def composed(kind: str, about: object) -> Mail:
    return KINDS[kind].compose(str(about))


def to_ana(kind: str, ana: Member, bo: Member, reviewer: Member) -> Mail:
    """One letter of each room to Ana."""
    faces = [who.profiles.get(community="twp") for who in (bo, ana)]
    if kind == "message":
        return composed(kind, sending.write(*faces, "Would you like to meet? Now?", uuid4()).pk)
    if kind == "reply":
        message = sending.write(faces[1], faces[0], "Would you like to meet? Now?", uuid4())
        replying.reply(message, Reply.Kind.NOT_NOW)
        return composed(kind, message.pk)
    if kind == "report_closed":
        row = reporting.report(ana, faces[0], concern="money", form_key=uuid4())
        return composed(kind, row.pk)
    if kind == "warned":
        measures.warn(ana, reviewer, "Please stop it.", concern="money")
        return composed(kind, Measure.objects.get().pk)
    return composed(kind, ana.pk)


NAMES = {
    "message": "TWP Connect", "reply": "TWP Connect", "password_link": ORGANISATION,
    "address_change_asked": ORGANISATION, "notice_password_changed": ORGANISATION,
    "application_known": ORGANISATION, "report_closed": ORGANISATION, "warned": ORGANISATION,
}  # fmt: skip


@pytest.mark.parametrize("kind", NAMES)
@pytest.mark.parametrize("is_plain", [True, False])
def test_a_letter_bears_a_name_where_its_reader_wants_it(
    ana: Member, bo: Member, reviewer: Member, kind: str, is_plain: bool
) -> None:
    chose = ana if is_plain else bo
    chose.plain_mail_since = timezone.now()
    chose.save()

    mail = to_ana(kind, ana, bo, reviewer)

    assert mail.to == ana.email
    assert mail.plain == (NAMES[kind] if is_plain else "")


@pytest.mark.parametrize("community", ["twp", "ici"])
def test_a_letter_about_an_application_names_its_community(
    apply: Callable[..., Application], reviewer: Member, community: str
) -> None:
    wren = apply("wren", community)
    Member.objects.filter(pk=wren.member_id).update(plain_mail_since=timezone.now())
    decisions.approve(wren, reviewer)

    assert composed("approved", Decision.objects.get().pk).plain == f"{community.upper()} Connect"


def test_a_new_address_gets_a_discreet_letter_whatever_was_chosen(ana: Member) -> None:
    """A mistyped one is somebody else's."""
    ana.plain_mail_since = timezone.now()
    ana.save()
    address = ana.emailaddress_set.create(email="mistyped@example.org")

    assert composed("address_confirm", address.pk).plain == ""
