from django.db import migrations

from members import vocabulary


def load(apps, schema_editor):
    vocabulary.load(apps.get_model("members", "Choice"), apps.get_model("members", "Drug"))


# An answer names its question beside its choice, so that one answer to a single question can be a
# constraint; the two must never disagree. Django has no foreign key over two columns.
SAME_QUESTION = """
alter table members_choice add constraint choice_with_its_question unique (id, question);
alter table members_answer add constraint answer_choice_is_of_its_question
    foreign key (choice_id, question) references members_choice (id, question)
    deferrable initially deferred;
"""
APART = """
alter table members_answer drop constraint answer_choice_is_of_its_question;
alter table members_choice drop constraint choice_with_its_question;
"""


class Migration(migrations.Migration):
    dependencies = [("members", "0001_initial")]
    operations = [
        migrations.RunPython(load, migrations.RunPython.noop),
        migrations.RunSQL(SAME_QUESTION, APART),
    ]
