from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0011_closeness")]

    operations: list[migrations.operations.base.Operation] = []
