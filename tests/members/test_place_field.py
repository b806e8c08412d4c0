"""The place field: typed, picked, pinned; what it asks back and what it never shows again."""

import pytest

from members.communities import ICI
from members.forms.entry import EntryForm
from members.models import Profile
from members.places import area
from members.places.models import Cell
from tests.forms import fields_of
from tests.places.known_towns import town

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("known_towns")]


def form(profile: Profile | None = None, username: str = "eva", **sent: str) -> EntryForm:
    data = {"username": username, "interest": "friendship", "place_width": "town"}
    data |= {f"place_{part}": value for part, value in sent.items()}
    return EntryForm(data, community=ICI, profile=profile)


def cell_of(**sent: str) -> str:
    """The words of the cell, or what is wrong."""
    bound = form(**sent)
    if bound.errors:
        return bound.errors.as_data()["place"][0].code
    return bound.cleaned_data["place"].words


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"typed": "Northampton, Massachusetts"}, "around Northampton, Massachusetts, United States"),
        ({"typed": "  köln "}, "around Köln, North Rhine-Westphalia, Germany"),
        ({"latitude": "42.33", "longitude": "-72.64"}, "around Northampton, Massachusetts, United States"),
        ({"latitude": "52.52", "longitude": "13.41", "typed": "Köln"}, "around Berlin, Germany"),
    ],
)  # fmt: skip
def test_a_place_becomes_a_cell(sent: dict[str, str], words: str) -> None:
    assert cell_of(**sent) == words


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({}, "required"), ({"typed": "   "}, "required"), ({"typed": "Springfield"}, "several"),
        ({"typed": "Northamptn"}, "near"), ({"typed": "zzzzqqq"}, "unknown"), ({"typed": "x"}, "unknown"),
        ({"typed": "62701 Springfield"}, "several"), ({"typed": "01060"}, "postal_code"), ({"typed": "SW1A 1AA"}, "postal_code"),
        ({"typed": "x" * 200}, "long"), ({"typed": "Berlin", "width": "planet"}, "width"),
        ({"town": "0"}, "not_a_place"), ({"town": "12x"}, "not_a_place"), ({"town": "99999999"}, "not_a_place"),
        ({"latitude": "inf", "longitude": "0"}, "not_a_place"),
        ({"latitude": "42"}, "not_a_place"), ({"latitude": "0", "longitude": "181"}, "not_a_place"),
    ],
)  # fmt: skip
def test_what_is_no_place_gets_its_own_sentence(sent: dict[str, str], code: str) -> None:
    assert cell_of(**sent) == code


def test_several_places_of_one_name_are_offered_and_one_is_chosen() -> None:
    html = str(form(typed="Springfield")["place"])
    chosen = town("Springfield", "Illinois")
    assert f'name="place_choice" value="{chosen.pk}"' in html
    assert 'name="place_asked" value="Springfield"' in html

    words = cell_of(typed="Springfield", asked="Springfield", choice=str(chosen.pk))

    assert words == "around Springfield, Illinois, United States"


def test_a_choice_does_not_count_for_what_was_typed_since() -> None:
    chosen = town("Springfield", "Illinois")

    assert (
        cell_of(typed="Berlin", asked="Springfield", choice=str(chosen.pk))
        == "around Berlin, Germany"
    )


def test_a_choice_is_still_made_when_the_form_comes_back() -> None:
    chosen = town("Springfield", "Illinois")
    back = form(username="", typed="Springfield", asked="Springfield", choice=str(chosen.pk))
    back.full_clean()

    sent = fields_of(f"<form>{back['place']}</form>", "place_typed")

    assert sent["place_typed"] == ["Springfield, Illinois, United States"]
    words = cell_of(**{part.removeprefix("place_"): value for part, (value,) in sent.items()})
    assert words == "around Springfield, Illinois, United States"
    sent |= {"place_typed": ["Berlin"]}
    words = cell_of(**{part.removeprefix("place_"): value for part, (value,) in sent.items()})
    assert words == "around Berlin, Germany"


def test_a_choice_that_was_never_offered_is_none() -> None:
    assert cell_of(typed="Springfield", asked="Springfield", choice="99999999") == "not_a_place"


# --- only to see the area --------------------------------------------------------------------------


def test_who_only_looks_is_told_of_the_place_alone() -> None:
    known, unknown = (form(username="", typed=typed, look="yes") for typed in ("Berlin", "zzzzqqq"))

    assert (known.is_valid(), dict(known.errors)) == (False, {})
    assert "<strong>Around Berlin, Germany</strong>" in str(known["place"])
    assert (unknown.is_valid(), [*unknown.errors]) == (False, ["place"])


def test_a_form_that_is_right_is_not_kept_by_looking() -> None:
    assert form(typed="Berlin").is_valid()
    assert not form(typed="Berlin", look="yes").is_valid()


def test_nothing_is_stored_by_looking() -> None:
    cell_of(typed="Berlin")

    assert Cell.objects.count() == 0


def test_a_pin_shown_again_has_two_decimals() -> None:
    html = str(form(latitude="42.337913", longitude="-72.641847")["place"])

    assert 'value="42.34"' in html
    assert 'value="-72.64"' in html
    assert "337913" not in html


def test_nonsense_for_a_pin_is_not_shown_again() -> None:
    html = str(form(latitude='"><b>', longitude="1e999")["place"])

    assert 'name="place_latitude" value=""' in html
    assert "1e999" not in html


def test_nothing_typed_keeps_the_area(bo: object) -> None:
    profile = bo.profiles.get()

    bound = form(profile)

    assert bound.is_valid()
    assert bound.cleaned_data["place"] == profile.cell


def test_a_wider_area_around_the_same_centre(bo: object) -> None:
    profile = bo.profiles.get()

    bound = form(profile, width="region")

    assert bound.is_valid()
    assert bound.cleaned_data["place"].resolution < profile.cell.resolution


def test_an_area_that_widened_by_itself_stays_as_it_is(bo: object) -> None:
    profile = bo.profiles.get()
    profile.cell = area.store(area.preview(70.0, -40.0))

    bound = form(profile, width="region")

    assert bound.is_valid()
    assert bound.cleaned_data["place"] == profile.cell
