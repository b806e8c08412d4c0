"""One function per letter to applicants. Each asks again whether it is still so."""

from uuid import uuid4

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from members import password_links
from members.communities import ICI, TWP
from members.models import Member, Profile
from members.outbox.letters import Mail, Needed, NotWanted, letter
from members.outbox.specimens import WREN, Cases, specimens
from moderation.letters import wording
from moderation.models import SILENT, Application, Decision, Question, Reason


@letter("approved", "moderation/emails/approved", needed=Needed.DECIDED)
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


@letter("declined", "moderation/emails/declined", needed=Needed.DECIDED)
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


@letter("choose_another_name", "moderation/emails/choose_another_name", needed=Needed.APPLIED)
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


@letter("question", "moderation/emails/question", needed=Needed.APPLIED)
def question(about: str) -> Mail:
    return _asked(about, "question")


@letter("offer", "moderation/emails/offer", needed=Needed.APPLIED)
def offer(about: str) -> Mail:
    return _asked(about)


@letter("question_reminder", "moderation/emails/question_reminder", needed=Needed.APPLIED)
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


# --- to look at -------------------------------------------------------------------------------------


def _wren(community: str = TWP.slug) -> Profile:
    member = Member(email=WREN, password="!", language=get_language())  # noqa: S106  (none)
    return Profile(username="wren", community=community, member=member)


@specimens("approved")
def _approved() -> Cases:
    first, second = _wren(), _wren(ICI.slug)
    second.member.password = "set"  # noqa: S105  (stands for one)
    link = password_links.password_link(first.member)
    return {
        "first": Mail(WREN, welcome(first, first.member, link)),
        "second-community": Mail(
            WREN, welcome(second, second.member, wording.link("account_login"))
        ),
    }


@specimens("declined")
def _declined() -> Cases:
    """With the words prepared for each reason, as the staff have them now."""
    profile = _wren()
    return {
        reason.value.replace("_", "-"): Mail(
            WREN,
            {"profile": profile, "words": wording.for_reason(reason, profile)},
            reply_to=settings.STAFF_MAIL[0],
        )
        for reason in Reason
        if reason not in SILENT
    }


@specimens("choose_another_name")
def _choose_another_name() -> Cases:
    link = wording.link("joining:application", uuid4())
    return {"letter": Mail(WREN, another_name(_wren(), link), reply_to=settings.STAFF_MAIL[0])}


def _looked_at(words: str, above: str = "") -> Cases:
    profile = _wren()
    context = {
        "profile": profile,
        "above": wording.for_applicant(above, profile) if above else "",
        "words": words,
        "link": wording.link("applicant:answer", uuid4()),
    }
    return {"letter": Mail(WREN, context, reply_to=settings.STAFF_MAIL[0])}


@specimens("question")
def _question() -> Cases:
    return _looked_at(_("What would you like to find here?"), "question")


@specimens("offer")
def _offer() -> Cases:
    return _looked_at(wording.for_applicant("offer", _wren()))


@specimens("question_reminder")
def _question_reminder() -> Cases:
    return _looked_at(_("What would you like to find here?"), "question_reminder")
