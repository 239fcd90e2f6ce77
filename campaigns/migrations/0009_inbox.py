"""What waits for a curator: entries of feeds, colleagues' suggestions, and files of stories."""

import accounts.identifiers
import django.db.models.deletion
from django.db import migrations, models

from accounts.walls import NobodyActs, TenantWalls, Wall


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_given_up_errands'),
        ('integrations', '0005_feeds'),
        ('campaigns', '0008_fit'),
    ]

    operations = [
        NobodyActs(),
        migrations.CreateModel(
            name='Suggestion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=accounts.identifiers.new_public_id, max_length=16)),
                ('origin', models.CharField(choices=[('feed', 'From a feed'), ('colleague', 'From a colleague')], max_length=10)),
                ('shows_name', models.BooleanField(default=True)),
                ('address', models.URLField(blank=True, max_length=2000)),
                ('address_sha256', models.CharField(blank=True, max_length=64)),
                ('mark', models.CharField(blank=True, max_length=64)),
                ('title', models.CharField(blank=True, max_length=300)),
                ('words', models.TextField(blank=True)),
                ('note', models.CharField(blank=True, max_length=500)),
                ('source', models.CharField(blank=True, max_length=120)),
                ('language', models.CharField(blank=True, max_length=10)),
                ('picture_url', models.URLField(blank=True, max_length=2000)),
                ('published_at', models.DateTimeField(null=True)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('accepted', 'Taken up'), ('declined', 'Not this time'), ('taken_back', 'Taken back')], default='waiting', max_length=12)),
                ('answer', models.CharField(blank=True, max_length=500)),
                ('answered_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
                ('feed', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='integrations.feedsource')),
                ('item', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='campaigns.item')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
                ('suggested_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
            ],
            options={
                'indexes': [
                    models.Index(condition=models.Q(('state', 'waiting')), fields=['organization', '-id'], name='suggestion_waits'),
                    models.Index(fields=['organization', 'suggested_by', '-id'], name='suggestions_of_member'),
                    models.Index(fields=['organization', 'feed', 'created_at'], name='entries_of_feed'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('organization', 'public_id'), name='suggestion_public_id'),
                    models.UniqueConstraint(condition=models.Q(('mark', ''), _negated=True), fields=('organization', 'feed', 'mark'), name='feed_entry_once'),
                    models.UniqueConstraint(condition=models.Q(('origin', 'feed'), models.Q(('address_sha256', ''), _negated=True)), fields=('organization', 'address_sha256'), name='feeds_bring_a_page_once'),
                    models.UniqueConstraint(condition=models.Q(('state', 'waiting'), models.Q(('address_sha256', ''), _negated=True)), fields=('suggested_by', 'address_sha256'), name='suggestion_waits_once'),
                    models.CheckConstraint(condition=models.Q(models.Q(('origin', 'feed'), ('suggested_by', None)), models.Q(('origin', 'colleague'), ('suggested_by__isnull', False)), _connector='OR'), name='colleagues_suggest_feeds_bring'),
                    models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'accepted', 'declined', 'taken_back'])), name='suggestion_state_known'),
                    models.CheckConstraint(condition=models.Q(('state', 'waiting'), ('answered_at__isnull', False), _connector='OR'), name='answered_suggestion_says_when'),
                ],
            },
        ),
        migrations.CreateModel(
            name='ItemImport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=accounts.identifiers.new_public_id, max_length=16)),
                ('file_name', models.CharField(max_length=200)),
                ('content', models.BinaryField()),
                ('encoding', models.CharField(max_length=20)),
                ('state', models.CharField(choices=[('preview', 'Waiting for your go'), ('running', 'Running'), ('done', 'Done'), ('cancelled', 'Cancelled')], default='preview', max_length=12)),
                ('rows', models.PositiveIntegerField(default=0)),
                ('rows_done', models.PositiveIntegerField(default=0)),
                ('added', models.PositiveIntegerField(default=0)),
                ('already_there', models.PositiveIntegerField(default=0)),
                ('errors', models.JSONField(default=list)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.campaign')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
                ('uploaded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('organization', 'public_id'), name='item_import_public_id'),
                    models.CheckConstraint(condition=models.Q(('state__in', ['preview', 'running', 'done', 'cancelled'])), name='item_import_state_known'),
                ],
            },
        ),
        TenantWalls({"Suggestion": Wall(), "ItemImport": Wall()}),
    ]
