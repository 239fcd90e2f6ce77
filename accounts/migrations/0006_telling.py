from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_given_up_errands")]

    operations: list[migrations.operations.base.Operation] = []
