"""No page scrolls sideways, complains, tells in its title, or shuts somebody out.

Every page at 320, 360 and 1280 px, light and dark; axe-core at the first and the last of these.
With SCREENS=folder the pages are also photographed.
"""

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from members import account, blocking
from members.communities import ICI, TWP
from members.models import Answer, Member, Profile
from members.outbox.models import Letter
from members.password_links import password_link
from members.relay import copies, links, replying, sending
from members.relay.emails import room_token
from members.relay.models import Message, Reply, Side
from moderation import decisions
from moderation.applications import asking
from moderation.letters import rewording, wording
from moderation.models import Decision, LetterText, Reason, Report, StaffMessage, Verdict
from moderation.reminders.emails import stop_token as reminder_token
from moderation.reports import appeals, measure_letters, measures, reporting
from search import saving
from search.emails import stop_token
from tests.browser import the_way
from tests.browser.audit import wrong_with
from tests.browser.person import Person
from tests.browser.population import NAMES
from tests.outbox.post_office import deliver_all

OpenBrowser = Callable[..., Person]
PUBLIC = (
    "/", "/twp/", "/ici/", "/about/", "/pledge/", "/terms/", "/privacy/", "/disclaimer/",
    "/content-use/", "/help-now/", "/get-involved/", "/contact/", "/contact/sent/",
    "/style-guide/", "/style-guide/?community=twp", "/style-guide/?community=ici", "/nowhere/",
)  # fmt: skip
SIGN_IN = (
    "/accounts/login/", "/accounts/password/reset/", "/accounts/password/reset/done/",
    "/accounts/password/reset/key/0-nonsense/", "/accounts/password/reset/key/done/",
    "/accounts/confirm-email/nonsense/", "/accounts/signup/", "/accounts/inactive/",
    "/account/",
)  # fmt: skip
ACCOUNT = (
    "/account/", "/account/twp/", "/account/ici/", "/account/twp/edit/", "/account/ici/edit/",
    "/account/twp/rest/", "/account/twp/leave/", "/account/safety/", "/account/messages/",
    "/account/messages/?show=sent", "/account/messages/silences/", "/account/searches/", "/account/policies/", "/contact/",
    "/accounts/logout/",
    "/accounts/email/", "/accounts/password/change/", "/accounts/2fa/",
    "/accounts/2fa/totp/activate/", "/accounts/2fa/webauthn/", "/accounts/2fa/webauthn/add/",
    "/accounts/sessions/",
)  # fmt: skip
SEARCHES = {
    "found": "", "in-miles": "unit=mi", "town": "place=Springfield&within=50&unit=mi",
    "filtered": "stage=reducing&stage=holding&interest=friendship&drug=sertraline&language=en",
    "nobody": "place=Suva&within=10&unit=km", "nobody-here": "stage=cannot",
    "unknown-town": "place=Xyzzyville", "wrong": "within=abc&unit=parsec&stage=bogus&drug=bogus",
    "far-page": "page=1000000000",
}  # fmt: skip
STAFF = (
    "/admin/", "/admin/moderation/application/", "/admin/moderation/application/?state=approved",
    "/admin/moderation/application/?q=nobody", "/admin/moderation/decision/", "/admin/figures/",
)  # fmt: skip


def name_of(address: str) -> str:
    words = address.replace("?", " ").replace("=", "-").replace("/", " ").split()
    return "-".join(words) or "home"


def look_at(person: Person, room: str, addresses: tuple[str, ...]) -> list[str]:
    found = []
    for address in addresses:
        person.goto(address)
        found += wrong_with(person, f"{room}-{name_of(address)}", nobody=NAMES)
    return found


@pytest.fixture
def calm(open_browser: OpenBrowser) -> Person:
    """Somebody whose system asks for no motion: pictures and colours are ready at once."""
    return open_browser(reduced_motion="reduce")


@pytest.fixture
def ana_at_home(ana: Member, answer: Callable[..., Answer], neighbours: object) -> Member:
    """Ana with answers of her own, who wrote, got a letter and blocked somebody."""
    account.accept_policies(ana)
    EmailAddress.objects.create(user=ana, email=ana.email, verified=True, primary=True)
    own = Profile.objects.get(member=ana, community=TWP.slug)
    Profile.objects.filter(pk=own.pk).update(about_me="I read, and I write to few people.")
    answer(own, "stage", "reducing")
    answer(own, "interest", "friendship")
    bees, bicycles = neighbours["keeper_of_bees"], neighbours["three-bicycles"]
    sending.write(own, bees, "Hello, I would like to hear how it was for you.", uuid.uuid4())
    sending.write(bicycles, own, "Would you like to meet for tea on Sunday?", uuid.uuid4())
    blocking.block(ana, neighbours["quiet-for-now"])
    saving.keep(ana, TWP, QueryDict("stage=reducing&interest=friendship"), letters=True)
    saving.keep(ana, TWP, QueryDict("within=any"), letters=False)
    return ana


def test_public_pages(calm: Person) -> None:
    found = look_at(calm, "public", PUBLIC)

    assert not found, "\n".join(found)


def test_pages_that_answer_a_wrong_form(calm: Person) -> None:
    found = []
    for address, button in (
        ("/twp/join/", "Send my application"),
        ("/ici/join/", "Send my application"),
        ("/contact/", "Send"),
        ("/accounts/login/", "Log in"),
    ):
        calm.goto(address)
        calm.page.locator("main form").evaluate_all("forms => forms.forEach(f => f.noValidate = 1)")
        with calm.page.expect_navigation():
            calm.page.locator("main form button[type=submit], main form button").filter(
                has_text=button
            ).first.click()
        found += wrong_with(calm, f"wrong-{name_of(address)}")

    assert not found, "\n".join(found)


def test_pages_of_the_prepared_letters(
    calm: Person,
    reviewer: Member,
    make_member: Callable[..., Member],
    let_in: Callable[[Person, Member], Person],
) -> None:
    letters = "/admin/moderation/lettertext/"
    administrator = make_member("admin", is_staff=True, is_superuser=True)
    rewording.reword("not_filled", "en", "Please tell us more, {username}.", administrator, "")
    let_in(calm, administrator)

    found = look_at(
        calm,
        "letters",
        (
            letters,
            f"{letters}approved/change/",
            f"{letters}not_filled/change/",
            f"{letters}not_filled/original/",
        ),
    )
    calm.goto(f"{letters}not_filled/change/")
    found += told_of(calm, "unknown", "Thank you, {nobody}.")
    LetterText.objects.update(changed_at=timezone.now())
    found += told_of(calm, "meanwhile", "Thank you, {username}.")

    assert not found, "\n".join(found)


def told_of(person: Person, what: str, words: str) -> list[str]:
    """What is wrong with the page of a letter that could not be saved."""
    person.page.get_by_label("The words of the letter").fill(words)
    with person.page.expect_navigation():
        person.page.get_by_role("button", name="Save").click()
    return wrong_with(person, f"letters-{what}")


def test_pages_on_which_an_applicant_answers(
    calm: Person,
    reviewer: Member,
    make_member: Callable[..., Member],
    make_profile: Callable[..., Profile],
) -> None:
    asked, offered = (
        make_profile(make_member(name, let_in=False), approved=False) for name in ("eva", "ede")
    )
    asking.ask(asked, reviewer, "What brings you here?\n\nA line is enough.")
    asking.offer(offered, reviewer, wording.for_applicant("offer", offered))

    found = []
    for name, profile in (("question", asked), ("offer", offered)):
        calm.goto(f"/application/{profile.application_key}/answer/")
        found += wrong_with(calm, f"answer-{name}")
        calm.press("Send my answer")
        found += wrong_with(calm, f"answer-{name}-empty")
        calm.page.locator("textarea").fill("A friend told me of you. " * 20)
        decisions.approve(profile, reviewer)
        calm.press("Send my answer")
        found += wrong_with(calm, f"answer-{name}-too-late")

    assert not found, "\n".join(found)


def test_pages_of_joining(
    calm: Person,
    make_member: Callable[..., Member],
    make_profile: Callable[..., Profile],
) -> None:
    now = timezone.now()
    ago = {"applied_at": now - timedelta(days=4), "confirmed_at": now - timedelta(days=3)}
    waits, day = {"approved": False}, now - timedelta(days=1)
    states = {
        "unconfirmed": {"confirmed": False, "approved": False},
        "waiting": waits,
        "late": waits | ago,
        "asked": waits | ago | {"asked_at": day},
        "moved": waits | {"community": "ici", "moved_at": now},
        "approved": ago | {"approved_at": day},
        "declined": waits | ago | {"declined_at": day},
    }
    found = look_at(calm, "joining", ("/twp/join/", "/ici/join/", "/application/sent/"))
    for state, fields in states.items():
        member = make_member(state, let_in=state == "approved")
        key = make_profile(member, application_key=uuid.uuid4(), **fields).application_key
        below = {"waiting": ["", "change/", "withdraw/"], "unconfirmed": ["", "correct/"]}
        for page in below.get(state, [""]):
            calm.goto(f"/application/{key}/{page}")
            found += wrong_with(calm, f"joining-{state}-{name_of(page)}", nobody=(state,))

    assert not found, "\n".join(found)


def test_the_form_with_its_suggestions_and_its_map(calm: Person) -> None:
    calm.goto("/twp/join/")
    calm.labelled("Town").press_sequentially("spring")
    calm.page.get_by_role("option").first.wait_for()
    found = wrong_with(calm, "joining-suggestions")
    calm.page.get_by_role("option").first.click()
    calm.page.get_by_text("This is what others will see").wait_for()

    calm.button("Choose on the map").click()
    calm.page.wait_for_load_state("networkidle")
    found += wrong_with(calm, "joining-map")

    assert not found, "\n".join(found)


def test_pages_of_signing_in(calm: Person, bo: Member) -> None:
    found = look_at(calm, "sign-in", SIGN_IN)
    bo.set_unusable_password()
    bo.save()
    calm.goto(password_link(bo))
    found += wrong_with(calm, "sign-in-set-password")

    assert not found, "\n".join(found)


def test_pages_of_my_account(
    calm: Person, ana_at_home: Member, log_in: Callable[[Person, Member], Person]
) -> None:
    deliver_all()
    log_in(calm, ana_at_home)

    found = look_at(calm, "account", ("/accounts/reauthenticate/",))
    the_way.say_it_is_me(calm)
    found += look_at(calm, "account", ACCOUNT)

    assert not found, "\n".join(found)


def test_my_account_of_others(
    open_browser: OpenBrowser,
    bo: Member,
    applicant: Member,
    cleo: Member,
    let_in: Callable[[Person, Member], Person],
) -> None:
    Profile.objects.filter(member=bo).update(left_at=timezone.now())
    Profile.objects.filter(member=cleo).update(
        paused_at=timezone.now(), paused_until=timezone.localdate() + timedelta(days=9)
    )
    left, resting = (open_browser(reduced_motion="reduce") for _person in range(2))
    let_in(left, bo)
    let_in(resting, cleo)

    found = look_at(left, "left", ("/account/", "/account/twp/"))
    found += look_at(
        resting,
        "resting",
        ("/account/ici/", "/account/twp/", "/twp/join/", "/ici/members/", "/accounts/email/"),
    )

    assert not found, "\n".join(found)


def test_pages_of_finding_and_writing(
    calm: Person, ana_at_home: Member, let_in: Callable[[Person, Member], Person]
) -> None:
    let_in(calm, ana_at_home)
    found = []

    for name, query in SEARCHES.items():
        calm.goto(f"/twp/members/?{query}")
        found += wrong_with(calm, f"search-{name}", nobody=NAMES)
    people = ("bread-and-rivers", "quiet-for-now", "ana")
    found += look_at(calm, "profile", tuple(f"/twp/members/{name}/" for name in people))
    found += look_at(
        calm,
        "contact",
        (
            "/twp/members/bread-and-rivers/write/",
            "/twp/members/keeper_of_bees/write/",
            "/twp/members/bread-and-rivers/block/",
        ),
    )
    calm.goto("/twp/members/bread-and-rivers/write/")
    calm.press("Send the message")
    found += wrong_with(calm, "contact-wrong", nobody=NAMES)
    calm.fill("Your message", "Hello, would you like to write now and then?")
    calm.press("Send the message")
    found += wrong_with(calm, "contact-on-its-way", nobody=NAMES)

    calm.goto("/twp/members/hadley.fields/write/")
    calm.open_fold("No words? Begin with some of ours")
    found += wrong_with(calm, "contact-openings", nobody=NAMES)
    calm.page.get_by_role("button", name="Begin with these words").first.click()
    calm.press("Keep it for later")
    found += wrong_with(calm, "contact-kept", nobody=NAMES)
    calm.fill("Your message", "You should stop taking your meds. Or ring me at 0171 2345678.")
    calm.press("Send the message")
    found += wrong_with(calm, "contact-asked", nobody=NAMES)
    calm.fill("Your message", "I can send you some of my leftover Xanax.")
    calm.press("Send the message")
    found += wrong_with(calm, "contact-held", nobody=NAMES)
    calm.goto("/twp/members/hadley.fields/write/")
    found += wrong_with(calm, "contact-held-already", nobody=NAMES)
    Message.objects.held().update(refused_at=timezone.now())
    found += look_at(
        calm,
        "contact-refused",
        (
            "/twp/members/hadley.fields/write/",
            f"/twp/members/hadley.fields/write/{Message.objects.get(letter=None).pk}/",
            "/account/messages/?show=sent",
        ),
    )

    assert not found, "\n".join(found)


def test_pages_of_somebody_who_is_full(
    calm: Person, ana_at_home: Member, neighbours: dict[str, Profile], answer: Callable,
    let_in: Callable[[Person, Member], Person],
) -> None:  # fmt: skip
    swimmer = neighbours["cold-water-swimmer"]
    let_in(calm, ana_at_home)
    calm.goto("/twp/members/cold-water-swimmer/write/")
    answer(swimmer, "new_contacts", "none_now")
    calm.fill("Your message", "Hello, would you like to write now and then?")
    calm.press("Send the message")
    found = wrong_with(calm, "contact-full-typing", nobody=NAMES)
    calm.press("Tell me when there is room")
    found += wrong_with(calm, "contact-full-awaited", nobody=NAMES)
    calm.goto(reverse("letters:room_stop", args=[room_token(ana_at_home)]))
    found += wrong_with(calm, "letter-room", nobody=NAMES)
    calm.press("Stop the letters")
    found += wrong_with(calm, "letter-room-stopped", nobody=NAMES)
    found += look_at(calm, "letter", ("/letters/nonsense/room/",))

    assert not found, "\n".join(found)


def test_pages_of_messages(
    calm: Person, ana_at_home: Member, let_in: Callable[[Person, Member], Person]
) -> None:
    got, wrote = Message.objects.order_by("-written_at")
    replying.reply(got, Reply.Kind.NO_MORE)
    replying.reply(wrote, Reply.Kind.NEED_TIME)
    Letter.objects.update(sent_at=timezone.now())
    copies.keep(got, Side.RECIPIENT)
    let_in(calm, ana_at_home)

    found = look_at(
        calm,
        "messages",
        (
            "/account/messages/", "/account/messages/?show=sent", "/account/messages/silences/",
        ),
    )  # fmt: skip
    calm.goto(f"/account/messages/{got.pk}/reply/")
    found += wrong_with(calm, "messages-reply", nobody=NAMES)
    replying.reply(wrote, Reply.Kind.NO_MORE)
    calm.goto(f"/twp/members/{wrote.recipient.username}/write/")
    found += wrong_with(calm, "messages-asked-not-to", nobody=NAMES)

    assert not found, "\n".join(found)


def test_pages_reached_from_mail(calm: Person, ana_at_home: Member) -> None:
    message = ana_at_home.profiles.get(community=TWP.slug).messages_received.get()
    token = links.token(message)
    block = reverse("letters:block", args=[token])
    found = []
    for name in ("answers", "not_now", "need_time", "no_more", "block"):
        calm.goto(reverse(f"letters:{name}", args=[token]))
        found += wrong_with(calm, f"letter-{name}", nobody=("three-bicycles",))
    for name in ("report_from_letter", "reported_from_letter"):
        calm.goto(reverse(f"moderation:{name}", args=[token]))
        found += wrong_with(calm, f"letter-{name}", nobody=("three-bicycles",))
    calm.goto(reverse("letters:no_more", args=[token]))
    calm.press("Send this sentence")
    found += wrong_with(calm, "letter-answered", nobody=("three-bicycles",))
    Letter.objects.unsent().update(sent_at=timezone.now())
    calm.goto(reverse("letters:not_now", args=[token]))
    calm.press("Send this sentence")
    found += wrong_with(calm, "letter-told-already", nobody=("three-bicycles",))
    stop = reverse("saved_letters:stop", args=[stop_token(ana_at_home)])
    found += look_at(
        calm, "letter", (stop, "/letters/nonsense/searches/", "/letters/nonsense/block/")
    )
    calm.goto(stop)
    calm.press("Stop the letters")
    found += wrong_with(calm, "letters-stopped")
    calm.goto(block)
    calm.press("Block three-bicycles")
    found += wrong_with(calm, "letter-blocked", nobody=("three-bicycles",))

    assert not found, "\n".join(found)


def test_the_mail_of_the_development_site(
    calm: Person, ana_at_home: Member, settings: object, tmp_path: object
) -> None:
    settings.EMAIL_BACKEND = "connect.inbox.EmailBackend"
    settings.INBOX = tmp_path / "inbox"
    calm.goto("/mail/")
    found = wrong_with(calm, "mail-empty")
    deliver_all()
    assert Letter.objects.unsent().count() == 0

    calm.goto("/mail/")
    found += wrong_with(calm, "mail-inbox")
    with calm.page.expect_navigation():
        calm.page.get_by_role("main").get_by_role("link").filter(has_text="message").first.click()
    found += wrong_with(calm, "mail-message")

    assert not found, "\n".join(found)


def test_pages_of_the_staff(
    calm: Person,
    reviewer: Member,
    applicant: Member,
    ana: Member,
    cleo: Member,
    make_profile: Callable[..., Profile],
    let_in: Callable[[Person, Member], Person],
) -> None:
    waiting = Profile.objects.get(member=applicant)
    Profile.objects.filter(pk=waiting.pk).update(
        about_me="New to all this. I read more than I write."
    )
    taken = make_profile(cleo, TWP.slug, username="ana", approved=False)
    StaffMessage.objects.create(
        about="question", body="Is there a group near Bath?", reply_to="w@example.org"
    )
    let_in(calm, reviewer)
    one = f"/admin/moderation/application/{waiting.pk}/change/"
    decided = Profile.objects.get(member=ana, community=ICI.slug)

    found = look_at(calm, "staff", STAFF)
    found += look_at(
        calm,
        "staff-application",
        (
            one,
            f"{one}?reason=not_for_this_community",
            f"/admin/moderation/application/{taken.pk}/change/",
            f"/admin/moderation/application/{decided.pk}/change/",
        ),
    )

    assert not found, "\n".join(found)


@pytest.fixture
def half_a_year(
    cell: object, berlin: object, make_member: Callable[..., Member],
    make_profile: Callable[..., Profile],
) -> None:  # fmt: skip
    """Decisions of every week, members here and there, and something of everything that waits."""
    now = timezone.now()
    for week in range(26):
        for number in range(3 + week * 7 % 11):
            declined = number % 5 == 4
            Decision.objects.create(
                community="twp", verdict=Verdict.DECLINED if declined else Verdict.APPROVED,
                reason=list(Reason)[(week + number) % 9] if declined else "",
                address_mark="0" * 64 if declined else "",
                decided_at=now - timedelta(weeks=week), waited=timedelta(hours=3 + number * 9),
            )  # fmt: skip
    for place, lived_in in enumerate([cell] * 12 + [berlin] * 7):
        make_profile(make_member(f"m{place}"), cell=lived_in)
    for name, when in (("w1", {}), ("w2", {}), ("w3", {"asked_at": now})):
        sent = now - timedelta(hours=30)
        make_profile(
            make_member(name, let_in=False), approved=False, applied_at=sent, confirmed_at=sent,
            **when,
        )  # fmt: skip
    Report.objects.create(concern="sexual")


def test_the_figures_of_the_staff(
    calm: Person, reviewer: Member, half_a_year: None, let_in: Callable[[Person, Member], Person]
) -> None:
    let_in(calm, reviewer)
    found = look_at(calm, "staff", ("/admin/figures/", "/admin/"))
    calm.goto("/admin/figures/")
    for summary in calm.page.locator("summary").all():
        summary.click()
    found += wrong_with(calm, "staff-figures-tables")

    assert not found, "\n".join(found)


def test_pages_from_the_letters_to_the_staff(calm: Person, reviewer: Member) -> None:
    stop = reverse("reminders:stop", args=[reminder_token(reviewer)])
    found = look_at(calm, "reminders", ("/letters/nonsense/reminders/",))
    calm.goto(stop)
    found += wrong_with(calm, "reminders-stop")
    calm.press("Stop the letters")
    found += wrong_with(calm, "reminders-stopped")

    assert not found, "\n".join(found)


@pytest.fixture
def told_of_bees(ana_at_home: Member, neighbours: dict[str, Profile], reviewer: Member) -> Report:
    """Ana, who got a letter of three-bicycles, told of them twice; one was acted on."""
    bicycles = neighbours["three-bicycles"]
    deliver_all()
    said = {"concern": "money", "words": "Asks everybody for money.\n\nNot only me."}
    first = reporting.report(ana_at_home, bicycles, form_key=uuid.uuid4(), **said)
    measures.warn(bicycles.member, reviewer, "Please stop it.", concern="money", report=first)
    message = reporting.last_from(bicycles, ana_at_home)
    return reporting.report(
        ana_at_home, bicycles, form_key=uuid.uuid4(), message=message, **said
    )  # fmt: skip


def test_pages_of_telling_the_staff(
    calm: Person, ana_at_home: Member, let_in: Callable[[Person, Member], Person]
) -> None:
    deliver_all()
    let_in(calm, ana_at_home)
    message = ana_at_home.profiles.get(community=TWP.slug).messages_received.get()
    block = ana_at_home.blocks_made.get()

    found = look_at(
        calm,
        "report",
        (
            "/twp/members/bread-and-rivers/report/",
            "/twp/members/bread-and-rivers/report/?worried=yes",
            f"/account/safety/{block.pk}/report/",
            "/account/reported/",
        ),
    )
    calm.goto(f"/account/messages/{message.pk}/report/")
    found += wrong_with(calm, "report-message", nobody=NAMES)
    calm.press("Send to the staff")
    found += wrong_with(calm, "report-wrong", nobody=NAMES)
    for _number in range(reporting.REPORTS_A_DAY):
        reporting.report(
            ana_at_home, message.sender, concern="money", form_key=uuid.uuid4()
        )  # fmt: skip
    calm.tick("They want money, or it seems a fraud")
    calm.press("Send to the staff")
    found += wrong_with(calm, "report-too-many", nobody=NAMES)

    assert not found, "\n".join(found)


def test_pages_of_the_staff_about_held_messages(
    calm: Person, ana_at_home: Member, neighbours: dict[str, Profile], reviewer: Member,
    let_in: Callable[[Person, Member], Person],
) -> None:  # fmt: skip
    own = Profile.objects.get(member=ana_at_home, community=TWP.slug)
    held = [
        sending.write(own, neighbours[name], words, uuid.uuid4())
        for name, words in (
            ("hadley.fields", "I can send you some of my leftover Xanax.\n\nIt helped me a lot."),
            ("bread-and-rivers", "Listen to me, stop taking them today. All of them."),
        )
    ]
    reporting.report(
        neighbours["hadley.fields"].member, own, concern="money", form_key=uuid.uuid4()
    )
    let_in(calm, reviewer)
    found = look_at(calm, "staff-held", ("/admin/moderation/heldmessage/?state=decided",))
    found += look_at(
        calm,
        "staff-held",
        ("/admin/", "/admin/moderation/heldmessage/", *(_held(one) for one in held)),
    )
    calm.goto(_held(held[0]))
    calm.press("Let it go out")
    found += wrong_with(calm, "staff-held-done", nobody=NAMES)
    found += look_at(
        calm, "staff-held", (_held(held[0]), "/admin/moderation/heldmessage/?state=decided")
    )

    assert not found, "\n".join(found)


def _held(message: Message) -> str:
    return reverse("admin:moderation_heldmessage_change", args=[message.pk])


def test_pages_of_a_warning_and_of_an_answer(
    calm: Person, bo: Member, reviewer: Member, let_in: Callable[[Person, Member], Person]
) -> None:
    account.accept_policies(bo)
    measure = measures.warn(bo, reviewer, measure_letters.prepared("warn", "money"))
    let_in(calm, bo).goto("/account/")
    found = wrong_with(calm, "warning", nobody=("bo",))
    calm.goto(f"/appeal/{measure.key}/")
    found += wrong_with(calm, "appeal-open", nobody=("bo",))
    calm.press("Send to the staff")
    found += wrong_with(calm, "appeal-wrong", nobody=("bo",))
    calm.fill("What you want to tell us", "I did not mean it like that.")
    calm.press("Send to the staff")
    found += wrong_with(calm, "appeal-answered", nobody=("bo",))
    found += look_at(calm, "appeal", (f"/appeal/{uuid.uuid4()}/",))

    assert not found, "\n".join(found)


def test_pages_of_the_staff_about_reports(
    calm: Person,
    told_of_bees: Report,
    bo: Member,
    ana_at_home: Member,
    neighbours: dict[str, Profile],
    reviewer: Member,
    let_in: Callable[[Person, Member], Person],
) -> None:
    reporting.report(
        ana_at_home, neighbours["keeper_of_bees"], concern="worried", form_key=uuid.uuid4(),
        words="She writes that she cannot bear it any longer.",
    )  # fmt: skip
    visitors = reporting.receive(
        words="A member called Three Bicycles in TWP wrote to my wife.",
        reply_to="w@example.org", member=None,
    )  # fmt: skip
    measure = measures.suspend(bo, reviewer, "For now we closed your account.", concern="threat")
    appeals.appeal(measure, "It was a joke, and a bad one.")
    let_in(calm, reviewer)
    one = f"/admin/moderation/report/{told_of_bees.pk}/change/"

    found = look_at(
        calm,
        "staff-reports",
        (
            "/admin/", "/admin/moderation/report/", "/admin/moderation/report/?state=closed",
            "/admin/moderation/report/?concern=threat", "/admin/moderation/measure/", one,
            f"/admin/moderation/report/{visitors.pk}/change/",
            f"/admin/moderation/measure/{measure.pk}/change/",
        ),
    )  # fmt: skip
    calm.goto(one)
    for summary in ("Warn", "End the membership"):
        calm.page.locator("summary", has_text=summary).click()
    found += wrong_with(calm, "staff-reports-open", nobody=NAMES)
    calm.press("End the membership …")
    found += wrong_with(calm, "staff-reports-sure", nobody=NAMES)

    assert not found, "\n".join(found)
