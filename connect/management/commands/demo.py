from argparse import ArgumentParser

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from connect.synthetic import demo
from members.models import Member


class Command(BaseCommand):
    help = "Fills an empty site with the demo: logins, applications, messages, invented members."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--members", type=int, default=2000, help="invented ones beside (2000)")

    def handle(self, *, members: int, verbosity: int, **options: object) -> None:
        if settings.PRODUCTION:
            raise CommandError("Everybody knows the demo's passwords: not on a real site.")
        if Member.objects.exists():
            raise CommandError("There are members already: the demo is only for an empty site.")
        demo.make()
        if members:
            call_command("populate", members=members, seed=1, verbosity=verbosity)
