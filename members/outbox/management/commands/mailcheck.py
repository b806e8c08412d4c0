from argparse import ArgumentParser
from collections.abc import Iterable, Iterator

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from members.outbox import records, trial
from members.outbox.findings import Finding, wrong


class Command(BaseCommand):
    help = (
        "Looks whether mail of this site can go out and is believed: sends a test letter to an "
        "address, if one is given, and reads the records of its domains. Ends with 1 if something "
        "is to be mended."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("address", nargs="?", help="where to send a test letter")
        parser.add_argument(
            "--selector", action="append", help="of the DKIM key, in place of CONNECT_DKIM_SELECTOR"
        )
        parser.add_argument(
            "--resolver", default="", metavar="IP[:PORT]", help="in place of the machine's own"
        )

    def handle(
        self,
        *,
        address: str | None,
        selector: list[str] | None,
        resolver: str,
        **options: object,
    ) -> None:
        found = self._tell(trial.send(address.strip()) if address else [])
        found += self._tell(self._records(selector or [settings.DKIM_SELECTOR], resolver))
        if found:
            raise CommandError(f"{found} to mend." if found > 1 else "One thing to mend.")
        self.stdout.write("All is well.")

    def _records(self, selectors: list[str], address: str) -> Iterator[Finding]:
        """Those found until nobody answers any more."""
        try:
            yield from records.check(records.resolver(address), list(filter(None, selectors)))
        except ValueError as error:
            raise CommandError(
                "--resolver is an address such as 192.0.2.1 or 192.0.2.1:53."
            ) from error
        except records.NobodyAnswers:
            yield wrong(
                "No resolver answered, so nobody knows what the records say. Name one: --resolver."
            )

    def _tell(self, findings: Iterable[Finding]) -> int:
        """Writes each as it is found; gives how many are to be mended."""
        to_mend = 0
        for one in findings:
            self.stdout.write(f"{'well' if one.is_well else 'MEND'}: {one.words}")
            to_mend += not one.is_well
        return to_mend
