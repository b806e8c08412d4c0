"""What one member may read of another's answers, and what the two have in common.

"For matching only" lets somebody read an answer only if they gave the same one themselves, and let
it count: whoever keeps an answer for themselves ("not used") learns nothing by it either.
"""

from collections.abc import Iterable, Mapping

from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from django.utils.translation import gettext_lazy as _

from members.models import Answer, Choice, Drug, DrugExperience, Profile, Question, Shown
from members.statements import Slot, Statement

# The id of a choice or a drug, and how far its owner shows it.
Given = Mapping[int, str]

# Answers that say nothing are nothing to have in common.
SAYS_NOTHING = {"rather_not", "not_sure", "other"}
# In this order; languages and ways to be in touch are no experience to share.
TOLD = (
    Question.STAGE, Question.YEARS_TOTAL, Question.SCHEDULE, Question.SMALL_DOSES, Question.HELP,
    Question.HOW_IT_IS_NOW, Question.ATTEMPTS, Question.STARTED_AGE, Question.DRUGS_EVER,
    Question.DRUGS_NOW, Question.COME_AS, Question.HERE_FOR, Question.INTEREST,
)  # fmt: skip
# Words that some answers need when they stand alone.
ALONE = {
    Question.YEARS_TOTAL: _("years on such drugs: %(answer)s"),
    Question.HOW_IT_IS_NOW: _("how it is now: %(answer)s"),
    Question.ATTEMPTS: _("attempts: %(answer)s"),
    Question.STARTED_AGE: _("when it began: %(answer)s"),
    Question.DRUGS_EVER: _("such drugs taken: %(answer)s"),
    Question.DRUGS_NOW: _("such drugs now: %(answer)s"),
    Question.HELP: _("help: %(answer)s"),
    Question.COME_AS: _("comes as %(answer)s"),
    Question.DRUG_YEARS: _("%(answer)s on it"),
    Question.DRUG_STOPPED: _("stopped: %(answer)s ago"),
    Question.DRUG_PACE: _("reduction took: %(answer)s"),
    Question.DRUG_FORM: _("form: %(answer)s"),
}


def both(mine: Given, theirs: Given) -> set[int]:
    """Give what both told, shown or for matching."""
    return {
        one for one in mine.keys() & theirs.keys() if Shown.UNUSED not in (mine[one], theirs[one])
    }


def readable(mine: Given, theirs: Given) -> set[int]:
    """Give what I may read of what they told: everything shown, and what we have in common."""
    return {one for one, shown in theirs.items() if shown == Shown.SHOWN} | both(mine, theirs)


def alone(choice: Choice) -> str:
    """Give a choice in words that can be understood without its question."""
    return str(ALONE.get(choice.question, "%(answer)s")) % {"answer": choice}


def tells(choice: Choice) -> bool:
    """Whether a choice is something to have in common."""
    return choice.question in TOLD and choice.slug not in SAYS_NOTHING


def labels(choices: Iterable[Choice], drugs: Iterable[Drug]) -> list[str]:
    """Put into words what two have in common: drugs first, then the rest in the order of TOLD."""
    order = {question: place for place, question in enumerate(TOLD)}
    telling = [choice for choice in choices if tells(choice)]
    telling.sort(key=lambda choice: (order[choice.question], choice.position))
    return [*sorted(str(drug) for drug in drugs), *(alone(choice) for choice in telling)]


def gather(*profiles: Profile) -> None:
    """Fetch the answers and drugs of all profiles given, in two queries."""
    answers = Answer.objects.select_related("choice")
    drugs = DrugExperience.objects.select_related(
        "drug", "now", "years_on", "time_since_stop", "pace", "form"
    )
    prefetch_related_objects(
        profiles, Prefetch("answers", answers), Prefetch("drug_experiences", drugs)
    )


def answers_of(profile: Profile) -> Given:
    return {answer.choice_id: answer.shown for answer in profile.answers.all()}


def drugs_of(profile: Profile) -> Given:
    return {taken.drug_id: taken.shown for taken in profile.drug_experiences.all()}


def between(viewer: Profile, profile: Profile) -> list[str]:
    """Give in words what two profiles have in common; the same from both sides. Two queries."""
    gather(viewer, profile)
    drugs = both(drugs_of(viewer), drugs_of(profile))
    return labels(
        answers_of_both(viewer, profile),
        [taken.drug for taken in profile.drug_experiences.all() if taken.drug_id in drugs],
    )


def answers_of_both(viewer: Profile, profile: Profile) -> list[Choice]:
    """Give the answers two profiles have in common, once they are gathered."""
    choices = both(answers_of(viewer), answers_of(profile))
    return [answer.choice for answer in profile.answers.all() if answer.choice_id in choices]


def interests(one: Profile, other: Profile) -> list[str]:
    """Give the interests two profiles share: what may stand in a mail, as no drug word does."""
    return [str(Choice(label=label)) for (label,) in _shared_interests(one.pk, other.pk)]


@Statement
def _shared_interests(one: Slot, other: Slot) -> QuerySet:
    mine, theirs = (
        Answer.objects.filter(profile=profile, question=Question.INTEREST).exclude(
            shown=Shown.UNUSED
        )
        for profile in (one, other)
    )
    return theirs.filter(choice__in=mine.order_by().values("choice")).values_list("choice__label")
