from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0007_a_share_moves_with_fewer_indexes")]

    operations: list[migrations.operations.base.Operation] = []
