"""Who is signed in, and what they may do: asked with every request, so in as few questions as can be."""

from allauth.account.auth_backends import AuthenticationBackend
from allauth.core import context
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.models import Permission
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, F, OuterRef, QuerySet, When
from django.db.models.functions import JSONObject

from members.models import Member


class Backend(AuthenticationBackend):
    """allauth's, with two differences.

    Rights come with groups alone: one given to a person by hand is shown on no page, and nobody
    would take it away again. And of the staff the second factors come along, since no page of
    theirs opens without one: `member.factors`, each with `pk` and `type`.
    """

    def get_user(self, user_id: object) -> Member | None:
        member = _of_session(user_id) or _read(user_id)
        return member if member and self.user_can_authenticate(member) else None

    def _get_user_permissions(self, user_obj: Member) -> "QuerySet[Permission]":
        return Permission.objects.none()


def factors(of: str, staff: str) -> Case:
    """Give the second factors of the staff, for a query of members or of what belongs to them.

    Args:
        of: the field that says which member.
        staff: the one that says whether they are of the staff.
    """
    found = Authenticator.objects.filter(user=OuterRef(of)).order_by()
    listed = ArraySubquery(found.values(one=JSONObject(pk=F("pk"), type=F("type"))))
    return Case(When(**{staff: True}, then=listed))


def _of_session(user_id: object) -> Member | None:
    """Give the member that came with the session of this request (`members.sessions`)."""
    session = getattr(context.request, "session", None)
    member = getattr(session, "member", None)
    return member if member and member.pk == user_id else None


def _read(user_id: object) -> Member | None:
    members = Member.objects.all()
    if settings.STAFF_SECOND_FACTOR:
        members = members.annotate(factors=factors(of="pk", staff="is_staff"))
    return members.filter(pk=user_id).first()
