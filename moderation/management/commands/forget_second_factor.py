from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from members.models import Member
from moderation import second_factor


class Command(BaseCommand):
    help = (
        "Takes the second factor off somebody who lost it, and signs them out. Be sure that it is "
        "they who ask: until they set up a new one, their password alone lets them do that."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("address", help="the email address they log in with")

    def handle(self, *, address: str, verbosity: int, **options: object) -> None:
        plain = address.strip().lower().replace("\0", "")
        member = Member.objects.filter(email=plain).first()
        if member is None:
            raise CommandError("Nobody logs in with this address.")
        if not second_factor.forget(member):
            raise CommandError("There was no second factor to take off.")
        if verbosity:
            self.stdout.write("It is off. They log in with their password and set up a new one.")
