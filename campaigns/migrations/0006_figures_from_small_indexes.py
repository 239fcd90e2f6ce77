"""Small indexes that the figures and the watchdog read, and what the engine may know of stories: where they lead."""

from django.db import migrations, models

from accounts.walls import ENGINE

# The columns that say whether a story is open and where it leads; its words are not the engine's.
READS = "id, organization_id, campaign_id, state, release_at, expires_at, destination"


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0005_shown_figures")]

    operations = [
        migrations.RemoveIndex(model_name="destination", name="destination_not_followed"),
        migrations.AddIndex(
            model_name="item",
            index=models.Index(
                condition=models.Q(("state", "released"), models.Q(("destination", ""), _negated=True)),
                fields=["organization", "id"],
                name="item_leads_somewhere",
            ),
        ),
        migrations.AddIndex(
            model_name="share",
            index=models.Index(condition=models.Q(("state", "held")), fields=["held_at"], name="share_held_since"),
        ),
        migrations.AddIndex(
            model_name="share",
            index=models.Index(condition=models.Q(("state", "taking_down")), fields=["id"], name="share_taking_down"),
        ),
        migrations.AddIndex(
            model_name="share",
            index=models.Index(
                condition=models.Q(("state", "in_review")), fields=["organization", "id"], name="share_in_review"
            ),
        ),
        migrations.RunSQL(
            f"CREATE POLICY engine ON campaigns_item TO {ENGINE} USING (true) WITH CHECK (true);"
            f" GRANT SELECT ({READS}) ON campaigns_item TO {ENGINE}",
            f"REVOKE SELECT ({READS}) ON campaigns_item FROM {ENGINE}; DROP POLICY engine ON campaigns_item",
        ),
    ]
