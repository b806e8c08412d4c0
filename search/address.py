"""The search as it stands in the address bar, and with one thing taken off or changed."""

from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _

from members.in_common import alone
from search.fields import ANY_DISTANCE, DrugTerm
from search.filters import AnswerFilter, SearchFilters, Sort, TickFilter, When
from search.wanted import Found


@dataclass(frozen=True)
class Chip:
    """One thing searched by, and the search without it."""

    label: str
    href: str


class Address:
    """Knows what was asked; gives query strings that keep it. What is empty or usual is left out."""

    USUAL = {"sort": Sort.NEAREST.value, "drug_when": When.ANY}

    def __init__(self, asked: QueryDict) -> None:
        self.asked = QueryDict(mutable=True)
        left_out = {"page"} if not asked.get("place", "").strip() else {"page", "box"}
        for name, values in asked.lists():
            kept = [one for one in values if one.strip() and one != self.USUAL.get(name)]
            if kept and name not in left_out:
                self.asked.setlist(name, kept)

    @property
    def query(self) -> str:
        """What was asked, without the page: the pager adds its own."""
        return self.asked.urlencode()

    def with_(self, **changes: str) -> str:
        """Change parameters; an empty one is taken off."""
        changed = self.asked.copy()
        for name, value in changes.items():
            changed.setlist(name, [value] if value else [])
        return "?" + changed.urlencode()

    def up_to(self, name: str) -> str:
        """Give this search to where the value of a parameter is added: for many links at once."""
        kept = self.without(name)
        return f"{kept}&{name}=" if kept != "?" else f"?{name}="

    def of_page(self, number: int) -> str:
        """Give what the address bar shows: nothing for a search without questions."""
        query = self.query
        if number > 1:
            query = f"{query}&page={number}" if query else f"page={number}"
        return f"?{query}" if query else ""

    @property
    def without_chips(self) -> str:
        """The search with all its chips taken off; how far and in which order have none."""
        kept = self.asked.copy()
        for name in self.asked:
            if name not in ("within", "unit", "sort") or kept[name] == "any":
                del kept[name]
        return "?" + kept.urlencode()

    def without(self, name: str, value: str | None = None) -> str:
        """Take off a parameter, or one of its values."""
        changed = self.asked.copy()
        kept = [] if value is None else [one for one in changed.getlist(name) if one != value]
        changed.setlist(name, kept)
        return "?" + changed.urlencode()


def chips(filters: SearchFilters, address: Address, found: list[Found]) -> list[Chip]:
    """Give a chip for the place, the area and every answer that narrows this search.

    Args:
        found: by the search; an area is called as those who live there say.
    """
    asked = filters.form.cleaned_data
    made = []
    if asked.get("place") and not asked.get("box"):
        words = _("in %(place)s") if asked["place"].is_whole else _("near %(place)s")
        made.append(Chip(words % {"place": asked["place"].label}, address.without("place")))
    if filters.is_circle and filters.radius == ANY_DISTANCE:
        made.append(Chip(_("at any distance"), address.without("within")))
    if asked.get("box"):
        made.append(Chip(_("this part of the map"), address.without("box")))
    if asked.get("area"):
        words = found[0].words if found else _("one area of the map")
        made.append(Chip(words, address.without("area")))
    when = asked.get("drug_when", "")
    made += [
        Chip(_drug_words(term, when), _without_drug(term, address, filters))
        for term in asked.get("drug") or []
    ]
    for name, one in filters.filters.items():
        if isinstance(one, AnswerFilter):
            made += _answer_chips(name, one, asked.get(name) or [], address)
        elif isinstance(one, TickFilter) and asked.get(name):
            made.append(Chip(str(one.label), address.without(name)))
    return made


def _answer_chips(name: str, one: AnswerFilter, slugs: list[str], address: Address) -> list[Chip]:
    offered = one.parent.vocabulary.offered(one.question)
    return [Chip(alone(c), address.without(name, c.slug)) for c in offered if c.slug in slugs]


def _drug_words(term: DrugTerm, when: str) -> str:
    match when:
        case When.NOW:
            return _("%(drug)s, now") % {"drug": term.label}
        case When.PAST:
            return _("%(drug)s, in the past") % {"drug": term.label}
        case _either:
            return term.label


def _without_drug(term: DrugTerm, address: Address, filters: SearchFilters) -> str:
    """Take a drug off, whichever of its names was typed."""
    changed = address.asked.copy()
    terms = filters.form.fields["drug"].terms
    changed.setlist(
        "drug", [typed for typed in changed.getlist("drug") if terms.find(typed) != term]
    )
    return "?" + changed.urlencode()
