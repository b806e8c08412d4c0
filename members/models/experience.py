from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from members.communities import CommunitySlug
from members.models.profile import Profile


class Question(models.TextChoices):
    """The lists people choose from. One or several answers: see SINGLE."""

    STAGE = "stage", _("Where I am on the way")
    YEARS_TOTAL = "years_total", _("Years on psychiatric drugs, all together")
    DRUGS_EVER = "drugs_ever", _("How many such drugs I have taken")
    DRUGS_NOW = "drugs_now", _("How many I take now")
    STARTED_AGE = "started_age", _("How old I was when it began")
    ATTEMPTS = "attempts", _("How often I have tried to come off")
    HOW_IT_IS_NOW = "how_it_is_now", _("How it is now")
    SCHEDULE = "schedule", _("How I reduce or reduced")
    SMALL_DOSES = "small_doses", _("How I make small doses")
    HELP = "help", _("Who helps or helped me")
    HERE_FOR = "here_for", _("What I am here for")
    COME_AS = "come_as", _("I come as")
    INTEREST = "interest", _("Interests")
    LANGUAGE = "language", _("Languages I can write in")
    CONTACT_WAY = "contact_way", _("Ways to be in touch")
    ANSWER_SPEED = "answer_speed", _("How soon I answer")
    ENERGY = "energy", _("My energy")
    NEW_CONTACTS = "new_contacts", _("How many new people may write to me in a week")
    DRUG_NOW = "drug_now", _("Now")
    DRUG_YEARS = "drug_years", _("Years on it")
    DRUG_STOPPED = "drug_stopped", _("Time since I stopped it")
    DRUG_PACE = "drug_pace", _("How long the reduction took")
    DRUG_FORM = "drug_form", _("Form")


SINGLE = (
    Question.STAGE, Question.YEARS_TOTAL, Question.DRUGS_EVER, Question.DRUGS_NOW,
    Question.STARTED_AGE, Question.ATTEMPTS, Question.HOW_IT_IS_NOW, Question.ANSWER_SPEED,
    Question.ENERGY, Question.NEW_CONTACTS,
)  # fmt: skip
# Asked about one drug, not about the person.
ABOUT_A_DRUG = (
    Question.DRUG_NOW, Question.DRUG_YEARS, Question.DRUG_STOPPED, Question.DRUG_PACE,
    Question.DRUG_FORM,
)  # fmt: skip
# These start as "for matching only".
SENSITIVE = (Question.HOW_IT_IS_NOW, Question.STARTED_AGE, Question.ATTEMPTS)


class Shown(models.TextChoices):
    """How far an answer goes. MATCHING: others find me by it and, if they gave the same answer,
    read that we have it in common. UNUSED: kept for me alone."""

    SHOWN = "shown", _("shown to members")
    MATCHING = "matching", _("for matching only")
    UNUSED = "unused", _("not used")


class ChoiceQuerySet(models.QuerySet["Choice"]):
    def offered(self) -> "ChoiceQuerySet":
        """Not retired; retired choices stay readable where they were given."""
        return self.filter(retired_at=None)


class Choice(models.Model):
    """One answer one may give to a question; staff add, rename and retire them."""

    question = models.CharField(max_length=20, choices=Question)
    community = models.CharField(max_length=3, choices=CommunitySlug, blank=True)  # blank: both
    slug = models.SlugField(max_length=40)
    label = models.CharField(max_length=120)
    position = models.PositiveSmallIntegerField(default=0)
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = ChoiceQuerySet.as_manager()

    class Meta:
        ordering = ["question", "position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["question", "community", "slug"], name="choice_once_per_question"
            ),
            models.CheckConstraint(condition=Q(question__in=Question.values), name="choice_answers_a_known_question"),
            models.CheckConstraint(condition=~Q(label=""), name="choice_has_words"),
            # members.facets: each answer has two numbers of its own, each drug six.
            models.CheckConstraint(condition=Q(id__lt=5_000), name="choice_has_room_in_the_search"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(_(self.label)) if self.label else ""


class Answer(models.Model):
    """What a profile answered to a question that is not about one drug."""

    profile = models.ForeignKey(Profile, models.CASCADE, related_name="answers")
    question = models.CharField(max_length=20, choices=Question)
    choice = models.ForeignKey(Choice, models.PROTECT, related_name="+")
    shown = models.CharField(max_length=8, choices=Shown, default=Shown.SHOWN)

    class Meta:
        ordering = ["choice__position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["profile", "choice"], name="answer_given_once"),
            models.UniqueConstraint(
                fields=["profile", "question"], condition=Q(question__in=SINGLE),
                name="answer_one_to_a_single_question",
            ),
            models.CheckConstraint(condition=Q(shown__in=Shown.values), name="answer_shown_in_a_known_way"),
            models.CheckConstraint(
                condition=~Q(question__in=ABOUT_A_DRUG) & Q(question__in=Question.values),
                name="answer_is_about_the_person",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"answer {self.pk}"


class DrugClass(models.TextChoices):
    ANTIDEPRESSANT = "antidepressant", _("antidepressant")
    ANTIPSYCHOTIC = "antipsychotic", _("antipsychotic (also called neuroleptic)")
    BENZODIAZEPINE = "benzodiazepine", _("benzodiazepine")
    SLEEP_DRUG = "sleep-drug", _("sleep drug")
    OTHER_CALMING = "other-calming", _("other calming drug")
    MOOD_STABILISER = "mood-stabiliser", _("mood stabiliser")
    GABAPENTINOID = "gabapentinoid", _("gabapentinoid")
    STIMULANT_ADHD = "stimulant-adhd", _("stimulant or other ADHD drug")
    SIDE_EFFECT_DRUG = "side-effect-drug", _("drug given for side effects")
    COMBINATION = "combination", _("combination product")
    OTHER = "other", _("other, not listed")


class Drug(models.Model):
    """A drug by its generic name, or one row a class for "one of these, unspecified"."""

    drug_class = models.CharField(max_length=20, choices=DrugClass)
    subgroup = models.CharField(max_length=20, blank=True)
    generic = models.CharField(max_length=60, blank=True)  # blank: unspecified
    also_called = models.CharField(max_length=60, blank=True)
    brands = models.CharField(max_length=120, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["drug_class", "generic"]
        constraints = [
            models.UniqueConstraint(fields=["drug_class", "generic"], name="drug_once_per_class"),
            models.CheckConstraint(condition=Q(drug_class__in=DrugClass.values), name="drug_of_a_known_class"),
            models.CheckConstraint(condition=Q(id__lt=1_000), name="drug_has_room_in_the_search"),
        ]  # fmt: skip

    def __str__(self) -> str:
        if self.generic:
            return self.generic
        if self.drug_class == DrugClass.OTHER:
            return str(DrugClass.OTHER.label)
        return _("%(drug_class)s, not named") % {"drug_class": self.get_drug_class_display()}


class DrugExperience(models.Model):
    """One drug in the experience of a TWP profile. No doses: they invite comparison."""

    profile = models.ForeignKey(Profile, models.CASCADE, related_name="drug_experiences")
    drug = models.ForeignKey(Drug, models.PROTECT, related_name="+")
    now = models.ForeignKey(
        Choice,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        limit_choices_to={"question": Question.DRUG_NOW},
    )
    years_on = models.ForeignKey(
        Choice,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        limit_choices_to={"question": Question.DRUG_YEARS},
    )
    time_since_stop = models.ForeignKey(
        Choice,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        limit_choices_to={"question": Question.DRUG_STOPPED},
    )
    pace = models.ForeignKey(
        Choice,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        limit_choices_to={"question": Question.DRUG_PACE},
    )
    form = models.ForeignKey(Choice, models.PROTECT, null=True, blank=True, related_name="+",
                             limit_choices_to={"question": Question.DRUG_FORM})  # fmt: skip
    # A drug names an illness to whoever reads it: showing it is for its owner to choose.
    shown = models.CharField(max_length=8, choices=Shown, default=Shown.MATCHING)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["profile", "drug"], name="drug_once_in_an_experience"),
            models.CheckConstraint(
                condition=Q(shown__in=Shown.values), name="drug_experience_shown_in_a_known_way"
            ),
        ]

    def __str__(self) -> str:
        return f"drug experience {self.pk}"
