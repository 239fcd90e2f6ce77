"""What waits at a network for a send, so that a lost answer can be looked up by it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0018_files_of_stories")]

    operations = [
        migrations.AddField("attempt", "prepared", models.CharField(max_length=300, blank=True, db_default="")),
    ]
