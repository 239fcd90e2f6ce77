"""A click on a post's link is less than a look at the post: an evidence of its own."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0020_photos_of_tasks_apart")]

    operations = [
        migrations.AlterField(
            "share",
            "evidence",
            models.CharField(
                blank=True,
                choices=[
                    ("", "None yet"),
                    ("confirmed", "Confirmed by the network"),
                    ("seen", "Seen"),
                    ("clicked", "Somebody followed its link"),
                    ("told", "Told by you"),
                ],
                max_length=12,
            ),
        ),
    ]
