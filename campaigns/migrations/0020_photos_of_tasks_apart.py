"""Photos of tasks lie apart from stories' pictures, each under the name of its own row."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0019_what_waits_for_a_send")]

    operations = [
        migrations.RemoveField("taskdone", "photo"),
        migrations.RemoveField("media", "is_proof"),
        migrations.AddField(
            "taskdone", "photo_sha256", models.CharField(blank=True, max_length=64, default=""), preserve_default=False
        ),
        migrations.AddField(
            "taskdone", "photo_type", models.CharField(blank=True, max_length=40, default=""), preserve_default=False
        ),
        migrations.AddField("taskdone", "photo_width", models.PositiveIntegerField(default=0)),
        migrations.AddField("taskdone", "photo_height", models.PositiveIntegerField(default=0)),
    ]
