from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0010_own_posts")]

    operations: list[migrations.operations.base.Operation] = []
