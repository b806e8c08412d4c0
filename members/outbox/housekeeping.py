from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.management import call_command

from members.outbox import returns, troubles
from members.outbox.duties import duty


@duty("clear-expired-sessions", every=timedelta(days=1))
def clear_expired_sessions() -> None:
    """A session that ended still says who was here, and from what network, until its rows are gone."""
    call_command("clearsessions")
    running = Session.objects.values("session_key")
    UserSession.objects.exclude(session_key__in=running).delete()


@duty("forget-what-came-back", every=timedelta(days=1))
def forget_what_came_back() -> None:
    returns.forget_old()
    troubles.forget_old()
