"""The weekly mail, what was answered to it, and the calendar of a queue."""

import django.db.models.deletion
from django.db import migrations, models

from accounts.walls import NobodyActs, TenantWalls, Wall


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0006_telling'),
        ('campaigns', '0011_closeness'),
    ]

    operations = [
        NobodyActs(),
        migrations.CreateModel(
            name='WeeklyMail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('week', models.CharField(max_length=8)),
                ('sent_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('member', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.member')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organization', 'member', 'week'), name='one_mail_a_week')],
            },
        ),
        migrations.CreateModel(
            name='MailedStory',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('reasons', models.JSONField(default=list)),
                ('question', models.CharField(blank=True, max_length=200)),
                ('link_sha256', models.CharField(max_length=64)),
                ('reply_sha256', models.CharField(max_length=64)),
                ('expires_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(null=True)),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='campaigns.item')),
                ('mail', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='stories', to='campaigns.weeklymail')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organization', 'link_sha256'), name='mailed_story_link_once'), models.UniqueConstraint(fields=('organization', 'reply_sha256'), name='mailed_story_reply_once'), models.UniqueConstraint(fields=('mail', 'position'), name='one_story_per_place')],
            },
        ),
        migrations.CreateModel(
            name='CalendarFeed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token_sha256', models.CharField(max_length=64)),
                ('shows_titles', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('member', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='calendar_feed', to='accounts.member')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organization', 'token_sha256'), name='calendar_token_once')],
            },
        ),
        migrations.CreateModel(
            name='ReceivedReply',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('message_sha256', models.CharField(max_length=64)),
                ('draft_version', models.PositiveIntegerField()),
                ('link_sha256', models.CharField(max_length=64)),
                ('expires_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(null=True)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('share', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='campaigns.share')),
                ('story', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='replies', to='campaigns.mailedstory')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organization', 'message_sha256'), name='reply_received_once'), models.UniqueConstraint(fields=('organization', 'link_sha256'), name='reply_link_once')],
            },
        ),
        TenantWalls({"WeeklyMail": Wall(), "MailedStory": Wall(), "CalendarFeed": Wall(), "ReceivedReply": Wall()}),
    ]
