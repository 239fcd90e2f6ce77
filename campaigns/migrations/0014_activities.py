"""What is asked besides sharing: activities at networks, and tasks with what their people told."""

import accounts.identifiers
import django.db.models.deletion
from django.db import migrations, models

from accounts.walls import NobodyActs, TenantWalls, Wall


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0008_avoided_words'),
        ('campaigns', '0013_post_figures'),
    ]

    operations = [
        NobodyActs(),
        migrations.CreateModel(
            name='LadderLeft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='TaskDone',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=accounts.identifiers.new_public_id, max_length=16)),
                ('link', models.CharField(blank=True, max_length=600)),
                ('shows_curators', models.BooleanField(default=False)),
                ('at', models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.AddField(
            model_name='item',
            name='asks',
            field=models.CharField(choices=[('share', 'A post in own words'), ('repost', 'Repost it'), ('like', 'Like it'), ('comment', 'Comment on it'), ('follow', 'Follow the account'), ('task', 'Do something else')], default='share', max_length=8),
        ),
        migrations.AddField(
            model_name='item',
            name='proof',
            field=models.CharField(blank=True, choices=[('', 'None'), ('tick', 'A tick'), ('link', 'A link'), ('photo', 'A photo')], default='', max_length=8),
        ),
        migrations.AddField(
            model_name='item',
            name='target',
            field=models.CharField(blank=True, max_length=600),
        ),
        migrations.AddField(
            model_name='item',
            name='target_at',
            field=models.CharField(blank=True, max_length=20),
        ),
        migrations.AddField(
            model_name='media',
            name='is_proof',
            field=models.BooleanField(default=False),
        ),
        migrations.AddConstraint(
            model_name='item',
            constraint=models.CheckConstraint(condition=models.Q(('proof__in', ['', 'tick', 'link', 'photo'])), name='item_proof_known'),
        ),
        migrations.AddConstraint(
            model_name='item',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('asks', 'share'), ('proof', ''), ('target', ''), ('target_at', '')), models.Q(('asks', 'task'), ('kind', 'text'), ('target', ''), ('target_at', ''), models.Q(('proof', ''), _negated=True)), models.Q(('asks__in', ['repost', 'like', 'comment', 'follow']), ('kind', 'text'), ('proof', ''), models.Q(('target', ''), _negated=True), models.Q(('target_at', ''), _negated=True)), _connector='OR'), name='item_asks_for_something_whole'),
        ),
        migrations.AddConstraint(
            model_name='item',
            constraint=models.CheckConstraint(condition=models.Q(('asks', 'share'), ('destination', ''), _connector='OR'), name='only_a_share_leads_on'),
        ),
        migrations.AddField(
            model_name='ladderleft',
            name='member',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.member'),
        ),
        migrations.AddField(
            model_name='ladderleft',
            name='organization',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization'),
        ),
        migrations.AddField(
            model_name='taskdone',
            name='item',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='campaigns.item'),
        ),
        migrations.AddField(
            model_name='taskdone',
            name='member',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.member'),
        ),
        migrations.AddField(
            model_name='taskdone',
            name='organization',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization'),
        ),
        migrations.AddField(
            model_name='taskdone',
            name='photo',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.media'),
        ),
        migrations.AddConstraint(
            model_name='taskdone',
            constraint=models.UniqueConstraint(fields=('organization', 'public_id'), name='task_done_public_id'),
        ),
        migrations.AddConstraint(
            model_name='taskdone',
            constraint=models.UniqueConstraint(fields=('member', 'item'), name='task_done_once'),
        ),
        TenantWalls({"LadderLeft": Wall(), "TaskDone": Wall()}),
    ]
