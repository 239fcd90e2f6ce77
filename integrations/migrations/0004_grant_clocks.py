"""Grants get clocks (renew, warn, check), which the engine's role may read beside nothing that is sealed."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from accounts.walls import ENGINE, NobodyActs

CLOCKS = ("renew_at", "warn_at", "check_at")
READ_ACROSS = (
    *("id", "organization_id", "connection_id", "environment", "expires_at", "refresh_lease_until", "fence"),
    *CLOCKS,
)
TABLE = "integrations_storedgrant"
# What was given before: nothing tells whether it can be renewed, but only what can be lives for hours alone.
SET_CLOCKS = f"""
    UPDATE {TABLE} SET
        check_at = statement_timestamp() + random() * interval '1 day',
        renew_at = CASE WHEN expires_at < updated_at + interval '1 day'
                        THEN expires_at - (expires_at - updated_at) / 2 END,
        warn_at = CASE WHEN expires_at >= updated_at + interval '1 day' THEN expires_at - interval '7 days' END
    WHERE organization_id = %s
"""  # noqa: S608  # built of constants of ours


def set_clocks(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    with schema_editor.connection.cursor() as cursor:
        for organization_id in apps.get_model("accounts", "Organization").objects.values_list("pk", flat=True):
            cursor.execute("SELECT set_config('advocacy.organization', %s, true)", [str(organization_id)])
            cursor.execute(SET_CLOCKS, [organization_id])


class Migration(migrations.Migration):
    dependencies = [("integrations", "0003_breakers_and_bucket_settings")]

    operations = [
        NobodyActs(),
        *(migrations.AddField("storedgrant", name, models.DateTimeField(null=True)) for name in CLOCKS),
        migrations.AddField("storedgrant", "failures", models.PositiveSmallIntegerField(default=0)),
        migrations.RunPython(set_clocks, migrations.RunPython.noop),
        *(
            migrations.AddIndex(
                "storedgrant",
                models.Index(fields=[name], condition=models.Q(**{f"{name}__isnull": False}), name=f"grant_{name}"),
            )
            for name in CLOCKS
        ),
        migrations.RunSQL(
            f"CREATE POLICY engine ON {TABLE} FOR SELECT TO {ENGINE} USING (true);"
            f"GRANT SELECT ({', '.join(READ_ACROSS)}) ON {TABLE} TO {ENGINE};",
            f"DROP POLICY engine ON {TABLE}; REVOKE SELECT ({', '.join(READ_ACROSS)}) ON {TABLE} FROM {ENGINE};",
        ),
        migrations.CreateModel(
            name="RefreshTally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("network", models.CharField(max_length=20)),
                ("hour", models.DateTimeField()),
                ("outcome", models.CharField(max_length=10)),
                ("count", models.PositiveIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("network", "hour", "outcome"), name="one_refresh_tally")
                ]
            },
        ),
    ]
