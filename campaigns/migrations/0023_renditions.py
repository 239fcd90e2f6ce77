"""Kept files in the forms that networks' limits ask for; and pieces of a file on its way, each by its place and hash."""

import django.db.models.deletion
from django.db import migrations, models

from accounts.walls import NobodyActs, TenantWalls, Wall


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0022_warnings")]

    operations = [
        NobodyActs(),
        migrations.RemoveField("mediaupload", "pieces"),
        migrations.AddField("mediaupload", "pieces", models.JSONField(default=dict)),
        migrations.CreateModel(
            name="Rendition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("wanted", models.CharField(max_length=60)),
                (
                    "state",
                    models.CharField(
                        choices=[("preparing", "Being made ready"), ("ready", "Ready"), ("refused", "Cannot be made")],
                        default="preparing",
                        max_length=10,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=20)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "made",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="campaigns.media",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="renditions", to="campaigns.media"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("source", "wanted"), name="one_rendition_per_limits"),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["preparing", "ready", "refused"]))
                        & (models.Q(("made", None)) ^ models.Q(("state", "ready"))),
                        name="rendition_ready_with_its_file",
                    ),
                ],
            },
        ),
        TenantWalls({"Rendition": Wall()}),
    ]
