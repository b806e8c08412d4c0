"""What happens to the name somebody was seen under when that face is erased."""

from django.db.models import Field
from django.db.models.deletion import SET_NULL, Collector


def forget_the_name(collector: Collector, field: Field, rows: object, using: str) -> None:
    """As `on_delete` of a face: nothing stands in its place, and its `name` beside it is emptied."""
    SET_NULL(collector, field, rows, using)
    collector.add_field_update(field.model._meta.get_field("name"), "", rows)
