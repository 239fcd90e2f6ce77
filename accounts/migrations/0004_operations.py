"""Signs of life, the operator's ledger, and who is an operator."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models.functions import Now

from accounts.walls import APP, GrantEngine, NobodyActs


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_own_name")]

    operations = [
        NobodyActs(),
        migrations.AddField(model_name="user", name="is_staff", field=models.BooleanField(default=False)),
        migrations.CreateModel(
            name="SignOfLife",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=20)),
                ("epoch", models.CharField(max_length=40)),
                ("first_at", models.DateTimeField(db_default=Now())),
                ("at", models.DateTimeField(db_default=Now())),
                ("seen", models.JSONField(default=dict)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("name", "epoch"), name="sign_of_life_once")],
            },
        ),
        migrations.CreateModel(
            name="OperatorAct",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("act", models.CharField(max_length=40)),
                ("subject", models.CharField(blank=True, max_length=80)),
                ("because", models.CharField(blank=True, max_length=200)),
                (
                    "door",
                    models.CharField(
                        choices=[("page", "On the operator's page"), ("command", "By a command")], max_length=10
                    ),
                ),
                ("details", models.JSONField(default=dict)),
                ("at", models.DateTimeField(db_default=Now())),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["-id"], name="operator_act_latest")]},
        ),
        migrations.RunSQL(f"REVOKE UPDATE, DELETE ON accounts_operatoract FROM {APP}", migrations.RunSQL.noop),
        # The watchdog and the operator's page read as the engine's role.
        GrantEngine("SELECT", ["SignOfLife"]),
    ]
