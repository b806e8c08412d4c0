"""One search, one way to write it down: as it is kept, and in words."""

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.template.defaultfilters import floatformat
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from members.places.area import Width, preview
from search import place
from search.address import Address, chips
from search.fields import ANY_DISTANCE, DrugTerm
from search.filters import SearchFilters, When
from search.models import SavedSearch
from search.wanted import Found

LONGEST_NAME = SavedSearch._meta.get_field("name").max_length


def canonical(filters: SearchFilters, typed: QueryDict) -> QueryDict:
    """Write down who is looked for.

    Args:
        filters: a search without errors.
        typed: what it was made of; the form writes places anew.

    What says nothing about it is left out: the order, the page, what nobody knows. The radius and
    its unit are spelled out, as what is usual may change.
    """
    asked = filters.form.cleaned_data
    kept = _where(filters, typed)
    for name in filters.filters:
        values = [one.value if isinstance(one, DrugTerm) else one for one in asked.get(name) or []]
        kept.setlist(name, sorted(set(values)))
    if kept.get("drug") and asked.get("drug_when") in (When.NOW, When.PAST):
        kept["drug_when"] = asked["drug_when"]
    return _sorted(kept)


def words(filters: SearchFilters, found: list[Found]) -> str:
    """Say what a canonical search asks: "near Northampton, within 50 miles, reducing, sertraline"."""
    asked = filters.form.cleaned_data
    said = [str(chip.label) for chip in chips(filters, Address(filters.form.data), found)]
    if not (asked.get("place") or asked.get("box") or asked.get("area")):
        said.insert(0, _("near my own area"))
    if box := asked.get("box"):  # one part of the map is told from another by its middle
        said.insert(1, preview(*box.centre, Width.REGION).words)
    # Any distance has a chip of its own.
    if filters.is_circle and not asked.get("area") and filters.radius != ANY_DISTANCE:
        said.insert(1, _radius_words(filters))
    return Truncator(", ".join(said)).chars(LONGEST_NAME)


def _where(filters: SearchFilters, typed: QueryDict) -> QueryDict:
    asked = filters.form.cleaned_data
    kept = QueryDict(mutable=True)
    if asked.get("area"):
        kept["area"] = typed["area"].strip()
    if asked.get("box"):
        kept["box"] = typed["box"].strip()
        return kept
    if asked.get("place"):
        kept["place"] = _place(typed["place"].strip(), filters)
    if not filters.is_circle:
        return kept
    if filters.radius == ANY_DISTANCE:
        kept["within"] = "any"
    else:
        kept["within"], kept["unit"] = f"{filters.radius:g}", filters.unit.value
    return kept


def _place(typed: str, filters: SearchFilters) -> str:
    """Its label reads well and outlives the gazetteer of today, unless it leads elsewhere."""
    meant = filters.centre
    try:
        again = place.find(meant.label, filters.viewer.profile.cell)
    except ValidationError:
        return typed
    same = (again.latitude, again.longitude, again.country, again.region) == (
        meant.latitude, meant.longitude, meant.country, meant.region,
    )  # fmt: skip
    return meant.label if same else typed


def _radius_words(filters: SearchFilters) -> str:
    radius = {"radius": floatformat(filters.radius, -1), "unit": filters.unit.label}
    return _("within %(radius)s %(unit)s") % radius


def _sorted(query: QueryDict) -> QueryDict:
    ordered = QueryDict(mutable=True)
    for name in sorted(query):
        ordered.setlist(name, query.getlist(name))
    return ordered
