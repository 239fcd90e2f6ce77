"""How a person is told of things: choices of mail, links that stop it, and notices."""

import accounts.identifiers
import django.db.models.deletion
from django.db import migrations, models

from accounts.walls import NobodyActs, TenantWalls, Wall


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_given_up_errands'),
    ]

    operations = [
        NobodyActs(),
        migrations.CreateModel(
            name='LetterChoices',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('weekly', models.BooleanField(default=True)),
                ('reminders', models.BooleanField(default=True)),
                ('weekday', models.PositiveSmallIntegerField(default=1)),
                ('hour', models.PositiveSmallIntegerField(default=9)),
                ('changed_at', models.DateTimeField()),
                ('member', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='letter_choices', to='accounts.member')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('hour__lte', 23), ('weekday__lte', 6)), name='letters_come_at_an_hour')],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=accounts.identifiers.new_public_id, max_length=16)),
                ('cause', models.CharField(max_length=120)),
                ('template', models.CharField(max_length=60)),
                ('context', models.JSONField(default=dict)),
                ('path', models.CharField(max_length=200)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('read_at', models.DateTimeField(null=True)),
                ('reminded_at', models.DateTimeField(null=True)),
                ('member', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.member')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
            ],
            options={
                'indexes': [models.Index(fields=['organization', 'member', '-id'], name='notices_of_member'), models.Index(condition=models.Q(('read_at', None)), fields=['organization', 'member'], name='unread_notices_of_member')],
                'constraints': [models.UniqueConstraint(fields=('organization', 'public_id'), name='notice_public_id'), models.UniqueConstraint(fields=('organization', 'cause'), name='notice_cause_once')],
            },
        ),
        migrations.CreateModel(
            name='StopLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token_sha256', models.CharField(max_length=64)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.member')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organization', 'token_sha256'), name='stop_link_token_once')],
            },
        ),
        TenantWalls({"LetterChoices": Wall(), "Notice": Wall(), "StopLink": Wall()}),
    ]
