"""Development only: one page that shows every element in every state."""

from dataclasses import dataclass, field

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext_lazy as _

from members.communities import COMMUNITIES

FEW = [
    ("one", _("Write to one another")),
    ("walk", _("Go for a walk")),
    ("group", _("Start a group")),
]
MANY = [
    *FEW,
    ("tips", _("Share tips")),
    ("calls", _("Regular short calls")),
    ("help", _("Practical help: errands, company to appointments")),
    ("friends", _("Friendship")),
    ("art", _("Make things together")),
    ("quiet", _("Quiet company")),
    ("hope", _("Hear that it gets better")),
]
GROUPED = [(_("Near home"), FEW[1:]), (_("Anywhere"), FEW[:1] + MANY[3:5])]


@dataclass(frozen=True)
class Person:
    """Somebody invented, with what a profile card shows."""

    username: str
    words: str
    distance: str
    seen: str
    about: str
    pk: int
    facts: list[str] = field(default_factory=list)
    in_common: list[str] = field(default_factory=list)


PEOPLE = [
    Person(
        "quiet_river",
        "around Northampton, Massachusetts, United States",
        "under 25 km",
        "seen this month",
        "Two years of small steps, and a garden. I like long walks and slow letters.",
        1,
        ["reducing now"],
        ["Go for a walk", "Friendship"],
    ),
    Person(
        "marta.k", "around Leeds, England, United Kingdom", "under 100 km", "seen this year", "", 2
    ),
]


class DemoForm(forms.Form):
    """One field of each kind."""

    username = forms.CharField(
        label=_("Username"), help_text=_("3 to 30 letters or digits. Made up is best.")
    )
    email = forms.EmailField(label=_("Email address"))
    stage = forms.ChoiceField(
        label=_("Where are you now?"), choices=[("", _("Rather not say")), *FEW], required=False
    )
    contact = forms.ChoiceField(
        label=_("How would you like to begin?"), choices=FEW, widget=forms.RadioSelect
    )
    interests = forms.MultipleChoiceField(
        label=_("What are you interested in?"),
        help_text=_("At least one. You can change it at any time."),
        choices=MANY,
        widget=forms.CheckboxSelectMultiple,
    )
    grouped = forms.MultipleChoiceField(
        label=_("A list in groups"),
        choices=GROUPED,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    about = forms.CharField(
        label=_("About me"),
        help_text=_("Plain words. Leave out what could show who you are."),
        widget=forms.Textarea(attrs={"rows": 5}),
        required=False,
    )
    pledge = forms.BooleanField(label=_("I have read the pledge and agree to it."))


@login_not_required
def style_guide(request: HttpRequest) -> HttpResponse:
    """?community=twp or ici dresses the page in that community's accent."""
    context = {
        "community": COMMUNITIES.get(request.GET.get("community", "")),
        "form": DemoForm(),
        "form_with_errors": DemoForm({"email": "ana@example"}, prefix="wrong"),
        "people": PEOPLE,
        "page": Paginator(range(75), 25).page(2),
        "steps": [
            {"title": _("Fill in the form"), "text": _("It takes about five minutes.")},
            {"title": _("Confirm your address"), "text": _("We send you a mail with a link.")},
            {"title": _("A person reads it"), "text": _("You hear from us in a day or two.")},
        ],
        "chips": [
            {"label": _("within 50 km"), "href": "?"},
            {"label": _("Go for a walk"), "href": "?"},
        ],
        "tags": [label for _slug, label in MANY[:6]],
        "in_common": [MANY[1][1]],
        "pairs": [
            (_("Area"), PEOPLE[0].words),
            (_("Languages"), _("English, Polish")),
            (_("Member since"), "May 2026"),
        ],
        "points": [
            _("I am honest about myself."),
            _("I write with thought. No answer is an answer, too."),
        ],
        "tabs": [
            {"label": _("Overview"), "href": request.path},
            {"label": _("Messages"), "href": "#tabs"},
        ],
        "colours": [
            "paper",
            "surface",
            "sunk",
            "accent",
            "accent-fill",
            "accent-soft",
            "sun",
            "clay",
            "danger-fill",
        ],
    }
    return render(request, "style_guide.html", context)


urlpatterns = [path("", style_guide, name="style_guide")]
