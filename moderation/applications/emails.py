"""One function per letter to applicants. Each asks again whether it is still so."""

from django.conf import settings

from members import password_links
from members.models import Member, Profile
from members.outbox.letters import Mail, NotWanted, letter
from moderation.letters import wording
from moderation.models import Application, Decision, Question


@letter("approved", "moderation/emails/approved")
def approved(about: str) -> Mail:
    profile = _decided(about).profile
    if profile is None or not profile.is_in or not profile.member.is_active:
        raise NotWanted("not_in")
    member = profile.member
    knows_password = member.has_usable_password()
    link = wording.link("account_login") if knows_password else password_links.password_link(member)
    return Mail(
        to=member.email, context=welcome(profile, member, link), language=_language(member),
        plain=member.mail_name(profile.where),
    )  # fmt: skip


def welcome(
    profile: Profile, member: Member, link: str, texts: wording.Texts | None = None
) -> dict[str, object]:
    """The context of an approval letter; reviewers read it without the link."""
    return {
        "profile": profile,
        "above": wording.for_applicant("approved", profile, texts),
        "below": wording.for_applicant("approved_end", profile, texts),
        "knows_password": member.has_usable_password(),
        "link": link,
        "new_link": wording.link("account_reset_password"),
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
    link = wording.link("joining:application", application.application_key)
    return Mail(
        to=application.member.email, context=another_name(application, link),
        reply_to=settings.STAFF_MAIL[0], language=_language(application.member),
        plain=application.member.mail_name(application.where),
    )  # fmt: skip


def another_name(
    profile: Profile, link: str, texts: wording.Texts | None = None
) -> dict[str, object]:
    """The context of this letter; reviewers read it without the applicant's own link."""
    words = wording.for_applicant("choose_another_name", profile, texts)
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
        "above": wording.for_applicant(above, profile) if above else "",
        "words": asked.words,
        "link": wording.link("applicant:answer", profile.application_key),
    }
    return Mail(
        to=profile.member.email, context=context,
        reply_to=settings.STAFF_MAIL[0], language=_language(profile.member),
        plain=profile.member.mail_name(profile.where),
    )  # fmt: skip


def _language(member: Member) -> str:
    return wording.language_of(member.language)


def _decided(about: str) -> Decision:
    decision = Decision.objects.select_related("profile__member").filter(pk=about).first()
    if decision is None:
        raise NotWanted("gone")
    return decision
