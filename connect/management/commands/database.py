from argparse import ArgumentParser

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from connect.database import DatabaseProblem, Server


class Command(BaseCommand):
    help = "Starts or stops the embedded PostgreSQL (make run does it by itself)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=["start", "stop"])

    def handle(self, *, action: str, **options: object) -> None:
        if not settings.EMBEDDED_DATABASE:
            raise CommandError("DATABASE_URL is set: that server is not ours to start or stop.")
        server = Server(settings.DATA / "postgres")
        try:
            server.start() if action == "start" else server.stop()
        except DatabaseProblem as problem:
            raise CommandError(str(problem)) from problem
