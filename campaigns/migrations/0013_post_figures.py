"""What became of posts: when each is looked at next, and what its network said."""

import django.db.models.deletion
from django.db import migrations, models

from accounts.walls import NobodyActs, TenantWalls, Wall


def _key():
    return ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID'))


def _organization():
    return ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization'))


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0007_guidelines'),
        ('integrations', '0006_web_push'),
        ('campaigns', '0012_telling'),
    ]

    operations = [
        NobodyActs(),
        migrations.CreateModel(
            name='FigureClock',
            fields=[
                _key(),
                ('network', models.CharField(max_length=20)),
                ('next_at', models.DateTimeField(null=True)),
                ('connection', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='integrations.connection')),
                _organization(),
                ('share', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='figure_clock', to='campaigns.share')),
            ],
            options={
                'indexes': [
                    models.Index(condition=models.Q(('next_at__isnull', False)), fields=['next_at'], name='figures_due'),
                    models.Index(condition=models.Q(('next_at__isnull', False)), fields=['connection', 'next_at'], name='figures_due_on'),
                ],
            },
        ),
        migrations.CreateModel(
            name='FigureReading',
            fields=[
                _key(),
                ('at', models.DateTimeField()),
                ('keep_until', models.DateTimeField()),
                ('source', models.CharField(max_length=20)),
                *[(name, models.PositiveBigIntegerField(null=True)) for name in ('likes', 'comments', 'reposts', 'views', 'followers')],
                _organization(),
                ('share', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='figure_readings', to='campaigns.share')),
            ],
            options={
                'indexes': [
                    models.Index(fields=['organization', 'share', '-at'], name='readings_of_share'),
                    models.Index(fields=['organization', 'keep_until'], name='readings_over'),
                ],
            },
        ),
        TenantWalls({"FigureClock": Wall(engine=True), "FigureReading": Wall()}),
    ]
