"""The engine of sessions: Django's in the database, each with whose it is.

Who is signed in is asked with every request: one question brings the session and its member.
"""

from uuid import UUID

from allauth.account.internal.stagekit import LOGIN_SESSION_KEY
from allauth.account.utils import url_str_to_user_pk
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.utils import timezone

from members.backend import factors
from members.models import Member, Session


class SessionStore(db.SessionStore):
    member: Member | None = None  # as it was read with the session, where somebody is signed in

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def load(self) -> dict[str, object]:
        session = _read(self.session_key)
        if session is None:
            self._session_key = None
            return {}
        self.member = session.member
        return self.decode(session.session_data)

    def create_model_instance(self, data: dict[str, object]) -> Session:
        session = super().create_model_instance(data)
        session.member_id = data.get(SESSION_KEY) or _waiting(data)
        return session


def _waiting(data: dict[str, object]) -> UUID | None:
    """Give whose session it is while it waits for a second factor: nobody is signed in, but it holds
    the address, and goes with them as well."""
    login = data.get(LOGIN_SESSION_KEY) or {}
    return url_str_to_user_pk(login["user_pk"]) if login.get("user_pk") else None


def _read(key: str) -> Session | None:
    sessions = Session.objects.select_related("member")
    if settings.STAFF_SECOND_FACTOR:
        sessions = sessions.annotate(factors=factors(of="member_id", staff="member__is_staff"))
    session = sessions.filter(session_key=key, expire_date__gt=timezone.now()).first()
    if session and session.member and settings.STAFF_SECOND_FACTOR:
        session.member.factors = session.factors
    return session
