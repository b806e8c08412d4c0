"""One function per letter of this room."""

from django.conf import settings
from django.utils import timezone

from members import password_links
from members.models import Member, Profile
from members.outbox.letters import Mail, NotWanted, letter
from moderation import alarms, letters
from moderation.models import Application, Decision, Question, StaffMessage


@letter("approved", "moderation/emails/approved")
def approved(about: str) -> Mail:
    profile = _decided(about).profile
    if profile is None or not profile.is_in or not profile.member.is_active:
        raise NotWanted("not_in")
    member = profile.member
    knows_password = member.has_usable_password()
    link = letters.link("account_login") if knows_password else password_links.password_link(member)
    return Mail(
        to=member.email, context=welcome(profile, member, link), language=_language(member),
        plain=member.mail_name(profile.where),
    )  # fmt: skip


def welcome(
    profile: Profile, member: Member, link: str, texts: letters.Texts | None = None
) -> dict[str, object]:
    """The context of an approval letter; reviewers read it without the link."""
    return {
        "profile": profile,
        "above": letters.for_applicant("approved", profile, texts),
        "below": letters.for_applicant("approved_end", profile, texts),
        "knows_password": member.has_usable_password(),
        "link": link,
        "new_link": letters.link("account_reset_password"),
    }


@letter("declined", "moderation/emails/declined")
def declined(about: str) -> Mail:
    decision = _decided(about)
    profile = decision.profile
    if profile is None or profile.declined_at is None or not decision.words:
        raise NotWanted("not_declined")
    return Mail(
        to=profile.member.email,
        context={"profile": profile, "words": decision.words},
        reply_to=settings.STAFF_MAIL[0],
        language=_language(profile.member),
        plain=profile.member.mail_name(profile.where),
    )


@letter("choose_another_name", "moderation/emails/choose_another_name")
def choose_another_name(about: str) -> Mail:
    application = (
        Application.objects.waiting().with_name_taken().select_related("member")
        .filter(pk=about).first()
    )  # fmt: skip
    if application is None or not application.name_is_taken:
        raise NotWanted("name_is_free")
    link = letters.link("joining:application", application.application_key)
    return Mail(
        to=application.member.email, context=another_name(application, link),
        reply_to=settings.STAFF_MAIL[0], language=_language(application.member),
        plain=application.member.mail_name(application.where),
    )  # fmt: skip


def another_name(
    profile: Profile, link: str, texts: letters.Texts | None = None
) -> dict[str, object]:
    """The context of this letter; reviewers read it without the applicant's own link."""
    words = letters.for_applicant("choose_another_name", profile, texts)
    return {"profile": profile, "words": words, "link": link}


@letter("question", "moderation/emails/question")
def question(about: str) -> Mail:
    return _asked(about, "question")


@letter("offer", "moderation/emails/offer")
def offer(about: str) -> Mail:
    return _asked(about)


@letter("question_reminder", "moderation/emails/question_reminder")
def question_reminder(about: str) -> Mail:
    return _asked(about, "question_reminder")


def _asked(about: str, above: str = "") -> Mail:
    """`above`: the prepared words that stand above the reviewer's."""
    open_ones = Question.objects.open().select_related("application__member")
    asked = open_ones.filter(pk=about).first()
    if asked is None or not asked.application.is_waiting:
        raise NotWanted("not_asked")
    profile = asked.application
    context = {
        "profile": profile,
        "above": letters.for_applicant(above, profile) if above else "",
        "words": asked.words,
        "link": letters.link("applicant:answer", profile.application_key),
    }
    return Mail(
        to=profile.member.email, context=context,
        reply_to=settings.STAFF_MAIL[0], language=_language(profile.member),
        plain=profile.member.mail_name(profile.where),
    )  # fmt: skip


def _language(member: Member) -> str:
    return letters.language_of(member.language)


def _decided(about: str) -> Decision:
    decision = Decision.objects.select_related("profile__member").filter(pk=about).first()
    if decision is None:
        raise NotWanted("gone")
    return decision


@letter("staff_message", "moderation/emails/staff_message")
def staff_message(about: str) -> Mail:
    """`about` is the message's key and a place in the staff's list: the outbox holds no address."""
    key, place = about.split(".")
    message = StaffMessage.objects.filter(pk=key).first()
    if message is None or int(place) >= len(settings.STAFF_MAIL):
        raise NotWanted("gone")
    return Mail(
        to=settings.STAFF_MAIL[int(place)],
        context={"message": message},
        reply_to=message.reply_to or None,
    )


@letter(alarms.KIND, "moderation/emails/looked_enough")
def looked_enough(about: str) -> Mail:
    """Says that a member reached a limit, and nothing of whom they looked at."""
    member, place = alarms.read_key(about)
    if place >= len(settings.STAFF_MAIL) or not Member.objects.filter(pk=member).exists():
        raise NotWanted("gone")
    times = alarms.about(member).filter(posted_at__gte=timezone.now() - alarms.A_WEEK).count()
    return Mail(
        to=settings.STAFF_MAIL[place],
        context={"link": letters.link("admin:members_member_change", member), "times": times},
    )
