from django.core.management.base import BaseCommand, CommandError
from django.db import Error, InterfaceError, OperationalError

from members.outbox import alarm


class Command(BaseCommand):
    help = (
        "Says what is wrong with outgoing mail and the duties of the clock, and ends with 1 if "
        "something is. For cron or monitoring: it also raises the alarm, as the worker does, for "
        "when it is the worker that is dead."
    )
    requires_system_checks: list[str] = []

    def handle(self, **options: object) -> None:
        try:
            wrong = alarm.what_is_wrong()
            alarm.ring(wrong)
        except (OperationalError, InterfaceError) as error:
            raise CommandError(
                "The database is away. Look whether it runs, and at DATABASE_URL."
            ) from error
        except Error as error:
            raise CommandError(
                "The tables are not those of this version. Run: python manage.py migrate"
            ) from error
        if wrong:
            raise CommandError(" ".join(wrong))
        self.stdout.write("All is well: letters go out, and the duties are done.")
