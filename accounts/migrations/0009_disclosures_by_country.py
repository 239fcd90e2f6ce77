"""The company's country, and what it says in posts for single countries, networks and languages."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0008_avoided_words")]

    operations = [
        migrations.AddField(
            "organizationsettings", "country", models.CharField(max_length=2, blank=True, default=""), False
        ),
        migrations.AddField("organizationsettings", "disclosures", models.JSONField(default=list)),
    ]
