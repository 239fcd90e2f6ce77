"""A line that folds a post, where its network knows one; and a post that waits because its server takes less by now."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0021_clicked")]

    operations = [
        migrations.AddField("share", "warning", models.CharField(max_length=200, blank=True, db_default="")),
        migrations.AlterField(
            "share",
            "held_reason",
            models.CharField(
                blank=True,
                choices=[
                    ("reconnect", "The network asks you to connect again"),
                    ("by_hand", "It is time to post it yourself"),
                    ("late", "It is late"),
                    ("story_changed", "The page it links to was changed"),
                    ("approval_changed", "The post is not what you approved"),
                    ("could_not_tell", "We could not tell whether it went out"),
                    ("frozen", "Posting was stopped for a while"),
                    ("not_taking_part", "You do not take part at present"),
                    ("campaign_closed", "The campaign has ended"),
                    ("embargo", "Nothing of this story may go out yet"),
                    ("month_is_spent", "This month's money for the network is spent"),
                    ("server_takes_less", "The server takes less than when it was approved"),
                ],
                max_length=24,
            ),
        ),
    ]
