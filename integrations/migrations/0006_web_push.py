from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("integrations", "0005_feeds")]

    operations: list[migrations.operations.base.Operation] = []
