from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from connect.synthetic.people import SeedUsed, populate
from members.places.models import Town


class Command(BaseCommand):
    help = "Invents members, spread like towns, in both communities; the same for the same seed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--members", type=int, default=1000, help="how many (1000)")
        parser.add_argument("--seed", type=int, default=1, help="which ones (1)")

    def handle(self, *, members: int, seed: int, verbosity: int, **options: object) -> None:
        if not 0 < members <= 20_000_000:
            raise CommandError("--members must be a number from 1 to 20,000,000.")
        if not 0 <= seed < 1_000_000:
            raise CommandError("--seed must be a number from 0 to 999,999.")
        if not Town.objects.exists():
            raise CommandError("There are no towns yet: run load_gazetteer first.")
        with tqdm(total=members, unit=" members", disable=verbosity == 0) as bar:
            try:
                populate(members, seed, bar.update)
            except SeedUsed:
                raise CommandError(
                    f"The members of seed {seed} are there already. Choose another --seed."
                ) from None
