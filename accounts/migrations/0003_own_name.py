"""The person's own name apart from the company's spelling: a name that changed on the list would tell that somebody came."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_errands_by_organization")]

    operations = [
        migrations.AddField(
            model_name="member",
            name="own_name",
            field=models.CharField(blank=True, default="", max_length=120),
            preserve_default=False,
        ),
    ]
