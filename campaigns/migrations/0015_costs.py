"""What a post costs at its network, kept with its approval and with each attempt."""

from django.db import migrations, models

COST = {"max_digits": 8, "decimal_places": 4, "db_default": 0}


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0014_activities")]

    operations = [
        migrations.AddField("approval", "cost", models.DecimalField(**COST)),
        migrations.AddField("attempt", "cost", models.DecimalField(**COST)),
        migrations.AddIndex(
            "attempt",
            models.Index(fields=["intent_at"], condition=models.Q(cost__gt=0), name="attempts_that_cost"),
        ),
        migrations.AlterField(
            "share",
            "held_reason",
            models.CharField(
                blank=True,
                max_length=24,
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
                ],
            ),
        ),
    ]
