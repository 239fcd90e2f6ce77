"""Waiting errands by organization: taken in turn, so one company's import never keeps another's mail waiting."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.RemoveIndex(model_name="errand", name="errand_waiting"),
        migrations.AddIndex(
            model_name="errand",
            index=models.Index(
                fields=["organization", "due_at", "id"],
                condition=models.Q(state="waiting"),
                name="errand_waits_in_organization",
            ),
        ),
    ]
