"""An application, laid out for reading."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Prefetch

from members.models import Answer, DrugExperience, Question, Shown
from moderation.models import Application, ApplicationQuerySet

# What the queue shows of the answers: where somebody is on the way, or whom they come as.
IN_SHORT = (Question.STAGE, Question.COME_AS)


@dataclass(frozen=True)
class Group:
    """One question with what was answered to it."""

    question: str
    answers: list[Answer]

    @property
    def words(self) -> list[str]:
        return [str(answer.choice) for answer in self.answers]

    @property
    def note(self) -> str:
        """How far the answers go, where that is not to everybody."""
        shown = self.answers[0].shown
        return "" if shown == Shown.SHOWN else str(Shown(shown).label)


def for_queue(applications: ApplicationQuerySet) -> ApplicationQuerySet:
    """With all that a row of the queue needs: the same two questions for any number of rows."""
    answers = Answer.objects.filter(question__in=IN_SHORT).select_related("choice")
    return (
        applications.select_related("cell")
        .prefetch_related(Prefetch("answers", answers, to_attr="in_short"))
        .with_same_names()
    )


def for_page() -> ApplicationQuerySet:
    return Application.objects.select_related("cell", "member", "decision__reviewer")


def grouped_answers(application: Application) -> list[Group]:
    """In the order of the questions, those without an answer left out."""
    given: dict[str, list[Answer]] = {}
    for answer in application.answers.select_related("choice"):
        given.setdefault(answer.question, []).append(answer)
    return [Group(str(q.label), given[q]) for q in Question if q in given]


def drugs(application: Application) -> list[DrugExperience]:
    about = ("drug", "now", "years_on", "time_since_stop", "pace", "form")
    return list(application.drug_experiences.select_related(*about))


def drug_details(experience: DrugExperience) -> Iterator[tuple[str, str]]:
    """(question, answer) for what was said about one drug."""
    asked = (
        (Question.DRUG_NOW, experience.now),
        (Question.DRUG_YEARS, experience.years_on),
        (Question.DRUG_STOPPED, experience.time_since_stop),
        (Question.DRUG_PACE, experience.pace),
        (Question.DRUG_FORM, experience.form),
    )
    for question, choice in asked:
        if choice:
            yield str(question.label), str(choice)
