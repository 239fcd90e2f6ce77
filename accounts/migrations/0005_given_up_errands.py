"""An index for the operator's figure of errands that were given up lately."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_operations")]

    operations = [
        migrations.AddIndex(
            model_name="errand",
            index=models.Index(condition=models.Q(("state", "given_up")), fields=["ended_at"], name="errand_given_up"),
        ),
    ]
