"""The kept picture of a person's account, by its hash."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('integrations', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='connection',
            name='avatar_sha256',
            field=models.CharField(blank=True, default='', max_length=64),
        ),
    ]
