"""What the staff ask an applicant, or offer; the application waits for the answer.

Asked for by a letter, answered on a page with the applicant's own link, without signing in. Nobody
is left without a word: reminded after REMINDED_AFTER, closed kindly after CLOSED_AFTER.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import Case, Exists, OuterRef, QuerySet, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from members.communities import ICI, TWP, Community
from members.models import Answer, Choice, Member, Profile
from members.outbox import letters as outbox
from moderation import audit, decisions
from moderation.letters import wording
from moderation.models import Act, Application, ApplicationQuerySet, Question, Reason
from moderation.taking import NoWords, Refusal, colleague, locked, take

REMINDED_AFTER = timedelta(days=5)
CLOSED_AFTER = timedelta(days=21)
# Whose form may move where. The other way would need consent to keep health data.
SISTERS = {TWP.slug: ICI.slug}
Kind = Question.Kind


class AskedAlready(Refusal):
    def __init__(self, question: Question, viewer: Member) -> None:
        who = question.reviewer
        done = (
            _("You have asked them something already, and they have not answered yet.")
            if who == viewer
            else _("%(name)s has asked them something, and they have not answered yet.")
            % {"name": colleague(who)}
        )
        super().__init__(f"{done} {_('Nothing was sent.')}")


class NoSister(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Nobody can be moved from here to the other community."))


class IsThereAlready(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("They are in the other community already, or have applied there. Nothing was sent.")
        )


class NotAsked(Exception):
    """Nothing is asked (any more): it was answered, taken back or decided meanwhile."""


# --- of the staff -----------------------------------------------------------------------------------


def ask(profile: Profile, reviewer: Member, words: str) -> Question:
    """Ask the applicant something; the application waits for them.

    Raises:
        Refusal: AlreadyDecided, AskedAlready, NotConfirmed, NoWords, Withdrawn.
        PermissionDenied: `reviewer` may not decide.
    """
    return _put(profile, reviewer, Kind.QUESTION, words)


def offer(profile: Profile, reviewer: Member, words: str) -> Question:
    """Offer the sister community, into which the form moves when the applicant agrees.

    Raises:
        Refusal: as `ask`; IsThereAlready, NoSister.
        PermissionDenied: `reviewer` may not decide.
    """
    return _put(profile, reviewer, Kind.OFFER, words)


def can_offer(application: Profile) -> bool:
    return why_no_offer(application) is None


def why_no_offer(application: Profile) -> Refusal | None:
    sister = SISTERS.get(application.community)
    if sister is None:
        return NoSister()
    taken = getattr(application, "is_in_sister", None)  # known where `with_sister` asked for it
    if taken is None:
        taken = Profile.objects.filter(member=application.member_id, community=sister).exists()
    return IsThereAlready() if taken else None


def with_sister(applications: ApplicationQuerySet) -> ApplicationQuerySet:
    """Adds `is_in_sister`: they are, or have applied, in the community their form may move to."""
    sister = Case(*(When(community=one, then=Value(other)) for one, other in SISTERS.items()))
    there = Profile.objects.filter(member=OuterRef("member"), community=OuterRef("sister"))
    return applications.alias(sister=sister).annotate(is_in_sister=Exists(there))


@transaction.atomic
def _put(profile: Profile, reviewer: Member, kind: Kind, words: str) -> Question:
    if not words.strip():
        raise NoWords
    application = take(profile, reviewer)
    if asked := open_of(application):
        raise AskedAlready(asked, reviewer)
    if kind == Kind.OFFER and (refusal := why_no_offer(application)):
        raise refusal
    question = Question.objects.create(
        application=application, reviewer=reviewer, kind=kind, words=words.strip()
    )
    _waits_for_them(application, question)
    outbox.post(kind, question.pk)
    audit.note(reviewer, Act.ASKED if kind == Kind.QUESTION else Act.OFFERED, application)
    return question


# --- of the applicant -------------------------------------------------------------------------------


def open_of(application: Profile) -> Question | None:
    """Give what the applicant is asked now."""
    return Question.objects.open().filter(application=application.pk).first()


def was_answered(application: Profile, words: str) -> bool:
    """Whether these words are with us already: the button was pressed twice."""
    return Question.objects.filter(application=application.pk, answer=words).exists()


@transaction.atomic
def answer(profile: Profile, words: str) -> None:
    """The applicant answers, to an offer too; the application waits for the staff again.

    Raises:
        NotAsked: nothing is open.
        NoWords: the answer is empty.
    """
    if not words.strip():
        raise NoWords
    application, question = _asked(profile)
    question.answer, question.answered_at = words.strip(), timezone.now()
    question.save(update_fields=["answer", "answered_at"])
    _waits_for_them(application, None)
    audit.note(None, Act.ANSWERED, application)


@transaction.atomic
def agree(profile: Profile) -> Community:
    """The applicant takes the offer: their form moves to the sister community and waits there.

    What does not belong there is erased: drugs, answers to questions it does not ask, the consent
    to keep health data. The place in the queue stays. Gives the community.

    Raises:
        NotAsked: no offer is open.
        Refusal: IsThereAlready.
    """
    application, question = _asked(profile)
    if question.kind != Kind.OFFER:
        raise NotAsked
    if refusal := why_no_offer(application):
        raise refusal
    question.answered_at = timezone.now()
    question.save(update_fields=["answered_at"])
    _move(application, SISTERS[application.community])
    _waits_for_them(application, None)
    audit.note(None, Act.AGREED, application)
    return application.where


def _asked(profile: Profile) -> tuple[Application, Question]:
    application = locked(profile)
    question = open_of(application) if application else None
    if application is None or question is None or not application.is_waiting:
        raise NotAsked
    return application, question


def _waits_for_them(application: Application, question: Question | None) -> None:
    if question:
        application.asked_at = question.asked_at
    else:
        application.asked_at, application.returned_at = None, timezone.now()
    application.save(update_fields=["asked_at", "returned_at"])


def _move(application: Application, community: str) -> None:
    application.drug_experiences.all().delete()
    foreign = application.answers.exclude(choice__community__in=["", community])
    _translate(list(foreign.select_related("choice")), community)
    foreign.delete()
    application.community, application.health_consent_at = community, None
    application.moved_at = timezone.now()
    application.save(update_fields=["community", "health_consent_at", "moved_at"])


def _translate(answers: list[Answer], community: str) -> None:
    """Keep those that mean the same there: an interest in friendship is one in both."""
    slugs = {(answer.question, answer.choice.slug): answer for answer in answers}
    there = Choice.objects.filter(community=community, retired_at=None)
    same = [choice for choice in there if (choice.question, choice.slug) in slugs]
    Answer.objects.bulk_create(
        Answer(
            profile=(one := slugs[choice.question, choice.slug]).profile,
            question=choice.question, choice=choice, shown=one.shown,
        )
        for choice in same
    )  # fmt: skip


# --- by the clock ----------------------------------------------------------------------------------


def remind() -> None:
    """Remind those who did not answer for REMINDED_AFTER, once."""
    late = _open_since(REMINDED_AFTER).filter(reminded_at=None)
    for key in late.values_list("pk", flat=True):
        _remind(key)


def close() -> None:
    """Close the applications whose question was not answered for CLOSED_AFTER."""
    for key in _open_since(CLOSED_AFTER).values_list("pk", flat=True):
        _close(key)


def _open_since(time: timedelta) -> QuerySet[Question]:
    return Question.objects.open().filter(asked_at__lte=timezone.now() - time)


@transaction.atomic
def _remind(key: int) -> None:
    reminded = Question.objects.open().filter(pk=key, reminded_at=None)
    if reminded.update(reminded_at=timezone.now()):
        outbox.post("question_reminder", key)


@transaction.atomic
def _close(key: int) -> None:
    question = Question.objects.select_related("application").filter(pk=key).first()
    application = locked(question.application) if question else None
    open_now = open_of(application) if application else None
    if not application or not application.is_waiting or open_now != question:
        return  # answered, decided or erased a moment ago
    decisions.close(application, wording.for_reason(Reason.NO_ANSWER, application))
