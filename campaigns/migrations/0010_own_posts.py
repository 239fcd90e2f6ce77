from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0009_inbox")]

    operations: list[migrations.operations.base.Operation] = []
