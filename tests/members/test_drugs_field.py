"""The rows of drugs: by any name, never by guessing."""

import pytest
from django import forms

from members.answering import DrugRow
from members.communities import TWP
from members.forms.answers import choices_for
from members.forms.drugs import DrugsField, offered
from members.models import Drug

pytestmark = pytest.mark.django_db


def field(rows: list[DrugRow] | None = None) -> forms.Form:
    drugs = DrugsField(names=offered(), choices=choices_for(TWP, ["drug_now"]), initial=rows)
    return type("RowsForm", (forms.Form,), {"drugs": drugs})


def told(**sent: str) -> list[tuple[str, str | None]]:
    form = field()({f"drugs_{name}": value for name, value in sent.items()})
    assert form.is_valid(), form.errors
    rows = form.cleaned_data["drugs"]
    return [(str(row.drug), row.about["now"].slug if row.about["now"] else None) for row in rows]


@pytest.mark.parametrize(
    ("typed", "drug"),
    [
        ("fluoxetine", "fluoxetine"), ("FLUOXETINE ", "fluoxetine"), ("Prozac", "fluoxetine"),
        ("dothiepin", "dosulepin"), ("valium", "diazepam"), ("selegiline", "selegiline (patch)"),
        ("antidepressant", "antidepressant, not named"), ("SSRI", "antidepressant, not named"),
        ("antidepressant, not named", "antidepressant, not named"), ("Benzo", "benzodiazepine, not named"),
        ("neuroleptic", "antipsychotic (also called neuroleptic), not named"),
        ("z-drug", "sleep drug, not named"), ("sleeping pills", "sleep drug, not named"),
        ("other", "other, not listed"),
    ],
)  # fmt: skip
def test_a_drug_is_found_by_any_of_its_names(typed: str, drug: str) -> None:
    assert told(**{"0_name": typed}) == [(drug, None)]


def test_every_drug_is_found_by_the_name_it_is_shown_by() -> None:
    names = offered()

    assert [drug for drug in Drug.objects.all() if drug not in names.find(str(drug))] == []


def test_rows_may_stand_anywhere_and_empty_ones_do_not_count() -> None:
    rows = told(**{"1_name": "Prozac", "1_now": "stopped", "4_name": "Valium", "5_now": ""})

    assert rows == [("fluoxetine", "stopped"), ("diazepam", None)]


def test_a_misspelt_name_comes_back_with_what_it_may_be() -> None:
    form = field()({"drugs_0_name": "Prozak"})
    fluoxetine = Drug.objects.get(generic="fluoxetine")

    assert not form.is_valid()
    assert f'name="drugs_0_choice" value="{fluoxetine.pk}"' in str(form["drugs"])
    assert told(**{"0_name": "Prozak", "0_asked": "Prozak", "0_choice": str(fluoxetine.pk)}) == [
        ("fluoxetine", None)
    ]


@pytest.mark.parametrize(
    "sent",
    [
        {"0_name": "qqqqq"}, {"0_name": "a"}, {"0_name": "x" * 101}, {"0_now": "stopped"},
        {"0_name": "Prozac", "0_now": "nonsense"}, {"0_name": "Prozac", "3_name": "fluoxetine"},
        {"0_name": "Valiumm", "0_asked": "Prozak", "0_choice": "1"},
        {"0_name": "Prozak", "0_asked": "Prozak", "0_choice": "nonsense"},
    ],
)  # fmt: skip
def test_what_is_not_clear_is_asked_beside_its_row(sent: dict[str, str]) -> None:
    form = field()({f"drugs_{name}": value for name, value in sent.items()})

    assert form.errors["drugs"] == ["Please look at the drugs marked below."]
    assert "field-error" in str(form["drugs"])


def test_two_forms_do_not_share_what_was_wrong() -> None:
    rows_form = field()
    assert not rows_form({"drugs_0_name": "qqqqq"}).is_valid()

    assert rows_form({"drugs_0_name": "Prozac"}).is_valid()


def test_rows_given_before_are_filled_in_and_unchanged() -> None:
    row = DrugRow(Drug.objects.get(generic="diazepam"), {"now": None})
    rows_form = field([row])

    html = str(rows_form()["drugs"])

    assert 'name="drugs_0_name" id="id_drugs_0_name" value="diazepam"' in html
    assert not rows_form({"drugs_0_name": "diazepam", "drugs_0_now": ""}).has_changed()
