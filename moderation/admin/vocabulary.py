"""The lists people choose from: add, rename, retire. What was once chosen stays readable."""

from datetime import datetime

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from members.models import Choice, Drug
from moderation import audit
from moderation.admin.reading import NeverDeleted
from moderation.models import Act

SLUG_LENGTH = 40


class OfferedFilter(admin.SimpleListFilter):
    title = _("offered")
    parameter_name = "offered"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list:
        return [("yes", _("offered")), ("no", _("retired"))]

    def queryset(self, request: HttpRequest, rows: QuerySet) -> QuerySet:
        match self.value():
            case "yes":
                return rows.filter(retired_at=None)
            case "no":
                return rows.filter(retired_at__isnull=False)
        return rows


class Retirable(NeverDeleted):
    actions = ["retire", "offer_again"]
    show_full_result_count = False
    list_per_page = 50

    @admin.action(description=_("Retire: no longer offered"), permissions=["change"])
    def retire(self, request: HttpRequest, rows: QuerySet) -> None:
        number = self._set(request, rows.filter(retired_at=None), timezone.now())
        said = _("%(number)d retired. Whoever chose them keeps them.")
        self.message_user(request, said % {"number": number}, messages.SUCCESS)

    @admin.action(description=_("Offer again"), permissions=["change"])
    def offer_again(self, request: HttpRequest, rows: QuerySet) -> None:
        number = self._set(request, rows.exclude(retired_at=None), None)
        said = _("%(number)d offered again.")
        self.message_user(request, said % {"number": number}, messages.SUCCESS)

    @transaction.atomic
    def _set(self, request: HttpRequest, rows: QuerySet, retired_at: datetime | None) -> int:
        changing = list(rows.select_for_update())
        self.model.objects.filter(pk__in=[row.pk for row in changing]).update(retired_at=retired_at)
        audit.note(request.user, Act.CHANGED, *changing)
        return len(changing)


@admin.register(Choice)
class ChoiceAdmin(Retirable):
    list_display = ["label", "question", "community_name", "position", "retired_at"]
    list_filter = [OfferedFilter, "community", "question"]
    search_fields = ["label"]
    fields = ["question", "community", "label", "position"]

    @admin.display(description=_("community"), ordering="community")
    def community_name(self, choice: Choice) -> str:
        return choice.get_community_display() if choice.community else _("both")

    def get_readonly_fields(self, request: HttpRequest, obj: Choice | None = None) -> list[str]:
        """Given answers name the question too: it cannot change under them."""
        return ["question", "community"] if obj else []

    def save_model(self, request: HttpRequest, obj: Choice, form: ModelForm, change: bool) -> None:
        if not change:
            obj.slug = _free_slug(obj)
        super().save_model(request, obj, form, change)


def _free_slug(choice: Choice) -> str:
    """A slug made of the label that no choice of the question has."""
    taken = set(Choice.objects.filter(question=choice.question).values_list("slug", flat=True))
    words = slugify(choice.label).replace("-", "_")[: SLUG_LENGTH - 4] or "choice"
    numbered = (f"{words}_{number}" for number in range(2, len(taken) + 3))
    return next(slug for slug in (words, *numbered) if slug not in taken)


class DrugForm(ModelForm):
    def clean(self) -> dict[str, object]:
        """The class is fixed once a drug is there, so Django does not look for a second name in it."""
        given = super().clean()
        others = Drug.objects.exclude(pk=self.instance.pk).filter(generic=given.get("generic"))
        if self.instance.pk and others.filter(drug_class=self.instance.drug_class).exists():
            self.add_error("generic", _("There is a drug of this name in this class already."))
        return given


@admin.register(Drug)
class DrugAdmin(Retirable):
    form = DrugForm
    list_display = ["__str__", "drug_class", "also_called", "brands", "retired_at"]
    list_filter = [OfferedFilter, "drug_class"]
    search_fields = ["generic", "also_called", "brands"]
    fields = ["drug_class", "subgroup", "generic", "also_called", "brands"]

    def get_readonly_fields(self, request: HttpRequest, obj: Drug | None = None) -> list[str]:
        return ["drug_class"] if obj else []
