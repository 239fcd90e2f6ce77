"""The devices on which people want to be told."""

import accounts.identifiers
import django.db.models.deletion
from django.db import migrations, models

from accounts.walls import NobodyActs, TenantWalls, Wall


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0006_telling'),
        ('integrations', '0005_feeds'),
    ]

    operations = [
        NobodyActs(),
        migrations.CreateModel(
            name='PushDevice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=accounts.identifiers.new_public_id, max_length=16)),
                ('label', models.CharField(max_length=80)),
                ('endpoint_sha256', models.CharField(max_length=64)),
                ('sealed', models.BinaryField()),
                ('key_id', models.CharField(max_length=16)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.member')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
            ],
            options={
                'indexes': [models.Index(fields=['organization', 'key_id'], name='push_device_key')],
                'constraints': [models.UniqueConstraint(fields=('organization', 'public_id'), name='push_device_public_id'), models.UniqueConstraint(fields=('organization', 'member', 'endpoint_sha256'), name='push_device_once')],
            },
        ),
        TenantWalls({"PushDevice": Wall()}),
    ]
