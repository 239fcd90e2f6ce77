"""Posts without a story of the company: each belongs to its author alone."""

import django.db.models.deletion
from django.db import migrations, models

from accounts.walls import NobodyActs

FORWARDS = """
    ALTER TABLE campaigns_item
        ADD CONSTRAINT campaigns_item_own_of_id_same_org FOREIGN KEY (organization_id, own_of_id)
            REFERENCES accounts_member (organization_id, id) DEFERRABLE INITIALLY DEFERRED;
"""
BACKWARDS = "ALTER TABLE campaigns_item DROP CONSTRAINT campaigns_item_own_of_id_same_org;"


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_given_up_errands'),
        ('campaigns', '0009_inbox'),
    ]

    operations = [
        NobodyActs(),
        migrations.AddField(model_name='campaign', name='of_own_posts', field=models.BooleanField(default=False)),
        migrations.AddField(
            model_name='item',
            name='own_of',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member'),
        ),
        migrations.AddConstraint(
            model_name='campaign',
            constraint=models.UniqueConstraint(condition=models.Q(('of_own_posts', True)), fields=('organization',), name='one_campaign_of_own_posts'),
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
