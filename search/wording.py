"""What a search says of itself: how many were found, where, and in which order."""

from django.template.defaultfilters import floatformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from search.fields import ANY_DISTANCE
from search.filters import SearchFilters, Sort
from search.wanted import MOST, Found


def count(filters: SearchFilters, found: list[Found]) -> str:
    """Say "12 people within 100 miles of your area", or "More than 500 people in Germany"."""
    if not found:
        return _nobody(filters)
    words = {"people": _people(found), "where": _where(filters, found)}
    return _("%(people)s %(where)s") % words


def order(filters: SearchFilters, found: list[Found]) -> str:
    """Say which of them are listed, when not all are."""
    if len(found) <= MOST:
        return ""
    if filters.where.box and filters.sort != Sort.NEWEST:  # taken from the middle outward
        return _(
            "500 of them are listed, from the middle of the map outward. "
            "Move nearer or narrow your search to see others."
        )
    match filters.sort:
        case Sort.NEWEST:
            return _("The newest 500 are listed. Narrow your search to see others.")
        case Sort.COMMON:
            return _(
                "These are the nearest 500, those with most in common first. "
                "Narrow your search to see others."
            )
        case _nearest:
            return _("The nearest 500 are listed. Narrow your search to see others.")


def distances(filters: SearchFilters) -> str:
    """Say from where the distances on the cards are."""
    if filters.is_around_home:
        return _("Distances are from your area to theirs, and only rough.")
    place = {"place": filters.centre.label}
    return _("Distances are from %(place)s to their area, and only rough.") % place


def radius_unused(filters: SearchFilters) -> str:
    """Say why the radius does not count, where it does not."""
    if filters.is_circle:
        return ""
    if filters.where.box:
        return _("This part of the map is searched. The distance does not count.")
    place = {"place": filters.centre.label}
    return _("All of %(place)s is searched. The distance does not count.") % place


def _people(found: list[Found]) -> str:
    if len(found) > MOST:
        return _("More than 500 people")
    return ngettext("%(number)s person", "%(number)s people", len(found)) % {"number": len(found)}


def _nobody(filters: SearchFilters) -> str:
    if filters.is_circle and filters.radius == ANY_DISTANCE:
        return _("Nobody yet, near or far")
    return _("Nobody %(where)s yet") % {"where": _where(filters, [])}


def _where(filters: SearchFilters, found: list[Found]) -> str:
    place = {"place": filters.centre.label}
    if filters.where.cell is not None:
        return _in_one_area(found)
    if filters.where.box:
        return _("in this part of the map")
    if filters.centre.is_whole:
        return _("in %(place)s") % place
    if filters.radius == ANY_DISTANCE:
        return _("at any distance")
    radius = {"radius": floatformat(filters.radius, -1), "unit": filters.unit.label}
    if filters.centre.label:
        return _("within %(radius)s %(unit)s of %(place)s") % (radius | place)
    return _("within %(radius)s %(unit)s of your area") % radius


def _in_one_area(found: list[Found]) -> str:
    if not found:
        return _("in this area of the map")
    return _("in one area, %(area)s") % {"area": found[0].words}
