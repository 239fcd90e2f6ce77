"""Guidelines in several languages: what a version said moves into a text of its company's language. Open links."""

from __future__ import annotations

from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

import accounts.identifiers
from accounts.walls import NobodyActs, TenantWalls, Wall

MOVE = """
    INSERT INTO accounts_guidelinestext (organization_id, guidelines_id, language, body, points, since)
    SELECT version.organization_id, version.id, company.language, version.body, version.points, version.number
      FROM accounts_guidelinesversion version
      JOIN accounts_organizationsettings company ON company.organization_id = version.organization_id
     WHERE version.organization_id = %s
"""


def move_words(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    with schema_editor.connection.cursor() as cursor:
        for organization_id in apps.get_model("accounts", "Organization").objects.values_list("pk", flat=True):
            cursor.execute("SELECT set_config('advocacy.organization', %s, true)", [str(organization_id)])
            cursor.execute(MOVE, [organization_id])
            # Keys of the rows just written are looked at now, while their company acts, not at the transaction's end.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_telling")]

    operations = [
        NobodyActs(),
        migrations.CreateModel(
            name="GuidelinesText",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("language", models.CharField(max_length=10)),
                ("body", models.TextField()),
                ("points", models.JSONField(default=list)),
                ("since", models.PositiveIntegerField()),
                (
                    "guidelines",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="texts",
                        to="accounts.guidelinesversion",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("guidelines", "language"), name="guidelines_once_per_language")
                ],
            },
        ),
        migrations.CreateModel(
            name="OpenInvitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.CharField(default=accounts.identifiers.new_public_id, max_length=16)),
                ("token_sha256", models.CharField(max_length=64)),
                ("domain", models.CharField(max_length=253)),
                ("expires_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.member"
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "token_sha256"), name="open_invitation_token_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)), fields=("organization",), name="one_open_invitation"
                    ),
                ],
            },
        ),
        TenantWalls({"GuidelinesText": Wall(ledger=True), "OpenInvitation": Wall()}),
        migrations.RunPython(move_words, migrations.RunPython.noop),
        migrations.RemoveField("guidelinesversion", "body"),
        migrations.RemoveField("guidelinesversion", "points"),
        migrations.AddField(
            "guidelinesacceptance",
            "language",
            models.CharField(blank=True, default="", max_length=10),
            preserve_default=False,
        ),
    ]
