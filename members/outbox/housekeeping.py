from datetime import timedelta

from django.core.management import call_command

from members.outbox.duties import duty


@duty("clear-expired-sessions", every=timedelta(days=1))
def clear_expired_sessions() -> None:
    """A session that ended still says who was here, until its row is gone."""
    call_command("clearsessions")
