"""Clicks on tracked links, followers of accounts, and how often a post was missed in a row."""

import django.db.models.deletion
from django.db import migrations, models

from accounts.walls import NobodyActs, TenantWalls, Wall


def _key():
    return ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))


def _to(model, **fields):
    return models.ForeignKey(to=model, on_delete=fields.pop("on_delete", django.db.models.deletion.CASCADE), **fields)


def _organization():
    protect = django.db.models.deletion.PROTECT
    return ("organization", _to("accounts.organization", on_delete=protect, related_name="+"))


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0016_disclosure_labels"), ("integrations", "0006_web_push")]

    operations = [
        NobodyActs(),
        migrations.AddField("figureclock", "missed", models.PositiveSmallIntegerField(default=0)),
        migrations.AddIndex(
            "share",
            models.Index(
                fields=["link_code"],
                condition=models.Q(("evidence", "told"), ("state", "published")),
                name="share_told_by_link",
            ),
        ),
        migrations.CreateModel(
            "LinkClicks",
            fields=[
                _key(),
                ("day", models.DateField()),
                ("came_from", models.CharField(blank=True, max_length=20)),
                ("raw", models.PositiveIntegerField(default=0)),
                ("counted", models.PositiveIntegerField(default=0)),
                ("last_at", models.DateTimeField()),
                ("code", _to("campaigns.linkcode", related_name="+", db_index=False)),
                _organization(),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["organization", "code", "day", "came_from"], name="one_row_a_day"),
                    models.CheckConstraint(
                        condition=models.Q(("counted__lte", models.F("raw"))), name="counted_are_among_raw"
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            "FollowerClock",
            fields=[
                _key(),
                ("next_at", models.DateTimeField(null=True)),
                (
                    "connection",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="follower_clock",
                        to="integrations.connection",
                    ),
                ),
                _organization(),
            ],
        ),
        migrations.CreateModel(
            "FollowerReading",
            fields=[
                _key(),
                ("at", models.DateTimeField()),
                ("keep_until", models.DateTimeField()),
                ("followers", models.PositiveBigIntegerField()),
                ("connection", _to("integrations.connection", related_name="+", db_index=False)),
                _organization(),
            ],
            options={
                "indexes": [
                    models.Index(fields=["organization", "connection", "-at"], name="followers_of_account"),
                    models.Index(fields=["organization", "keep_until"], name="followers_over"),
                ]
            },
        ),
        TenantWalls({"LinkClicks": Wall(), "FollowerClock": Wall(engine=True), "FollowerReading": Wall()}),
    ]
