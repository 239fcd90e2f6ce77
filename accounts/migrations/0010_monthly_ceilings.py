"""What a company lets a month's posts at a paid network cost, in US dollars by network."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0009_disclosures_by_country")]

    operations = [migrations.AddField("organizationsettings", "monthly_ceilings", models.JSONField(default=dict))]
