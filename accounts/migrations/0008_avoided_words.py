"""Words that a company avoids, and what it says instead."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0007_guidelines")]

    operations = [
        migrations.AddField("organizationsettings", "avoided_words", models.TextField(blank=True, default=""), False),
    ]
