from datetime import timedelta

from members.outbox.duties import duty
from moderation.held import waiting


@duty("tell-of-held-messages", every=timedelta(minutes=30))
def tell_of_held_messages() -> None:
    waiting.tell()
