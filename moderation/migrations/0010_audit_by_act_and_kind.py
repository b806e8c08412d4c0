from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("moderation", "0009_rights_of_the_groups")]
    operations = [
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(fields=["act", "-at"], name="audit_of_one_act"),
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(fields=["kind", "-at"], name="audit_of_one_kind"),
        ),
    ]
