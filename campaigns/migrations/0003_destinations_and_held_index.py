"""Destinations of waiting links as last seen, and an index for the shares that wait for their people."""

import django.db.models.deletion
from django.db import migrations, models

from accounts.walls import GrantEngine, NobodyActs, TenantWalls, Wall


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('campaigns', '0002_reviews'),
    ]

    operations = [
        NobodyActs(),
        migrations.CreateModel(
            name='Destination',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.URLField(max_length=2000)),
                ('address_sha256', models.CharField(max_length=64)),
                ('host', models.CharField(blank=True, max_length=255)),
                ('seen_at', models.DateTimeField(null=True)),
                ('followed_at', models.DateTimeField(null=True)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('followed_at', None)), fields=['organization', 'id'], name='destination_not_followed')],
                'constraints': [
                    models.UniqueConstraint(fields=('organization', 'address_sha256'), name='destination_once'),
                    models.CheckConstraint(condition=models.Q(('host', ''), ('seen_at__isnull', False), _connector='OR'), name='seen_destination_says_when'),
                ],
            },
        ),
        migrations.AddIndex(
            model_name='share',
            index=models.Index(condition=models.Q(('state', 'held')), fields=['due_at'], name='share_held'),
        ),
        TenantWalls({"Destination": Wall(engine=True)}),
        GrantEngine("SELECT", ["LinkCode"]),
    ]
