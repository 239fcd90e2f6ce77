"""What a sign-in under way asks for: some networks do not say what they granted."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("integrations", "0006_web_push"),
    ]

    operations = [
        migrations.AddField(
            model_name="oauthstate",
            name="asked_scopes",
            field=models.TextField(blank=True, default=""),
            preserve_default=False,
        ),
    ]
