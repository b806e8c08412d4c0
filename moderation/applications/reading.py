"""An application, laid out for reading."""

from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject
from django.utils.translation import gettext

from members.models import Answer, Choice, Drug, DrugExperience, Member, Question, Shown
from moderation.applications import asking, story, undoing
from moderation.letters import wording
from moderation.models import Application, ApplicationQuerySet

# What the queue shows of the answers: where somebody is on the way, or whom they come as.
IN_SHORT = (Question.STAGE, Question.COME_AS)
ABOUT_IT = ("now", "years_on", "time_since_stop", "pace", "form")  # columns of DrugExperience


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
        return note_on(self.answers[0].shown)


@dataclass(frozen=True)
class DrugRead:
    """One drug with what was said about it."""

    experience: DrugExperience

    @property
    def details(self) -> list[tuple[str, str]]:
        """(question, answer), those without an answer left out."""
        said = self.experience
        asked = (
            (Question.DRUG_NOW, said.now),
            (Question.DRUG_YEARS, said.years_on),
            (Question.DRUG_STOPPED, said.time_since_stop),
            (Question.DRUG_PACE, said.pace),
            (Question.DRUG_FORM, said.form),
        )
        return [(str(question.label), str(choice)) for question, choice in asked if choice]

    @property
    def note(self) -> str:
        return note_on(self.experience.shown)


def note_on(shown: str) -> str:
    """How far something goes, where that is not to every member."""
    return "" if shown == Shown.SHOWN else str(Shown(shown).label)


def for_queue(applications: ApplicationQuerySet) -> ApplicationQuerySet:
    """With all that a row of the queue needs, in one question."""
    answers = Answer.objects.filter(profile=OuterRef("pk"), question__in=IN_SHORT)
    return (
        applications.select_related(
            "cell", "member", "claim__reviewer", "decision__reviewer", "likeness__like"
        )
        .defer("likeness__like__about_me", "decision__words")
        .annotate(
            in_short=ArraySubquery(answers.order_by("choice__position").values("choice__label"))
        )
        .with_name_taken()
    )


def for_page(viewer: Member) -> ApplicationQuerySet:
    """With all that the page of one application needs, in one question.

    What is many (answers, drugs, notes …) comes along as JSON and is read by the functions below:
    a page of the staff is opened all day long, and each question to the database takes its time.
    """
    related = Application.objects.select_related(
        "cell", "member", "claim__reviewer", "decision__reviewer", "likeness__like"
    )
    return asking.with_sister(related.with_name_taken().with_name_wished()).annotate(
        told=_answers(),
        took=_drugs(),
        last_decision=undoing.beside(viewer),
        letter_texts=wording.beside(),
        **story.beside(),
    )


def _answers() -> ArraySubquery:
    rows = Answer.objects.filter(profile=OuterRef("pk"))
    return ArraySubquery(
        rows.values(row=JSONObject(question="question", shown="shown", label="choice__label"))
    )


def _drugs() -> ArraySubquery:
    rows = DrugExperience.objects.filter(profile=OuterRef("pk"))
    labels = {column: f"{column}__label" for column in ABOUT_IT}
    names = {"drug_class": "drug__drug_class", "generic": "drug__generic"}
    return ArraySubquery(rows.values(row=JSONObject(shown="shown", **names, **labels)))


def grouped_answers(application: Application) -> list[Group]:
    """In the order of the questions, those without an answer left out; needs `for_page`."""
    given: dict[str, list[Answer]] = {}
    for row in application.told:
        choice = Choice(question=row["question"], label=row["label"])
        answer = Answer(question=row["question"], choice=choice, shown=row["shown"])
        given.setdefault(answer.question, []).append(answer)
    return [Group(str(q.label), given[q]) for q in Question if q in given]


def drugs(application: Application) -> list[DrugRead]:
    """Needs `for_page`."""
    return [
        DrugRead(
            DrugExperience(
                drug=Drug(drug_class=row["drug_class"], generic=row["generic"]),
                shown=row["shown"],
                **{name: Choice(label=row[name]) for name in ABOUT_IT if row[name]},
            )
        )
        for row in application.took
    ]


def in_short(application: Application) -> list[str]:
    """Where they are on the way, or whom they come as; needs `for_queue`."""
    return [gettext(label) for label in application.in_short]
