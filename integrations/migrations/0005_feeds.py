from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("integrations", "0004_grant_clocks")]

    operations: list[migrations.operations.base.Operation] = []
