"""What each server of a network with many says of its own limits."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("integrations", "0007_scopes_asked_for")]

    operations = [
        migrations.CreateModel(
            name="Server",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("network", models.CharField(max_length=20)),
                ("server", models.CharField(max_length=200)),
                ("limits", models.JSONField(default=dict)),
                ("read_at", models.DateTimeField(null=True)),
                ("ask_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["ask_at"], name="server_ask_at")],
                "constraints": [models.UniqueConstraint(fields=("network", "server"), name="one_row_per_server")],
            },
        ),
    ]
