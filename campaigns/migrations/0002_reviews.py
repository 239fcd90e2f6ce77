"""A second person's reading before an approval: which campaigns ask for it, and the ledger of what was answered."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from accounts.walls import NobodyActs, TenantWalls, Wall


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_own_name'),
        ('campaigns', '0001_initial'),
    ]

    operations = [
        NobodyActs(),
        migrations.AddField(
            model_name='campaign',
            name='needs_review',
            field=models.BooleanField(default=False),
        ),
        migrations.CreateModel(
            name='Review',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sha256', models.CharField(max_length=64)),
                ('passed', models.BooleanField()),
                ('note', models.CharField(blank=True, max_length=500)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
                ('share', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='campaigns.share')),
            ],
            options={
                'indexes': [models.Index(fields=['organization', 'share', 'id'], name='reviews_of_share')],
                'constraints': [models.CheckConstraint(condition=models.Q(('passed', True), models.Q(('note', ''), _negated=True), _connector='OR'), name='sent_back_with_a_word')],
            },
        ),
        TenantWalls({"Review": Wall(ledger=True)}),
    ]
