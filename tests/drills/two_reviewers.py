"""Two reviewers press different buttons on one application in the same moment: one decision, one
mail, and a sentence for whoever was second.

    python -m tests.drills.two_reviewers [--number 200] [--seed N]
"""

import logging
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.contrib.auth.models import Group
from django.core import mail
from django.db import connection
from django.test import Client
from django.utils import timezone
from tqdm import tqdm

from members.models import Member, Profile
from members.outbox import delivery
from members.outbox.models import Letter
from members.usernames import skeleton
from moderation.models import Act, Application, AuditEntry, Decision
from moderation.rights import REVIEWERS
from tests.drills.people import NORTHAMPTON, cell_at
from tests.drills.site import arguments, site, tell, verdict

AT_ONCE = 4  # applications pressed on at one time, each by two
APPROVE = {"do": "approve"}
DECLINE = {"do": "decline", "reason": "promotes", "words": "Not this time."}
DECIDED = ("in the meantime. Nothing was changed.", "Somebody else is busy with this application")


def reviewer(name: str) -> Member:
    member = Member.objects.create_user(
        f"{name}@example.org", is_staff=True, let_in_at=timezone.now()
    )
    member.groups.add(Group.objects.get(name=REVIEWERS))
    return member


def applicants(number: int) -> list[Application]:
    """Who waits, with an address confirmed."""
    cell, now = cell_at(NORTHAMPTON), timezone.now()
    for one in range(number):
        name = f"wren-{one}"
        Profile.objects.create(
            member=Member.objects.create_user(f"{name}@example.org"), community="twp", username=name,
            username_key=skeleton(name), cell=cell, applied_at=now, consented_at=now,
            health_consent_at=now, confirmed_at=now,
        )  # fmt: skip
    return list(Application.objects.waiting().oldest_first())


def press_all(waiting: list[Application], staff: tuple[Member, Member], seed: int) -> list[str]:
    """Press two buttons on each, by one of the staff each; what was wrong with what they saw."""
    dice = random.Random(seed)
    buttons = [dice.sample([APPROVE, DECLINE], 2) for _one in waiting]

    def pair(number: int) -> list[str]:
        together = Barrier(2)
        with ThreadPoolExecutor(2) as threads:
            presses = [
                threads.submit(press, together, who, waiting[number], data)
                for who, data in zip(staff, buttons[number], strict=True)
            ]
            return list(wrong(waiting[number], [done.result() for done in presses]))

    with ThreadPoolExecutor(AT_ONCE) as pairs:
        found = tqdm(pairs.map(pair, range(len(waiting))), total=len(waiting), disable=None)
        return [one for several in found for one in several]


def press(
    together: Barrier, who: Member, application: Application, data: dict[str, str]
) -> tuple[int, str]:
    """The status of the answer to a press, and of the page it led to what is read there."""
    try:
        browser = Client(raise_request_exception=False)
        browser.force_login(who)
        together.wait()
        address = f"/admin/moderation/application/{application.pk}/change/"
        page = browser.post(address, data, follow=True)  # a letter refused comes back at once
        return page.status_code, page.content.decode()
    finally:
        connection.close()


def wrong(application: Application, pages: list[tuple[int, str]]) -> Iterator[str]:
    codes = [code for code, _page in pages]
    if codes != [200, 200]:
        yield f"{application.username}: error pages, {codes}"
    told = [any(words in page for words in DECIDED) for _code, page in pages]
    if sorted(told) != [False, True]:
        yield f"{application.username}: told of the other {told}, not one of two"


def wrong_in_the_end(number: int) -> Iterator[str]:
    """What the database and the mail server say of so many applications decided."""
    Letter.objects.unsent().update(due_at=timezone.now())
    while delivery.deliver_one():
        pass
    delivery.post.hang_up()
    entries = AuditEntry.objects.filter(act__in=[Act.APPROVED, Act.DECLINED])
    counted = {
        "decisions": Decision.objects.filter(profile__isnull=False).count(),
        "entries in the log": entries.count(),
        "letters sent": Letter.objects.filter(sent_at__isnull=False).count(),
        "letters": Letter.objects.count(),
    }
    yield from (
        f"{count} {what}, not {number}" for what, count in counted.items() if count != number
    )
    for decision in Decision.objects.select_related("profile"):
        dates = (decision.profile.approved_at is not None, decision.profile.declined_at is not None)
        if dates != (decision.verdict == "approved", decision.verdict == "declined"):
            yield f"{decision.profile.username}: decided {decision.verdict}, dates {dates}"


def main() -> None:
    given = arguments(__doc__, 200, "applications")
    logging.getLogger("connect.outbox").setLevel(logging.WARNING)  # a line for each letter
    with site(towns=False):
        staff = (reviewer("robin"), reviewer("jay"))
        found = press_all(applicants(given.number), staff, given.seed)
        found += wrong_in_the_end(given.number)
        recipients = {letter.to[0] for letter in mail.outbox}
        if len(mail.outbox) != given.number or len(recipients) != given.number:
            found.append(f"{len(mail.outbox)} mails to {len(recipients)} of {given.number}")
        approved = Decision.objects.filter(verdict="approved").count()
        tell(f"{given.number} applications, {approved} approved, {len(mail.outbox)} mails")
        verdict(found, "One decision and one mail each, and no error page.")


if __name__ == "__main__":
    main()
