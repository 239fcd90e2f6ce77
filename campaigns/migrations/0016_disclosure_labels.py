"""The network's own labels of a post, that say beside its line whose story it is."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0015_costs")]

    operations = [migrations.AddField("share", "labels", models.JSONField(default=list))]
