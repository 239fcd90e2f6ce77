"""The figures that passed the small-group gate, written once when their weeks are over."""

import django.db.models.deletion
from django.db import migrations, models

from accounts.walls import NobodyActs, TenantWalls, Wall


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_operations'),
        ('campaigns', '0004_only_owners_approve'),
    ]

    operations = [
        NobodyActs(),
        migrations.CreateModel(
            name='ShownFigure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('company', 'Company'), ('team', 'Team'), ('story', 'Story')], max_length=8)),
                ('start', models.DateTimeField()),
                ('end', models.DateTimeField()),
                ('posts', models.PositiveIntegerField(null=True)),
                ('points', models.IntegerField(null=True)),
                ('item', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='campaigns.item')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
                ('team', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.team')),
            ],
            options={
                'indexes': [models.Index(fields=['organization', 'kind', '-end'], name='newest_figures')],
                'constraints': [
                    models.UniqueConstraint(condition=models.Q(('kind', 'company')), fields=('organization', 'end'), name='one_figure_per_week'),
                    models.UniqueConstraint(condition=models.Q(('kind', 'team')), fields=('organization', 'team', 'end'), name='one_figure_per_team'),
                    models.UniqueConstraint(condition=models.Q(('kind', 'story')), fields=('organization', 'item', 'end'), name='one_figure_per_story'),
                    models.CheckConstraint(condition=models.Q(models.Q(('item', None), ('kind', 'company'), ('team', None)), models.Q(('item', None), ('kind', 'team'), ('posts__isnull', False), ('team__isnull', False)), models.Q(('item__isnull', False), ('kind', 'story'), ('posts__isnull', False), ('team', None)), _connector='OR'), name='figure_says_of_what'),
                ],
            },
        ),
        TenantWalls({"ShownFigure": Wall()}),
    ]
