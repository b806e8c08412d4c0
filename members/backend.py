"""Who is signed in, and what they may do: asked with every request, so in as few questions as can be."""

from allauth.account.auth_backends import AuthenticationBackend
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
        if not settings.STAFF_SECOND_FACTOR:
            return super().get_user(user_id)
        found = Authenticator.objects.filter(user=OuterRef("pk")).order_by()
        factors = ArraySubquery(found.values(one=JSONObject(pk=F("pk"), type=F("type"))))
        rows = Member.objects.annotate(factors=Case(When(is_staff=True, then=factors)))
        member = rows.filter(pk=user_id).first()
        return member if member and self.user_can_authenticate(member) else None

    def _get_user_permissions(self, user_obj: Member) -> "QuerySet[Permission]":
        return Permission.objects.none()
