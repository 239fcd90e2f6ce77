from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0008_fit")]

    operations: list[migrations.operations.base.Operation] = []
