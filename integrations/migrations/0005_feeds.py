"""Feeds that companies follow. The engine's role lists those that are due."""

import accounts.identifiers
import django.db.models.deletion
from django.db import migrations, models

from accounts.walls import NobodyActs, TenantWalls, Wall


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_given_up_errands'),
        ('integrations', '0004_grant_clocks'),
    ]

    operations = [
        NobodyActs(),
        migrations.CreateModel(
            name='FeedSource',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=accounts.identifiers.new_public_id, max_length=16)),
                ('address', models.URLField(max_length=2000)),
                ('address_sha256', models.CharField(max_length=64)),
                ('title', models.CharField(blank=True, max_length=200)),
                ('state', models.CharField(choices=[('followed', 'Followed'), ('paused', 'Paused')], default='followed', max_length=10)),
                ('most_a_day', models.PositiveSmallIntegerField(default=5)),
                ('etag', models.CharField(blank=True, max_length=300)),
                ('last_modified', models.CharField(blank=True, max_length=100)),
                ('seen', models.JSONField(default=list)),
                ('next_look_at', models.DateTimeField()),
                ('read_at', models.DateTimeField(null=True)),
                ('failing_since', models.DateTimeField(null=True)),
                ('failures', models.PositiveIntegerField(default=0)),
                ('trouble', models.CharField(blank=True, max_length=20)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'followed')), fields=['next_look_at'], name='feed_followed')],
                'constraints': [models.UniqueConstraint(fields=('organization', 'public_id'), name='feed_public_id'), models.UniqueConstraint(fields=('organization', 'address_sha256'), name='feed_once'), models.CheckConstraint(condition=models.Q(('state__in', ['followed', 'paused'])), name='feed_state_known'), models.CheckConstraint(condition=models.Q(('failing_since', None), models.Q(('trouble', ''), _negated=True), _connector='OR'), name='failing_feed_says_why')],
            },
        ),
        TenantWalls({"FeedSource": Wall(engine=True)}),
    ]
