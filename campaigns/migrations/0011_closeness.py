"""A ceiling for copies of suggested messages, keyed hashes of queued wordings, and a second curator's pass of messages."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from accounts.walls import NobodyActs, TenantWalls, Wall


def _same_organization(column: str) -> migrations.RunSQL:
    name = f"campaigns_message_{column}_same_org"
    return migrations.RunSQL(
        f"""
        ALTER TABLE campaigns_message
            ADD CONSTRAINT {name} FOREIGN KEY (organization_id, {column})
                REFERENCES accounts_member (organization_id, id) DEFERRABLE INITIALLY DEFERRED;
        """,
        f"ALTER TABLE campaigns_message DROP CONSTRAINT {name};",
    )


def _member() -> models.ForeignKey:
    return models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_given_up_errands'),
        ('campaigns', '0010_own_posts'),
    ]

    operations = [
        NobodyActs(),
        migrations.AddField(model_name='item', name='closeness_ceiling', field=models.PositiveSmallIntegerField(null=True)),
        migrations.AddConstraint(
            model_name='item',
            constraint=models.CheckConstraint(condition=models.Q(('closeness_ceiling', None), ('closeness_ceiling__range', (10, 100)), _connector='OR'), name='ceiling_is_a_percentage'),
        ),
        migrations.CreateModel(
            name='QueuedWording',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('hashes', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
                ('share', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='queued_wording', to='campaigns.share')),
            ],
            options={'abstract': False},
        ),
        TenantWalls({"QueuedWording": Wall()}),
        migrations.AddField(model_name='campaign', name='signs_off_messages', field=models.BooleanField(default=False)),
        migrations.AddField(model_name='message', name='worded_by', field=_member()),
        migrations.AddField(model_name='message', name='passed_sha256', field=models.CharField(blank=True, max_length=64)),
        migrations.AddField(model_name='message', name='passed_by', field=_member()),
        migrations.AddField(model_name='message', name='passed_at', field=models.DateTimeField(null=True)),
        _same_organization('worded_by_id'),
        _same_organization('passed_by_id'),
    ]
